import { ProjectionFault } from './faults.js';
import type { ProjectionFile } from './files.js';

const commentOrText =
  /\/\*[\s\S]*?\*\/|\/\/[^\n]*|'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[\s\S]|[^`\\])*`/g;
const writing = /(?<![.\w$])(?<!function\s+)(emit|linkTo|linkStreamTo|copyTo)\s*\(/;

/**
 * Refuses a file that calls what writes events, before it meets the first event for which it would.
 *
 * @throws {ProjectionFault} `unsupported`
 */
export const refuseWriting = ({ file, source }: ProjectionFile): void => {
  // Lines stay where they are.
  const code = source.replace(commentOrText, (text) => text.replace(/[^\n]/g, ' '));
  const found = writing.exec(code);
  if (found === null) return;
  const line = code.slice(0, found.index).split('\n').length;
  throw new ProjectionFault(
    'unsupported',
    { file, line },
    `${found[1]} is not supported: a projection that writes events has to run in EventStoreDB, and no other engine would hold them`,
  );
};
