import type { ProjectionStatus } from '../../../projections/statesFile.js';
import { broken, type Finding, look, well } from '../finding.js';
import { lasting } from '../words.js';

export interface Standing {
  readonly lagMs: number;
  /** A process runs the projections. */
  readonly isRunning: boolean;
  /** When the first event was stored that it has not folded, though it could have: ISO, UTC. */
  readonly since: string | undefined;
}

/** How far one of them has got, and whether it gets on. */
export const oneStatus = (
  { name, phase, fault = '', events, at }: ProjectionStatus,
  { lagMs, isRunning, since }: Standing,
): Finding => {
  const about = 'projections.state';
  const far = `${events.toLocaleString('en')} events${at === undefined ? '' : `, to ${at}`}`;
  if (phase === 'refused' || phase === 'stopped')
    return broken(
      about,
      `${name} is ${phase}, ${far}: ${fault}`,
      'The others go on; what reads this one is out of date. Mend its file: it is rebuilt at once by a running router. Without a change it is tried again at the next start, or by: threadless projections rebuild.',
    );
  if (since !== undefined && isRunning)
    return broken(
      about,
      `${name} does not get on: ${far}, and events since ${since} wait for it.`,
      'What reads it is out of date; texts are answered all the same. Its states cannot be kept, or the store not be read: the findings of the data folder may say why, and the log of the router does ("projection waits"). It goes on by itself.',
    );
  if (phase === 'catching-up')
    return lagMs > 60_000
      ? look(
          about,
          `${name} catches up and is ${lasting(lagMs)} behind: ${far}.`,
          'A large store takes some minutes; with no router running it stands still. threadless projections status shows how it goes on.',
        )
      : well(about, `${name} catches up: ${far}.`);
  return since === undefined
    ? well(about, `${name} is up to date: ${far}.`)
    : well(about, `${name} stands at ${far}; a router that starts takes up what came since.`);
};
