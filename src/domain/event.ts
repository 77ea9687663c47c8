/** Metadata of every event. Names with `$` are EventStoreDB's convention, so that its by-correlation streams work. */
export interface EventMetadata {
  /** Id of the inbound message, or of the job, that started it all. */
  readonly $correlationId: string;
  /** Id of the event that caused this one; absent on the first of a chain. */
  readonly $causationId?: string;
  /** Version of the shape of `data`. Fields are added, never renamed or retyped. */
  readonly schema: number;
}

/** Something that happened. `data` is plain JSON; times in it are ISO strings in UTC. */
export interface DomainEvent<Type extends string = string, Data extends object = object> {
  readonly type: Type;
  readonly data: Data;
}

/** An event as it is handed to a store: with its id (a UUID, time-ordered) and where it comes from. */
export type NewEvent<Event extends DomainEvent = DomainEvent> = Event & {
  readonly id: string;
  readonly metadata: EventMetadata;
};

/** An event as a store hands it back. */
export type RecordedEvent<Event extends DomainEvent = DomainEvent> = NewEvent<Event> & {
  readonly stream: string;
  /** Place in the stream: 0, 1, 2, … */
  readonly revision: bigint;
  /** Place in the whole store. Opaque: compare for equality, hand back, never compute with it. */
  readonly position: string;
  /** When the store took it: ISO, UTC. */
  readonly recordedAt: string;
};
