/** The lane of a stream: always the same, and spread evenly (FNV-1a). */
export const laneOf = (stream: string, lanes: number): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < stream.length; index += 1) {
    hash = Math.imul(hash ^ stream.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % lanes;
};
