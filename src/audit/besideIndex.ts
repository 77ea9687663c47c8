import { once } from 'node:events';
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { MessagesQuestion } from './ask.js';
import type { DayFigures, DayWish } from './figures/day.js';
import type { AppsAnswer, AppsWish, FiguresIndex } from './figures/figuresIndex.js';
import type { Waiting } from './figures/waiting.js';
import { type Group, TooManyGroups } from './groups.js';
import type { ListPage, ListWish } from './lists/list.js';
import type { Lists } from './lists/lists.js';
import type { PlainPage } from './messages.js';
import { type CountedPage, type MessagesIndex, type StatesFacts, UnreadableIndex } from './messagesIndex.js';
import type { AskedOfThread, FromThread, QuestionName, ToThread } from './thread.js';
import type { Stranger } from './values.js';

type Hearing = (message: FromThread) => void;

/** Asks in a thread of its own, which begins with the first question: what takes long holds up no message. */
export class BesideIndex implements MessagesIndex, FiguresIndex, Lists {
  readonly #waiting = new Map<number, Hearing>();
  #worker: Worker | undefined;
  #number = 0;

  /** @param path - of the file of states */
  constructor(private readonly path: string) {}

  async facts(): Promise<StatesFacts | undefined> {
    return (await this.#asked({ what: 'facts' })) as StatesFacts | undefined;
  }

  async page(question: MessagesQuestion): Promise<CountedPage> {
    return (await this.#ask('page', question)) as CountedPage;
  }

  async plainPage(question: MessagesQuestion): Promise<PlainPage> {
    return (await this.#ask('plainPage', question)) as PlainPage;
  }

  async groups(question: MessagesQuestion): Promise<readonly Group[]> {
    return (await this.#ask('groups', question)) as readonly Group[];
  }

  async strangers(question: MessagesQuestion): Promise<readonly Stranger[]> {
    return (await this.#ask('strangers', question)) as readonly Stranger[];
  }

  async statesFacts(projection: string): Promise<StatesFacts | undefined> {
    return (await this.#asked({ what: 'statesFacts', given: [projection] })) as StatesFacts | undefined;
  }

  async list(wish: ListWish): Promise<ListPage> {
    return (await this.#asked({ what: 'list', given: [wish] })) as ListPage;
  }

  async state(projection: string, partition: string): Promise<unknown> {
    return this.#asked({ what: 'state', given: [projection, partition] });
  }

  async waiting(played: readonly string[]): Promise<Waiting | undefined> {
    return (await this.#asked({ what: 'waiting', played })) as Waiting | undefined;
  }

  async day(wish: DayWish): Promise<DayFigures | undefined> {
    const plain = { ...wish, zone: wish.zone.name };
    return (await this.#asked({ what: 'day', wish: plain })) as DayFigures | undefined;
  }

  async apps(wish: AppsWish): Promise<AppsAnswer> {
    return (await this.#asked({ what: 'apps', wish })) as AppsAnswer;
  }

  async appsFacts(): Promise<StatesFacts | undefined> {
    return (await this.#asked({ what: 'appsFacts' })) as StatesFacts | undefined;
  }

  /** After the question that is being answered: a thread that is cut off within SQLite would end the process. */
  async close(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    this.#worker = undefined;
    const ended = once(worker, 'exit');
    worker.postMessage({ kind: 'end' } satisfies ToThread);
    await ended;
  }

  /** A zone is handed over by its name. */
  #ask(what: QuestionName, question: MessagesQuestion): Promise<unknown> {
    return this.#asked({ what, question: { ...question, zone: question.zone.name } });
  }

  async #asked(asked: AskedOfThread): Promise<unknown> {
    this.#number += 1;
    const number = this.#number;
    const told = new Promise<FromThread>((settle) => {
      this.#waiting.set(number, settle);
    });
    this.#thread().postMessage({ kind: 'ask', number, ...asked } satisfies ToThread);
    const { answer, failure } = await told;
    if (failure === undefined) return answer;
    if (failure.kind === 'too-many-groups') throw new TooManyGroups(failure.message);
    throw new UnreadableIndex(`${resolve(this.path)} cannot be read: ${failure.message}`);
  }

  #thread(): Worker {
    if (this.#worker !== undefined) return this.#worker;
    const worker = new Worker(new URL('./thread.js', import.meta.url), { workerData: this.path });
    worker.unref();
    worker.on('message', (message: FromThread) => this.#settle(message));
    worker.on('error', ({ message }) => this.#failAll(message));
    worker.on('exit', () => {
      if (this.#worker === worker) this.#worker = undefined;
      this.#failAll('the thread that reads it has ended');
    });
    this.#worker = worker;
    return worker;
  }

  #settle(message: FromThread): void {
    this.#waiting.get(message.number)?.(message);
    this.#waiting.delete(message.number);
  }

  #failAll(message: string): void {
    for (const number of this.#waiting.keys())
      this.#settle({ number, failure: { kind: 'unreadable', message } });
  }
}
