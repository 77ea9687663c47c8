import type { Definition, Handler } from './dialect.js';

/** What went wrong inside, as text. */
export interface Trouble {
  readonly name: string;
  readonly message: string;
  readonly stack: string;
  /** Text of the function of the file that was running: where to look when the stack does not tell. */
  readonly within: string;
}

export type Outcome<Value> = { readonly value: Value } | { readonly trouble: Trouble };

/** A partition that changed. Texts are JSON. */
export interface Changed {
  readonly partition: string;
  readonly state: string;
  /** What transformBy and filterBy make of it; absent when there are none, or filterBy left it out. */
  readonly result?: string;
}

/** The rows of a batch: an event is `[data, metadata, streamId, sequenceNumber, eventType, eventId]`. */
export type EventRow = readonly [unknown, unknown, string, number, string, string];

/** What a batch leads to: the states that it needs first, or those that it changed. */
export type Folded =
  | { readonly missing: readonly string[] }
  | {
      readonly changed: readonly Changed[];
      /** The shared state of `$initShared` as JSON, when there is one. */
      readonly shared: string | undefined;
    };

/** Keeps the states of one projection and folds batches into them. Only text and numbers come in from outside. */
export interface Folding {
  /** The next batch: a JSON list of {@link EventRow}. */
  put(batch: string): void;
  /** @param state - JSON; undefined for a partition without one */
  give(partition: string, state: string | undefined): void;
  giveShared(state: string | undefined): void;
  /**
   * Folds the batch; when states are missing, it tells which and is to be called again. All in one call where it can be:
   * each call from outside costs a thread that watches the time. Afterwards at most `maxStates` states, of about `maxChars`
   * in all, are kept in memory.
   */
  fold(maxStates: number, maxChars: number): Outcome<Folded>;
  /** Drops all states: the next batches ask for them again. */
  forget(): void;
}

