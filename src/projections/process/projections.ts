import { ProjectionRunner, type RunnerNeeds } from '../runner.js';
import { type ProjectionStatus, StatesFile } from '../statesFile.js';

/** The projections as a part of a router. */
export interface Projections {
  /** Returns at once: they catch up in the background. */
  start(): void;
  /** Each finishes the batch that it folds. */
  stop(leftMs: number): Promise<void>;
  statuses(): readonly ProjectionStatus[];
}

export interface ProjectionsNeeds extends Omit<RunnerNeeds, 'states' | 'only'> {
  /** Where the states are to be; `:memory:` for states that end with the process. */
  readonly statesPath: string;
  /** Gets the states, open. */
  readonly onOpen?: (states: StatesFile) => void;
}

/** Runs them with what they knew, or from nothing. @returns how to end that */
export const runProjections = async ({
  statesPath,
  onOpen = () => undefined,
  ...needs
}: ProjectionsNeeds): Promise<() => Promise<void>> => {
  const states = await StatesFile.open(statesPath);
  onOpen(states);
  const runner = new ProjectionRunner({ ...needs, states });
  await runner.start();
  return async () => {
    await runner.stop();
    states.close();
  };
};
