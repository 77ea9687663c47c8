import type { AnyApp } from '../apps/app.js';
import { type Memory, noMemory, remember } from '../apps/memory.js';
import { type Connection, conversationStream } from '../domain/connection.js';
import { type Conversation, evolveAny, newConversation } from '../domain/conversation.js';
import type { NewEvent, RecordedEvent } from '../domain/event.js';
import { isUnderstood } from '../domain/events.js';
import type { EventStore } from '../store/port.js';

/** One conversation in memory: what its stream says, folded up to `revision`. */
export class Actor {
  readonly stream: string;
  #conversation: Conversation;
  #memory: Memory = noMemory;
  #revision = -1n;

  constructor(
    readonly connection: Connection,
    private readonly apps: readonly AnyApp[],
  ) {
    this.stream = conversationStream(connection);
    this.#conversation = newConversation(connection);
  }

  get conversation(): Conversation {
    return this.#conversation;
  }
  get memory(): Memory {
    return this.#memory;
  }
  /** What the stream must be at for this actor's decisions to count. */
  get expectedRevision(): bigint | 'none' {
    return this.#revision < 0n ? 'none' : this.#revision;
  }

  /** True when everything up to this place is folded already. */
  knows(revision: bigint): boolean {
    return this.#revision >= revision;
  }

  /** Another that knows the same, to think ahead with. */
  copy(): Actor {
    const copy = new Actor(this.connection, this.apps);
    copy.#conversation = this.#conversation;
    copy.#memory = this.#memory;
    copy.#revision = this.#revision;
    return copy;
  }

  /** One more event of the stream, as the store tells it. One that is known already, or beyond a gap, changes nothing. */
  observe(event: RecordedEvent): void {
    if (event.revision === this.#revision + 1n) this.#fold(event);
  }

  /** Folds what was just appended at the place that this actor expected. */
  appended(events: readonly NewEvent[]): void {
    for (const event of events) this.#fold(event);
  }

  /** Reads what the stream holds beyond what is folded. */
  async catchUp(store: EventStore): Promise<void> {
    for await (const event of store.readStream(this.stream, { from: this.#revision + 1n }))
      this.observe(event);
  }

  #fold(event: NewEvent): void {
    this.#revision += 1n;
    this.#conversation = evolveAny(this.#conversation, event);
    if (isUnderstood(event)) this.#memory = remember(this.apps, this.#memory, event);
  }
}
