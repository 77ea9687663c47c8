import { cursorText } from '../../../audit/cursor.js';
import { AuditError } from '../../../audit/reading.js';
import { PageError } from '../pageError.js';

/** One page of a list, and where those beside it begin. */
export interface Turned<Answer> {
  readonly answer: Answer;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

interface Page {
  readonly next?: string;
}

type Order = 'newest' | 'oldest';

interface Turning<Answer extends Page, Item> {
  readonly query: URLSearchParams;
  readonly order?: Order;
  readonly ask: (order: Order, after: string | undefined) => Promise<Answer>;
  readonly itemsOf: (answer: Answer) => readonly Item[];
  readonly withItems: (answer: Answer, items: readonly Item[]) => Answer;
  /** By the time that the list goes by, and its id. */
  readonly placeOf: (item: Item) => { readonly at: string; readonly id: string };
}

/**
 * A page that is turned to, forth (`after`) or back (`before`): back, the list is asked the other way round.
 *
 * @returns undefined when that is the first page, which has an address of its own
 * @throws {PageError} for a page that there is not
 */
export const turnedTo = async <Answer extends Page, Item>(
  turning: Turning<Answer, Item>,
): Promise<Turned<Answer> | undefined> => {
  const { query, order = 'newest', ask, itemsOf, withItems, placeOf } = turning;
  const cursor = (item: Item | undefined) => {
    if (item === undefined) return undefined;
    const { at, id } = placeOf(item);
    return cursorText({ at: Date.parse(at), nth: 0, id });
  };
  const [before, after] = [query.get('before'), query.get('after')];
  const answer = await found(() =>
    ask(before === null ? order : opposite(order), before ?? after ?? undefined),
  );
  const items = itemsOf(answer);
  if (before === null)
    return { answer, before: after === null ? undefined : cursor(items[0]), after: answer.next };
  if (answer.next === undefined) return undefined;
  return {
    answer: withItems(answer, items.toReversed()),
    before: cursor(items.at(-1)),
    after: cursor(items[0]),
  };
};

const opposite = (order: Order): Order => (order === 'newest' ? 'oldest' : 'newest');

const found = async <Answer>(ask: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof AuditError && error.part === 'after')
      throw new PageError(400, 'There is no such page of this list: begin at its first one.');
    throw error;
  }
};
