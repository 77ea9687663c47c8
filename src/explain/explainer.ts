import type { AnyApp } from '../apps/app.js';
import type { Pause } from '../domain/backendPause.js';
import { type Connection, connectionOf, conversationStream } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import type { EventStore } from '../store/port.js';
import type { Code } from './code.js';
import type { Codes } from './codes.js';
import type { ExplainRequest, Explanation } from './explanation.js';
import { findMessage, type Lookup, NotFound } from './find.js';
import { withOlder } from './older.js';
import { listOf, readFrom, readLast, rootOf, type Told, withElsewhere } from './read.js';
import { type Change, changesBetween, StateFold } from './state.js';
import { type Chain, chainsOf, messageIdOf, textsOf } from './story.js';
import { happenedAt } from './time.js';
import { waitsOf } from './waits.js';

export interface ExplainerNeeds {
  readonly store: EventStore;
  readonly codes: Codes;
  /** The conversation that a person names. @throws {NotFound} */
  conversationNamed(asked: string): Promise<Connection>;
  /** By the id of the message: what the projections know of where it is. */
  lookup(): Promise<Pick<Lookup, 'conversationOf'> & { close(): void }>;
  /** Those of today. @throws an error in a sentence when one cannot be loaded any more */
  apps(): Promise<readonly AnyApp[]>;
  /** Undefined: nobody has paused it. */
  readonly pauseOf: (backend: string) => Promise<Pause | undefined>;
}

/** Tells what happened and why, of a message or a conversation. */
export class Explainer {
  constructor(private readonly needs: ExplainerNeeds) {}

  /** @throws {NotFound} in a sentence, for what is not there */
  async explain(request: ExplainRequest): Promise<Explanation> {
    const { connection, root } = await this.#subject(request);
    const folds = request.at !== undefined || request.withChanges === true;
    const told = await this.#events(connection, root, folds ? { ...request, count: undefined } : request);
    const events = request.at === undefined ? told.events : upTo(told.events, request.at);
    const all = chainsOf(events).filter((chain) =>
      root === undefined ? !told.hasEarlier || hasBeginning(chain) : isAbout(chain, root),
    );
    const shown = folds && request.count !== undefined ? all.slice(-request.count) : all;
    const older = await withOlder(this.needs.store, connection, shown);
    const chains = await withElsewhere(this.needs.store, older.chains);
    const waits =
      request.at === undefined ? await waitsOf(chains, connection, this.needs.pauseOf) : undefined;
    return {
      connection,
      stream: conversationStream(connection),
      ...(await this.#extent(connection)),
      hasEarlier: told.hasEarlier || shown.length < all.length,
      chains,
      ...(older.note === undefined ? {} : { note: older.note }),
      codes: await this.#codesOf(chains),
      ...(waits === undefined || waits.size === 0 ? {} : { waits }),
      ...(folds ? await this.#known(connection, events, request.withChanges === true) : {}),
    };
  }

  /** @returns the conversation, and for a message the event with which its chain begins */
  async #subject({ message, conversation = '' }: ExplainRequest): Promise<{
    readonly connection: Connection;
    readonly root?: RecordedEvent;
  }> {
    if (message === undefined) return { connection: await this.needs.conversationNamed(conversation) };
    const root = await rootOf(this.needs.store, await this.#find(message));
    const connection = connectionOf(root.stream);
    if (connection === undefined) throw new NotFound(`There is no message ${message} in a conversation.`);
    return { connection, root };
  }

  /** By the store's own index of what belongs together, where it has one, else by what the projections know of where it is. */
  async #find(message: string): Promise<RecordedEvent> {
    const { store } = this.needs;
    if ((await store.whyFindingIsSlow?.({ correlationId: message })) === undefined)
      return findMessage(store, message, { correlations: true, conversationOf: () => undefined });
    const known = await this.needs.lookup();
    try {
      return await findMessage(store, message, { correlations: false, conversationOf: known.conversationOf });
    } finally {
      known.close();
    }
  }

  #events(connection: Connection, root: RecordedEvent | undefined, request: ExplainRequest): Promise<Told> {
    const isWhole = request.at !== undefined || request.withChanges === true;
    return root === undefined || isWhole
      ? readLast(this.needs.store, connection, request.count)
      : readFrom(this.needs.store, root);
  }

  async #extent(
    connection: Connection,
  ): Promise<Pick<Explanation, 'missing' | 'revision' | 'firstAt' | 'lastAt'>> {
    const stream = conversationStream(connection);
    const [first] = await listOf(this.needs.store.readStream(stream, { maxCount: 1 }));
    const [last] = await listOf(this.needs.store.readStream(stream, { direction: 'backwards', maxCount: 1 }));
    if (first === undefined || last === undefined) throw new NotFound(`There is nothing left of ${stream}.`);
    return {
      missing: Number(first.revision),
      revision: last.revision,
      firstAt: happenedAt(first),
      lastAt: happenedAt(last),
    };
  }

  async #codesOf(chains: readonly Chain[]): Promise<ReadonlyMap<string, Code>> {
    const codes = new Map<string, Code>();
    for (const event of chains.flatMap(decisionsOf)) {
      const code = await this.needs.codes.of(event);
      if (code !== undefined) codes.set(event.id, code);
    }
    return codes;
  }

  async #known(
    connection: Connection,
    events: readonly RecordedEvent[],
    withChanges: boolean,
  ): Promise<Pick<Explanation, 'state' | 'changes' | 'withoutApps'>> {
    const { apps, withoutApps } = await this.#apps();
    const fold = new StateFold(connection, apps);
    const changes = new Map<string, readonly Change[]>();
    for (const event of events) {
      const before = withChanges ? fold.state : undefined;
      fold.read(event);
      if (before !== undefined) changes.set(event.id, changesBetween(before, fold.state));
    }
    return {
      state: fold.state,
      ...(withChanges ? { changes } : {}),
      ...(withoutApps === undefined ? {} : { withoutApps }),
    };
  }

  /** One that cannot be loaded any more keeps nobody from what the events tell by themselves. */
  async #apps(): Promise<{ readonly apps: readonly AnyApp[]; readonly withoutApps?: string }> {
    try {
      return { apps: await this.needs.apps() };
    } catch (error) {
      return { apps: [], withoutApps: (error as Error).message };
    }
  }
}

/** What followed from something that lies before what was read is left to that. */
const hasBeginning = (chain: Chain): boolean => {
  if (chain.way === 'none') return true;
  return (chain.way === 'in' ? chain.received : chain.decided) !== undefined;
};

const isAbout = (chain: Chain, root: RecordedEvent): boolean =>
  chain.way !== 'none' && chain.messageId === messageIdOf(root);

const upTo = (
  events: readonly RecordedEvent[],
  at: NonNullable<ExplainRequest['at']>,
): readonly RecordedEvent[] => {
  // By the last that is not later, since a clock may have jumped between two.
  const last =
    'revision' in at
      ? events.findLastIndex(({ revision }) => revision <= at.revision)
      : events.findLastIndex((event) => happenedAt(event) <= at.time);
  return events.slice(0, last + 1);
};

/** What names the code that took it. */
const decisionsOf = (chain: Chain): readonly RecordedEvent[] =>
  [
    ...(chain.way === 'in' ? chain.steps.map(({ event }) => event) : []),
    ...textsOf(chain).flatMap(({ decided }) => (decided === undefined ? [] : [decided])),
  ].filter(({ type, data }) => type === 'MessageRouted' || type === 'RoutingFailed' || 'by' in data);
