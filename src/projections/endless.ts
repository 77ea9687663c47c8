import { type Profiler, Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';

type ProfileNode = Profiler.ProfileNode;

/**
 * The line of a file where `work` spends most of its time. A script that ran into its limit leaves no stack, so V8's own
 * profiler looks on while it runs once more.
 */
export const busiestLine = (file: string, work: () => void): number | undefined => {
  const session = new Session();
  session.connect();
  try {
    session.post('Profiler.enable');
    session.post('Profiler.start');
    work();
    return busiest(nodesOf(session), file);
  } finally {
    session.disconnect();
  }
};

/** The session answers while it is asked. */
const nodesOf = (session: Session): readonly ProfileNode[] => {
  let nodes: readonly ProfileNode[] = [];
  session.post('Profiler.stop', (_error, answer) => {
    nodes = answer?.profile?.nodes ?? [];
  });
  return nodes;
};

const busiest = (nodes: readonly ProfileNode[], file: string): number | undefined => {
  const urls = [file, pathToFileURL(file).href];
  const ticksByLine = new Map<number, number>();
  for (const { callFrame, positionTicks = [] } of nodes) {
    if (!urls.includes(callFrame.url)) continue;
    for (const { line, ticks } of positionTicks) ticksByLine.set(line, (ticksByLine.get(line) ?? 0) + ticks);
  }
  return [...ticksByLine].sort(([, one], [, other]) => other - one)[0]?.[0];
};