/** Runs inside the context (see dialect.ts). */
export const folding = (definition: Definition, lossOf: (value: unknown) => string | undefined): Folding => {
  const { parse, stringify } = JSON;
  interface Entry {
    state: unknown;
    known: boolean;
    chars: number;
  }
  const states = new Map<string, Entry>();
  const touched = new Map<string, Entry>();
  let chars = 0;
  const handlers = definition.handlers ?? new Map<string, Handler>();
  const any = handlers.get('$any');
  const [init, initShared] = [handlers.get('$init'), handlers.get('$initShared')];
  const [created, deleted] = [handlers.get('$created'), handlers.get('$deleted')];
  const reserved = ['$any', '$init', '$initShared', '$created', '$deleted'];
  const byType = new Map([...handlers].filter(([type]) => !reserved.includes(type)));
  let text = '[]';
  let batch: readonly { readonly event: Event; readonly entry: Entry }[] | undefined;
  let shared: unknown;
  let running: unknown;

  class Event {
    readonly isJson = true;
    partition = '';
    readonly data: unknown;
    readonly body: unknown;
    readonly metadata: unknown;
    readonly streamId: string;
    readonly sequenceNumber: number;
    readonly eventType: string;
    readonly eventId: string;

    constructor([data, metadata, streamId, sequenceNumber, eventType, eventId]: EventRow) {
      this.data = data;
      this.body = data;
      this.metadata = metadata;
      this.streamId = streamId;
      this.sequenceNumber = sequenceNumber;
      this.eventType = eventType;
      this.eventId = eventId;
    }

    get bodyRaw(): string {
      return stringify(this.data);
    }

    get metadataRaw(): string {
      return stringify(this.metadata);
    }
  }

  const call = (handler: Handler, ...parameters: unknown[]): unknown => {
    running = handler;
    return handler(...parameters);
  };
  const attempt = <Value>(work: () => Value): Outcome<Value> => {
    try {
      return { value: work() };
    } catch (error) {
      const { name = 'Error', message = error, stack = '' } = Object(error) as Partial<Error>;
      const within = typeof running === 'function' ? String(running) : '';
      return { trouble: { name: String(name), message: String(message), stack: String(stack), within } };
    }
  };
  const refuse = (message: string): never => {
    const error = new Error(message);
    error.name = 'NotJson';
    throw error;
  };
  const checked = (state: unknown): string => {
    const loss = lossOf(state);
    return loss === undefined
      ? stringify(state)
      : refuse(`${loss}: a state must come back from JSON as it was`);
  };
  /** What the server keeps otherwise when it is all that there is. */
  const checkedState = (state: unknown): string => {
    if (state === null) refuse('state is null: the server begins such a one anew, now and then');
    if (typeof state === 'string') refuse('state is a text: the server takes it for JSON');
    return checked(state);
  };

  const isDeletion = (event: Event): boolean =>
    deleted !== undefined && event.eventType === '$streamDeleted' && definition.partition === 'stream';
  const handlerOf = (event: Event): Handler | undefined => byType.get(event.eventType) ?? any;
  const partitionOf = (event: Event): string | undefined => {
    if (definition.partition === 'none') return '';
    if (definition.partition === 'stream') return event.streamId;
    const key = definition.partitionBy === undefined ? undefined : call(definition.partitionBy, event);
    if (typeof key === 'number') return partitionOfNumber(key);
    if (typeof key !== 'string') return undefined;
    if (key === '')
      refuse('partitionBy gives an empty text, at which the server stops: to pass over, give null');
    if (!key.isWellFormed()) refuse('partitionBy gives half of a character (a lone surrogate)');
    return key;
  };
  /** As the server writes numbers, but for those that it writes in a way of its own. */
  const partitionOfNumber = (key: number): string => {
    if (Object.is(key, -0)) return '-0';
    if (String(key).includes('e') || (key !== 0 && Math.abs(key) < 1e-4))
      refuse(`partitionBy gives ${key}, which the server writes otherwise: make it a text`);
    return String(key);
  };
  /** The newest last: what was not used for longest is dropped first. */
  const entryOf = (partition: string): Entry => {
    const entry = states.get(partition) ?? { state: undefined, known: false, chars: 0 };
    states.delete(partition);
    states.set(partition, entry);
    return entry;
  };

  const foldOne = (event: Event, entry: Entry): void => {
    if (!entry.known) {
      entry.state = init === undefined ? {} : call(init);
      entry.known = true;
      if (created !== undefined) call(created, entry.state, event);
    }
    touched.set(event.partition, entry);
    if (deleted !== undefined && isDeletion(event)) {
      call(deleted, entry.state, null, event.partition, false);
      return;
    }
    const handler = handlerOf(event);
    if (handler === undefined) return;
    if (initShared === undefined) {
      const next = call(handler, entry.state, event);
      if (next !== undefined) entry.state = next;
      return;
    }
    const both = [entry.state, shared];
    const next = call(handler, both, event) ?? both;
    [entry.state, shared] = next as [unknown, unknown];
  };

  const resultOf = (state: unknown): string | undefined => {
    let result = state;
    for (const { kind, by } of definition.transforms) {
      const made = call(by, result);
      if (kind === 'filter' && made !== true) return undefined;
      if (kind === 'transform') result = made;
      if (result === null || result === undefined) return undefined;
    }
    return checked(result);
  };
  const drop = (maxStates: number, maxChars: number): void => {
    for (const [partition, entry] of states) {
      if (states.size <= maxStates && chars <= maxChars) return;
      chars -= entry.chars;
      states.delete(partition);
    }
  };

  const missing = (): readonly string[] => {
    const wanted = new Set<string>();
    const found: { event: Event; entry: Entry }[] = [];
    for (const row of parse(text) as EventRow[]) {
      const event = new Event(row);
      if (handlerOf(event) === undefined && !isDeletion(event)) continue;
      const partition = partitionOf(event);
      if (partition === undefined) continue;
      event.partition = partition;
      if (!states.has(partition)) wanted.add(partition);
      found.push({ event, entry: entryOf(partition) });
    }
    batch = found;
    return [...wanted];
  };
  const changes = (): readonly Changed[] => {
    const changed: Changed[] = [];
    for (const [partition, entry] of touched) {
      const state = checkedState(entry.state);
      const result = definition.transforms.length === 0 ? undefined : resultOf(entry.state);
      chars += state.length - entry.chars;
      entry.chars = state.length;
      changed.push(result === undefined ? { partition, state } : { partition, state, result });
    }
    touched.clear();
    return changed;
  };
  const foldAll = (): Folded => {
    if (batch === undefined) {
      const wanted = missing();
      if (wanted.length > 0) return { missing: wanted };
    }
    if (initShared !== undefined && shared === undefined) shared = call(initShared);
    for (const { event, entry } of batch ?? []) foldOne(event, entry);
    return {
      changed: changes(),
      shared: initShared === undefined || shared === undefined ? undefined : checkedState(shared),
    };
  };

  return {
    put: (next) => {
      text = next;
      batch = undefined;
    },
    give: (partition, state) => {
      const entry = entryOf(partition);
      if (state === undefined) return;
      entry.state = parse(state);
      entry.known = true;
      entry.chars = state.length;
      chars += state.length;
    },
    giveShared: (state) => {
      shared = state === undefined ? undefined : parse(state);
    },
    fold: (maxStates, maxChars) =>
      attempt(() => {
        const folded = foldAll();
        if ('changed' in folded) drop(maxStates, maxChars);
        return folded;
      }),
    forget: () => {
      states.clear();
      touched.clear();
      chars = 0;
      batch = undefined;
      shared = undefined;
    },
  };
};
