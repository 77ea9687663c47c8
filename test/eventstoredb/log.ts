import { EventEmitter } from 'node:events';
import { idempotentPlace, type Refusal, type Written } from './idempotency.js';
import { StreamState } from './streamState.js';

/** An event as the server holds it: bytes, whatever they mean. */
export interface LoggedEvent {
  readonly id: string;
  readonly type: string;
  readonly isJson: boolean;
  readonly data: Buffer;
  readonly metadata: Buffer;
  readonly stream: string;
  readonly revision: number;
  /** Place in the transaction file: grows by the size of what is written, so nothing can be guessed. */
  readonly position: number;
  /** Milliseconds since 1970. */
  readonly created: number;
}

export type ProposedEvent = Pick<LoggedEvent, 'id' | 'type' | 'isJson' | 'data' | 'metadata'>;

/** -1: no stream; a number: that revision. */
export type Expected = 'any' | 'exists' | number;

/** What a server keeps on its disk, and the cache of ids that it does not. Survives a restart of the stand-in. */
export class EventLog {
  readonly all: LoggedEvent[] = [];
  /** Emits `written` after every write. */
  readonly changes = new EventEmitter().setMaxListeners(0);
  readonly #streams = new Map<string, StreamState>();
  /** Where ids were written lately: what makes appends with `any` idempotent, and nothing else. */
  readonly #recent = new Map<string, LoggedEvent>();
  #end = 0;

  constructor(private readonly now: () => number = Date.now) {}

  stream(name: string): StreamState {
    let state = this.#streams.get(name);
    if (!state) {
      state = new StreamState();
      this.#streams.set(name, state);
    }
    return state;
  }

  /** The real one holds 8 MiB and loses it at a restart. */
  emptyIdempotencyCache(): void {
    this.#recent.clear();
  }

  append(name: string, events: readonly ProposedEvent[], expected: Expected): Written | Refusal {
    const stream = this.stream(name);
    if (stream.tombstoned) return { refused: 'deleted' };
    const before = idempotentPlace(stream, events, expected, this.#recent);
    if (before) return before;
    const written = events.map((event) => this.#write(name, stream, event));
    this.changes.emit('written');
    const last = written.at(-1);
    return { revision: stream.last, position: last?.position ?? -1 };
  }

  delete(name: string, hard: boolean): number {
    const stream = this.stream(name);
    const nothing = Buffer.from('');
    const note = { id: crypto.randomUUID(), isJson: true, metadata: nothing };
    if (hard) {
      stream.tombstoned = true;
      this.#write(name, stream, { ...note, type: '$streamDeleted', data: nothing });
    } else {
      const data = Buffer.from(JSON.stringify({ $tb: stream.last + 1 }));
      this.#write(`$$${name}`, this.stream(`$$${name}`), { ...note, type: '$metadata', data });
      stream.delete();
    }
    this.changes.emit('written');
    return this.#end;
  }

  /** Index in `all` of the first event at or after a position; -1 when no event begins there and it is not the end. */
  indexOf(position: number): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.all[middle]?.position ?? 0) < position) low = middle + 1;
      else high = middle;
    }
    return this.all[low]?.position === position ? low : -1;
  }

  #write(name: string, stream: StreamState, event: ProposedEvent): LoggedEvent {
    const logged: LoggedEvent = {
      ...event,
      stream: name,
      revision: stream.last + 1,
      position: this.#end,
      created: this.now(),
    };
    this.#end += 87 + 2 * (name.length + event.type.length) + event.data.length + event.metadata.length;
    this.all.push(logged);
    stream.add(logged);
    this.#recent.set(logged.id, logged);
    if (name.startsWith('$$') && event.type === '$metadata') {
      this.stream(name.slice(2)).configure(JSON.parse(event.data.toString()));
    }
    return logged;
  }
}
