import type { StatesFile } from '../../projections/statesFile.js';
import type { StatesFacts } from '../messagesIndex.js';
import { emptyPage, type ListPage, type ListWish, listOf } from './list.js';

/** The states of projections that are looked for by what is indexed of them. */
export interface Lists {
  /** How far a projection is; undefined when there is nothing of it yet. @throws {UnreadableIndex} */
  statesFacts(projection: string): Promise<StatesFacts | undefined>;
  list(wish: ListWish): Promise<ListPage>;
  /** Undefined for a partition that has none, or no result. */
  state(projection: string, partition: string): Promise<unknown>;
}

/** Asked in this thread. */
export class StatesLists implements Lists {
  constructor(private readonly states: StatesFile) {}

  async statesFacts(projection: string): Promise<StatesFacts | undefined> {
    const status = this.states.status(projection);
    return (
      status && {
        status,
        made: this.states.mark(projection),
        shown: this.states.shownMark(projection),
      }
    );
  }

  async list(wish: ListWish): Promise<ListPage> {
    return this.states.search(wish.projection, (search) =>
      search === undefined ? emptyPage : listOf(search, wish),
    );
  }

  async state(projection: string, partition: string): Promise<unknown> {
    return this.states.search(projection, (search) => search?.state(partition));
  }
}

/** Where there are no states. */
export const noLists: Lists = {
  statesFacts: async () => undefined,
  list: async () => emptyPage,
  state: async () => undefined,
};
