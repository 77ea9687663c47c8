import { userCategory } from '../domain/accessEvents.js';
import type { RecordedEvent } from '../domain/event.js';
import { tokenStream, userStream } from './names.js';
import { tokenAfter, userAfter } from './stored.js';
import type { Token } from './token.js';
import type { User } from './user.js';

interface Followed<State> {
  readonly revision: bigint;
  /** Undefined: it is removed, or the stream is another program's. */
  readonly state: State | undefined;
}

/** All users and tokens that there are, as far as the events that were told say. */
export class Directory {
  readonly #users = new Map<string, Followed<User>>();
  readonly #tokens = new Map<string, Followed<Token>>();

  /** Events of a stream come in order; one that was told before changes nothing. */
  tell(event: RecordedEvent): void {
    if (event.stream.startsWith(`${userCategory}-`)) follow(this.#users, event, userAfter);
    else follow(this.#tokens, event, tokenAfter);
  }

  /** @param name - as it is kept */
  user(name: string): User | undefined {
    return this.#users.get(userStream(name))?.state;
  }

  token(name: string): Token | undefined {
    return this.#tokens.get(tokenStream(name))?.state;
  }

  /** By name. */
  get users(): readonly User[] {
    return statesOf(this.#users);
  }

  /** By name. */
  get tokens(): readonly Token[] {
    return statesOf(this.#tokens);
  }

  /** Of the last event that was told of a stream; undefined: nobody is known of it. */
  revisionOf(stream: string): bigint | undefined {
    return (this.#users.get(stream) ?? this.#tokens.get(stream))?.revision;
  }
}

const follow = <State>(
  all: Map<string, Followed<State>>,
  event: RecordedEvent,
  evolve: (state: State | undefined, event: RecordedEvent) => State | undefined,
): void => {
  const { stream, revision } = event;
  const before = all.get(stream);
  if (before !== undefined && before.revision >= revision) return;
  const state = evolve(before?.state, event);
  // Of the streams of another program nothing is kept.
  if (before !== undefined || state !== undefined) all.set(stream, { revision, state });
};

const statesOf = <State extends { readonly name: string }>(
  all: ReadonlyMap<string, Followed<State>>,
): readonly State[] =>
  [...all.values()]
    .flatMap(({ state }) => (state === undefined ? [] : [state]))
    .sort((one, other) => (one.name < other.name ? -1 : 1));
