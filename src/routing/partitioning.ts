/** The lane of a stream: always the same, and spread evenly. */
export const laneOf = (stream: string, lanes: number): number => hashOf(stream) % lanes;

/** The partition of a stream. Of other bits than its lane: the conversations of one partition are spread over all lanes. */
export const partitionOf = (stream: string, partitions: number): number => {
  const hash = hashOf(stream);
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0) % partitions;
};

/** FNV-1a. */
const hashOf = (stream: string): number => {
  let hash = 0x811c9dc5;
  for (let index = 0; index < stream.length; index += 1) {
    hash = Math.imul(hash ^ stream.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
};
