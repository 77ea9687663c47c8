import { createHash } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TallyState } from '../../replay/tally.js';
import type { ReplayReport, ReplayRequest } from './request.js';

/** What a replay that was stopped leaves, so that another can go on. */
export interface PutAside {
  readonly end: string;
  /** Conversations that are done, by their places in the list. */
  readonly done: readonly number[];
  /** Of those that were under way, how many of their messages are in the tally, by their places. */
  readonly partly: readonly (readonly [place: number, messages: number])[];
  readonly tally: TallyState;
}

/** One for each question: another question does not go on with it. */
export const placeFor = (
  data: string,
  { apps, since, until, backend, conversation, app, fromHere, allowed }: ReplayRequest,
): string => {
  const question = [apps, since, until, backend, conversation, app, fromHere, allowed];
  const hash = createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 12);
  return join(data, `replay-${hash}.json`);
};

/** Undefined when there is none, or it cannot be read. */
export const takeUp = (file: string): PutAside | undefined => {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as PutAside;
  } catch {
    return undefined;
  }
};

/** Where it is kept, or why it is not: a disk that cannot be written to breaks no replay. */
export const keep = (file: string, aside: PutAside): Pick<ReplayReport, 'kept' | 'notKept'> => {
  const part = `${file}.part`;
  try {
    writeFileSync(part, JSON.stringify(aside));
    renameSync(part, file);
    return { kept: file };
  } catch (error) {
    removed(part);
    return { notKept: `${file} cannot be written: ${(error as Error).message}.` };
  }
};

/** What was gone on with is done: when it is taken up again all the same, nothing is left to do. */
export const clearAway = (file: string, { resume }: ReplayRequest): object => {
  if (resume) removed(file);
  return {};
};

const removed = (file: string): void => {
  try {
    rmSync(file, { force: true });
  } catch {
    // It lies there, and stands for nothing.
  }
};
