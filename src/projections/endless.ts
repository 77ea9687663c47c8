import { readFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';

type ProfileNode = Profiler.ProfileNode;

export interface Watched {
  /** The line of the file where most of the time went. */
  readonly line: number | undefined;
  /** Milliseconds of processor that this thread had: on a busy machine far less than went by. */
  readonly cpuMs: number;
}

/**
 * Runs `work` and tells where it spends its time. A script that ran into its limit leaves no stack, so V8's own profiler
 * looks on.
 */
export const watched = (file: string, work: () => void): Watched => {
  const session = new Session();
  session.connect();
  try {
    session.post('Profiler.enable');
    session.post('Profiler.start');
    const begun = cpuMs();
    work();
    const took = cpuMs() - begun;
    return { line: busiest(nodesOf(session), file), cpuMs: took };
  } finally {
    session.disconnect();
  }
};

/** Of this thread, where the system tells; else of the process. */
const cpuMs = (): number => {
  try {
    return Number.parseInt(readFileSync('/proc/thread-self/schedstat', 'utf8'), 10) / 1e6;
  } catch {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e3;
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
