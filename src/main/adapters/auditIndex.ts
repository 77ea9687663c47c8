import { BesideIndex } from '../../audit/besideIndex.js';
import { type FiguresIndex, figuresIn, noFigures } from '../../audit/figures/figuresIndex.js';
import { type Lists, noLists, StatesLists } from '../../audit/lists/lists.js';
import { type MessagesIndex, noIndex, StatesIndex } from '../../audit/messagesIndex.js';
import { statesPath } from '../../projections/dataFolder.js';
import { ProjectionsHere } from '../../projections/process/here.js';
import type { Projections } from '../../projections/process/projections.js';

/** What is indexed of messages, as the HTTP server asks it. */
export interface AuditIndex {
  /** As it is now. */
  readonly current: MessagesIndex;
  readonly figures: FiguresIndex;
  /** Of the other projections. */
  readonly lists: Lists;
  close(): Promise<void>;
}

/** States in a file are asked beside the event loop; those of the memory engine are in this process only. */
export const auditIndexOf = (projections: Projections, data: string): AuditIndex => {
  if (projections instanceof ProjectionsHere)
    return {
      get current() {
        return projections.states === undefined ? noIndex : new StatesIndex(projections.states);
      },
      get figures() {
        return projections.states === undefined ? noFigures : figuresIn(projections.states);
      },
      get lists() {
        return projections.states === undefined ? noLists : new StatesLists(projections.states);
      },
      close: async () => undefined,
    };
  const beside = new BesideIndex(statesPath(data));
  return { current: beside, figures: beside, lists: beside, close: () => beside.close() };
};
