import { readFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector';
import { pathToFileURL } from 'node:url';
import { ProjectionFault } from './faults.js';

type ProfileNode = Profiler.ProfileNode;

/** As the server has it: for one event, and for a file's own run. */
export const limitMs = 250;
/** Which part of the limit has to be time on the processor before it counts. */
const enough = 0.8;

/**
 * Runs what was too slow again, to see where, and whether it was its own fault: on a busy machine the time goes by without a
 * processor, so it gets more of it then.
 *
 * @param file - the projection's
 * @param again - throws a {@link ProjectionFault} when it takes longer than that
 * @returns the fault with its line; undefined when it came to its end
 */
export const whereSlow = (file: string, again: (wallMs: number) => void): ProjectionFault | undefined => {
  for (let wallMs = limitMs; ; wallMs *= 2) {
    let fault: ProjectionFault | undefined;
    const { line, cpuMs } = watched(file, () => {
      try {
        again(wallMs);
      } catch (error) {
        if (!(error instanceof ProjectionFault)) throw error;
        fault = error;
      }
    });
    if (fault?.code !== 'too-slow') return fault;
    const at = fault.place.line ?? line;
    const place = { file, ...(at === undefined ? {} : { line: at }) };
    if (cpuMs >= limitMs * enough) return new ProjectionFault('too-slow', place, fault.what);
  }
};

interface Watched {
  /** The line of the file where most of the time went. */
  readonly line: number | undefined;
  /** Milliseconds of processor that this thread had: on a busy machine far less than went by. */
  readonly cpuMs: number;
}

/**
 * Runs `work` and tells where it spends its time. A script that ran into its limit leaves no stack, so V8's own profiler
 * looks on.
 */
const watched = (file: string, work: () => void): Watched => {
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
