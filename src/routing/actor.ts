import type { AnyApp } from '../apps/app.js';
import { isFact, type Memory, noMemory, remember } from '../apps/memory.js';
import { type Connection, conversationStream } from '../domain/connection.js';
import { type Conversation, evolveAny, newConversation } from '../domain/conversation.js';
import type { NewEvent, RecordedEvent } from '../domain/event.js';
import { isUnderstood } from '../domain/understood.js';
import type { EventStore } from '../store/port.js';

/** An event up to which a stream is folded. */
interface Folded {
  readonly id: string;
  readonly revision: bigint;
}

/** One conversation in memory: what its stream says, from whatever event it begins with now. */
export class Actor {
  readonly stream: string;
  #conversation: Conversation;
  #memory: Memory = noMemory;
  /** Undefined: nothing is, since nothing was there to fold. */
  #last: Folded | undefined;
  /** There are events, and the stream shows none of them. */
  #isHidden = false;

  /**
   * @param timeline - of the store that it is read from: what it knows, it knows of that one
   * @param stream - of the connection, where it is known already
   */
  constructor(
    readonly connection: Connection,
    private readonly apps: readonly AnyApp[],
    readonly timeline = 0,
    stream?: string,
  ) {
    this.stream = stream ?? conversationStream(connection);
    this.#conversation = newConversation(connection);
  }

  get conversation(): Conversation {
    return this.#conversation;
  }
  get memory(): Memory {
    return this.#memory;
  }
  /** Of the last event of the stream that is known. */
  get revision(): bigint | undefined {
    return this.#last?.revision;
  }
  /** What the stream must be at for this actor's decisions to count. */
  get expectedRevision(): bigint | 'none' | 'any' {
    return this.#last?.revision ?? (this.#isHidden ? 'any' : 'none');
  }

  /** True when everything up to this place is folded already. */
  knows(revision: bigint): boolean {
    return this.#last !== undefined && this.#last.revision >= revision;
  }

  /** Another that knows the same, to think ahead with. */
  copy(): Actor {
    const copy = new Actor(this.connection, this.apps, this.timeline, this.stream);
    copy.#become(this);
    return copy;
  }

  /**
   * One more event of the stream, as the store tells it. One that is known already, or beyond a gap, changes nothing.
   *
   * @param isNew - it was stored this moment: then it can be the first that there is, whatever its revision
   */
  observe(event: RecordedEvent, isNew: boolean): void {
    const follows = this.#last === undefined ? isNew : event.revision === this.#last.revision + 1n;
    if (follows) this.#read(event);
  }

  /** True for an event that the stream has, or had before what is left of it. */
  isCutAway(revision: bigint): boolean {
    return this.#last === undefined || revision < BigInt(this.#conversation.missing);
  }

  /** A message that still waits, though it was cut away from the stream: it comes before all others. */
  remind(event: RecordedEvent): void {
    const { waiting } = this.#conversation;
    this.#isHidden = this.#last === undefined;
    this.#fold(event);
    const added = [...this.#conversation.waiting].filter(([messageId]) => !waiting.has(messageId));
    this.#conversation = { ...this.#conversation, waiting: new Map([...added, ...waiting]) };
  }

  /** Decisions that are not stored yet: what they lead to. */
  foresee(events: readonly NewEvent[]): void {
    for (const event of events) this.#fold(event);
  }

  /** What was just appended at the place that this actor expected. @param revision - of the last of the events */
  appended(events: readonly NewEvent[], revision: bigint): void {
    if (this.#last === undefined) this.#startAt(revision - BigInt(events.length) + 1n);
    this.foresee(events);
    const { id } = events.at(-1) ?? {};
    if (id !== undefined) this.#last = { id, revision };
  }

  /**
   * Reads what the stream holds beyond what is folded. A stream that does not go on from there was cut at its front, deleted
   * and written again, or restored: it is folded anew from what is left, as any other process would find it.
   */
  async catchUp(store: EventStore): Promise<void> {
    if (this.#last !== undefined && (await this.#readOn(store, this.#last))) return;
    // Apart from this one, which may be told of new events meanwhile.
    const anew = new Actor(this.connection, this.apps, this.timeline);
    for await (const event of store.readStream(this.stream)) anew.#read(event);
    this.#become(anew);
  }

  /** @returns false when the event up to which it is folded is not there any more, or not followed by the next */
  async #readOn(store: EventStore, known: Folded): Promise<boolean> {
    let next = known.revision;
    for await (const event of store.readStream(this.stream, { from: next })) {
      if (event.revision !== next || (next === known.revision && event.id !== known.id)) return false;
      this.observe(event, false);
      next += 1n;
    }
    return next > known.revision;
  }

  #become(other: Actor): void {
    this.#conversation = other.#conversation;
    this.#memory = other.#memory;
    this.#last = other.#last;
    this.#isHidden = other.#isHidden;
  }

  #read(event: RecordedEvent): void {
    if (this.#last === undefined) this.#startAt(event.revision);
    this.#last = { id: event.id, revision: event.revision };
    this.#fold(event);
  }

  /** What comes before is known to be missing: for whoever explains the conversation, and for what still waits of it. */
  #startAt(revision: bigint): void {
    if (revision > 0n) this.#conversation = { ...this.#conversation, missing: Number(revision) };
  }

  #fold(event: NewEvent): void {
    this.#conversation = evolveAny(this.#conversation, event);
    if (isFact(event) && isUnderstood(event)) this.#memory = remember(this.apps, this.#memory, event);
  }
}
