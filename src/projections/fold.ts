import { ProjectionFault } from './faults.js';
import type { Batch } from './feed.js';
import type { Sandbox } from './sandbox.js';
import type { StatesFile } from './statesFile.js';

/** A projection with where its states are. */
export interface Folder {
  readonly name: string;
  readonly sandbox: Sandbox;
  readonly file: StatesFile;
}

/**
 * Folds a batch and keeps what it leads to, states and place in one transaction.
 *
 * A fault drops the whole batch, which is then folded event by event: so what came before the culprit is kept, and the
 * culprit is known. A batch that is slow only because it is many events gets through that way too.
 *
 * @throws {ProjectionFault} everything before the culprit is kept, and nothing of it
 */
export const foldBatch = (folder: Folder, batch: Batch): void => {
  try {
    foldTogether(folder, batch);
  } catch (error) {
    folder.sandbox.forget();
    if (!(error instanceof ProjectionFault)) throw error;
    if (batch.rows.length === 1) foldAgain(folder, batch, error);
    else for (const one of singly(batch)) foldBatch(folder, one);
  }
};

const foldTogether = ({ name, sandbox, file }: Folder, { rows, marks, position }: Batch): void => {
  const last = marks.at(-1);
  if (last === undefined || position === undefined) {
    if (position !== undefined) file.keepPlace(name, position);
    return;
  }
  const { changed, shared } = sandbox.fold(`[${rows.join(',')}]`, {
    state: (partition) => file.madeState(name, partition),
    shared: () => file.shared(name),
  });
  file.keep(name, { changed, shared, position, last, events: rows.length });
};

/** One event that failed. A machine that was busy elsewhere must not stop a projection: what was slow gets a second try. */
const foldAgain = (folder: Folder, batch: Batch, fault: ProjectionFault): void => {
  const { sandbox } = folder;
  const again = (fresh: Sandbox) => foldTogether({ ...folder, sandbox: fresh }, batch);
  const verdict = fault.code === 'too-slow' ? sandbox.whereSlow(again) : fault;
  if (verdict === undefined) return;
  throw verdict.at(batch.marks[0]?.label ?? '');
};

const singly = ({ rows, marks, position, caughtUp }: Batch): readonly Batch[] =>
  marks.map((mark, index) => {
    const isLast = index === marks.length - 1;
    return {
      rows: rows.slice(index, index + 1),
      marks: [mark],
      position: isLast ? position : mark.position,
      caughtUp: isLast && caughtUp,
    };
  });
