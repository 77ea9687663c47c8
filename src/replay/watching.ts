import { AsyncLocalStorage } from 'node:async_hooks';
import type { AnyApp } from '../apps/app.js';
import { takesOf, taking } from '../apps/takes.js';
import type { Endless, EndlessPlace } from './endless.js';
import { Globals } from './globals.js';
import type { Noted } from './protocol.js';
import { type Pulse, phaseNumber } from './pulse.js';
import { Seeded } from './refuse/chance.js';
import type { Watch } from './runMessage.js';

/** Whose code it is, and at which message it was called. */
interface Turn {
  readonly app: string;
  readonly message: number;
}

const afterwards = ', after its handler had ended';
const AsyncFunction: unknown = (async () => {}).constructor;

/** Notes what the apps of a thread call, and shows how far it is. */
export class Watching implements Watch {
  readonly seeded = new Seeded();
  /** Milliseconds since 1970: of the decision that is taken anew. */
  nowMs = 0;
  /** The app whose code runs, up to its first wait. */
  #app: string | undefined;
  /** Counts what comes one after the other: messages, and the time before them. */
  #message = 0;
  #calls = new Set<string>();
  #noted = new Map<string, Noted>();
  #endless: Endless = [];
  /** What an app does behind a wait, it does in its own turn, whoever else is being asked meanwhile. */
  readonly #turns = new AsyncLocalStorage<Turn>();
  /** To follow a turn makes each wait of the thread slower: only those who wait are followed, until something comes from nowhere. */
  #followsAll = false;

  /** Absent: nobody looks after them yet. */
  #globals: Globals | undefined;

  /** @param looksClosely - after the globals, at each call of an app: that takes longer than most messages */
  constructor(
    private readonly pulse: Pulse,
    private readonly looksClosely = false,
  ) {}

  /** From here on the globals are to stay as they are. */
  guardGlobals(): void {
    this.#globals = new Globals();
  }

  /** Some app has changed what all code goes by, since this was asked last: what was found meanwhile is not to be relied on. */
  isMisled(): boolean {
    const changes = this.#changes();
    if (!this.looksClosely) return changes.length > 0;
    this.#noteChanges(changes, undefined);
    return false;
  }

  /** @param endless - messages of it that are known to have no end */
  beginConversation(number: number, endless: Endless): void {
    this.#endless = endless;
    this.pulse.beginJob(number);
  }

  begin(messageId: string, now: Date): EndlessPlace | undefined {
    if (this.pulse.isToStop) throw new Error('The thread was asked to stop.');
    this.nowMs = now.getTime();
    this.seeded.sow(messageId);
    this.#message += 1;
    if (this.#calls.size > 0) this.#calls = new Set();
    const at = this.pulse.beginMessage(messageId);
    return this.#endless.find(({ message }) => message === 'all' || message === at);
  }

  end(): readonly string[] {
    this.pulse.enter(-1, 0);
    this.#message += 1;
    if (this.#calls.size === 0) return [];
    const calls = [...this.#calls];
    this.#calls = new Set();
    return calls;
  }

  alive(): void {
    this.pulse.move();
  }

  note(call: string): void {
    const turn = this.#turns.getStore();
    // From an app that was not known to wait for anything: from here on all are followed.
    if (turn === undefined && this.#app === undefined) this.#followsAll = true;
    if (turn !== undefined && turn.message !== this.#message) this.#count(`${call}${afterwards}`, turn.app);
    else {
      this.#calls.add(call);
      this.#count(call, turn?.app ?? this.#app);
    }
  }

  /** Since the last time that it was asked. */
  noted(): readonly Noted[] {
    const noted = [...this.#noted.values()];
    this.#noted = new Map();
    return noted;
  }

  /** Loads an app. @param nth - of the configuration */
  async loading<Loaded>(app: string, nth: number, load: () => Promise<Loaded>): Promise<Loaded> {
    this.pulse.enter(nth, phaseNumber('load'));
    return this.#turns.run({ app, message: this.#message }, load);
  }

  /** All are loaded: what they left behind is followed no more, unless someone else is. */
  loaded(): void {
    this.end();
    this.#turns.disable();
  }

  /** The app, so that what it calls is noted as its own. @param nth - of the configuration */
  over(app: AnyApp, nth: number): AnyApp {
    const changes = this.#changes();
    this.#noteChanges(changes, app.name);
    const watched: Record<string, unknown> = { ...app };
    for (const [key, value] of Object.entries(app))
      if (typeof value === 'function') watched[key] = this.#overCall(app, nth, key, value as Call, changes);
    return watched as unknown as AnyApp;
  }

  /** @param changes - of globals, by which the app would go and does not here: it may answer otherwise for that alone */
  #overCall(app: AnyApp, nth: number, key: string, value: Call, changes: readonly string[]): Call {
    const phase = phaseNumber(key);
    const { name } = app;
    const takes = takesOf(value);
    let waits = value instanceof (AsyncFunction as FunctionConstructor);
    const watched: Call = (...given) => {
      this.pulse.enter(nth, phase);
      const before = this.#app;
      this.#app = name;
      for (const change of changes) this.#calls.add(change);
      try {
        const result =
          waits || this.#followsAll
            ? this.#turns.run({ app: name, message: this.#message }, () => value.apply(app, given))
            : value.apply(app, given);
        const isLater = typeof result === 'object' && result !== null && 'then' in result;
        waits ||= isLater;
        return isLater && this.looksClosely ? this.#lookAfter(result as PromiseLike<unknown>, name) : result;
      } finally {
        this.#app = before;
        if (this.looksClosely) this.#noteChanges(this.#changes(), name);
      }
    };
    return takes === undefined ? watched : taking(watched, takes);
  }

  async #lookAfter(result: PromiseLike<unknown>, name: string): Promise<unknown> {
    try {
      return await result;
    } finally {
      this.#noteChanges(this.#changes(), name);
    }
  }

  #changes(): readonly string[] {
    return this.#globals?.putBack() ?? [];
  }

  #noteChanges(changes: readonly string[], app: string | undefined): void {
    for (const change of changes) {
      this.#calls.add(change);
      this.#count(change, app);
    }
  }

  #count(call: string, app: string | undefined): void {
    const key = `${app ?? ''} ${call}`;
    const count = (this.#noted.get(key)?.count ?? 0) + 1;
    this.#noted.set(key, { ...(app === undefined ? {} : { app }), call, count });
  }
}

type Call = (...given: unknown[]) => unknown;
