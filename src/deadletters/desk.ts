import { askList, type ListAnswer, type ListSource, questionBy } from '../audit/lists/ask.js';
import { conversationStream } from '../domain/connection.js';
import { DeadLetterError, type Signature } from '../outbound/deadLetter.js';
import type { DeadLetters } from '../outbound/deadLetters.js';
import { RefusedError, type RefusedRequests } from '../routing/refusedRequests.js';
import { type BulkJobs, type BulkStatus, type How, type Settling, Unsettled } from './bulk.js';
import { type Kind, type Waiting, waitingOf } from './waiting.js';

/** Which of them. */
export interface Choice {
  readonly kind: Kind;
  readonly backend?: string | undefined;
  readonly cause?: string | undefined;
  /** In any spelling. */
  readonly identity?: string | undefined;
}

export interface PageWish {
  readonly limit: number;
  readonly order?: 'newest' | 'oldest';
  readonly after?: string | undefined;
}

export interface WaitingPage extends Omit<ListAnswer, 'items' | 'counts' | 'known'> {
  readonly waiting: readonly Waiting[];
  /** The same errors together, the most frequent first. */
  readonly causes: readonly { readonly cause: string; readonly n: number }[];
}

export interface BulkAsked {
  readonly how: How;
  readonly choice: Choice;
  /** What was shown when it was decided: what became a dead letter after this place is left alone. */
  readonly upTo: string;
  readonly by: string;
  readonly why: string;
}

export interface DeskNeeds {
  /** By who looks, whose look may be recorded. */
  readonly source: (by?: string) => ListSource;
  readonly letters: Pick<DeadLetters, 'requeue' | 'discard'>;
  readonly refused: Pick<RefusedRequests, 'requeue' | 'discard'>;
  readonly jobs: BulkJobs;
}

/** So many are read at once by a job. */
const readAtOnce = 200;

/** Where a person sees what waits for them, and deals with it. */
export class DeadLetterDesk {
  constructor(private readonly needs: DeskNeeds) {}

  get jobs(): BulkJobs {
    return this.needs.jobs;
  }

  /** Whether it is a place of the store. */
  isPlace(position: string): boolean {
    return this.needs.source().store.isPosition(position);
  }

  /** @param by - who looks; absent: nobody does */
  async page(choice: Choice, { limit, order, after }: PageWish, by?: string): Promise<WaitingPage> {
    const { kind } = choice;
    const list = kind === 'refused' ? 'refused' : 'deadletters';
    const {
      items,
      counts,
      known: _,
      ...page
    } = await askList(this.needs.source(by), list, {
      question: questionOf(choice),
      limit,
      ...(order === undefined ? {} : { order }),
      after,
      countedBy: ['cause'],
    });
    return {
      ...page,
      waiting: items.map((item) => waitingOf(kind, item)),
      causes: counts.map(({ values, n }) => ({ cause: values.cause ?? '', n })),
    };
  }

  /** Undefined: it does not wait, or is not in the list yet. */
  async find(id: string): Promise<Waiting | undefined> {
    const { lists } = this.needs.source();
    const letter = (await lists.state('deadletters', id)) as
      | { direction?: string; at?: string }
      | null
      | undefined;
    if (letter)
      return waitingOf(letter.direction === 'inbound' ? 'inbound' : 'outbound', {
        id,
        at: String(letter.at),
        state: letter,
      });
    const refusal = (await lists.state('refused', id)) as { at?: string } | null | undefined;
    return refusal ? waitingOf('refused', { id, at: String(refusal.at), state: refusal }) : undefined;
  }

  /** @throws {Unsettled} with a sentence */
  async settle(how: How, id: string, signature: Signature): Promise<void> {
    const waiting = await this.find(id);
    await (waiting === undefined
      ? inSentences(() => this.needs.letters[how](id, signature))
      : this.#settle(how, waiting, signature));
  }

  /** Begins to deal with all that were shown. @returns its job */
  async settleAll({ how, choice, upTo, by, why }: BulkAsked): Promise<BulkStatus> {
    const { matching } = await this.page(choice, { limit: 1 });
    const items = this.#all(choice, (waiting) => this.#settle(how, waiting, { by, why }, upTo));
    return this.needs.jobs.start({ how, by, why, chosen: saidOf(choice), total: matching, items });
  }

  async *#all(choice: Choice, settle: (waiting: Waiting) => Promise<void>): AsyncGenerator<Settling> {
    let after: string | undefined;
    do {
      const page = await this.page(choice, { limit: readAtOnce, order: 'oldest', after });
      for (const waiting of page.waiting) yield { id: waiting.id, settle: () => settle(waiting) };
      after = page.next;
    } while (after !== undefined);
  }

  #settle(how: How, waiting: Waiting, signature: Signature, upTo?: string): Promise<void> {
    const { id, kind, backend, identity = '', revision = '0' } = waiting;
    const { letters, refused } = this.needs;
    return inSentences(() =>
      kind === 'refused'
        ? refused[how]({ id, backend, revision: BigInt(revision) }, signature, upTo)
        : letters[how](id, signature, { stream: conversationStream({ backend, identity }), upTo }),
    );
  }
}

const inSentences = async (act: () => Promise<unknown>): Promise<void> => {
  try {
    await act();
  } catch (error) {
    if (error instanceof DeadLetterError || error instanceof RefusedError)
      throw new Unsettled(error.message, error.code === 'later');
    throw error;
  }
};

const questionOf = ({ kind, backend, cause, identity }: Choice) =>
  questionBy(
    {
      ...(kind === 'refused' ? {} : { direction: [kind] }),
      ...(backend === undefined ? {} : { backend: [backend] }),
      ...(cause === undefined ? {} : { cause: [cause] }),
    },
    kind === 'refused' ? undefined : identity,
  );

/** Without a number: whoever looks at the job may not be allowed to see it. */
const saidOf = ({ kind, backend, cause, identity }: Choice): string =>
  [
    kind,
    ...(backend === undefined ? [] : [`on ${backend}`]),
    ...(identity === undefined ? [] : ['with one identity']),
    ...(cause === undefined ? [] : [`“${cause}”`]),
  ].join(', ');
