import type { Changed } from './inside/folding.js';
import type { Row } from './statements.js';

/** `catching-up`: it has not yet got to where the store ended. `refused`, `stopped`: see the fault. */
export type Phase = 'catching-up' | 'live' | 'refused' | 'stopped';

/** How far a projection has got. */
export interface ProjectionStatus {
  readonly name: string;
  readonly file: string;
  readonly hash: string;
  readonly phase: Phase;
  /** Why it was refused or stopped, with file and line. */
  readonly fault?: string;
  /** Events folded since it began from nothing. */
  readonly events: number;
  /** When the last of them was recorded: ISO, UTC. */
  readonly at?: string;
  /** Someone asked for it to be rebuilt, and that has not begun. */
  readonly rebuildAsked: boolean;
  /** What readers get: its states, those that it had before it was begun anew, or of the first ones as many as there are yet. */
  readonly serves: 'complete' | 'former' | 'incomplete';
}

/** The same of one that runs, as it was a moment ago. */
export interface RunningStatus extends ProjectionStatus {
  /** Since when events wait to be folded: ISO, UTC. Absent: none does. */
  readonly waitingSince?: string;
}

/** Where a projection goes on, and an event by which its store is known again. */
export interface Mark {
  readonly position: string;
  readonly last?: { readonly position: string; readonly id: string };
}

/** What one batch leads to: kept whole or not at all. */
export interface Step {
  readonly changed: readonly Changed[];
  readonly shared: string | undefined;
  readonly position: string;
  readonly last: { readonly position: string; readonly id: string; readonly recordedAt: string };
  /** How many were folded. */
  readonly events: number;
}

export interface PartitionState {
  readonly partition: string;
  readonly state: unknown;
  /** What transformBy and filterBy make of the state. */
  readonly result?: unknown;
}

export const statusOf = ({
  name,
  file,
  hash,
  phase,
  fault,
  events,
  at,
  rebuild,
  making,
  serving,
}: Row): ProjectionStatus => ({
  name: String(name),
  file: String(file),
  hash: String(hash),
  phase: String(phase) as Phase,
  ...(typeof fault === 'string' ? { fault } : {}),
  events: Number(events),
  ...(typeof at === 'string' ? { at } : {}),
  rebuildAsked: rebuild === 1,
  serves: serving === null ? 'incomplete' : serving === making ? 'complete' : 'former',
});

export const partitionOf = ({ partition, state, result }: Row): PartitionState => ({
  partition: String(partition),
  state: JSON.parse(String(state)),
  ...(typeof result === 'string' ? { result: JSON.parse(result) } : {}),
});
