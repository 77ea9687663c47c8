import type { NewEvent, RecordedEvent } from '../../domain/event.js';
import type {
  Agreements,
  AppendOptions,
  AppendResult,
  Checkpoints,
  EventFilter,
  OpenStore,
  ReadAllOptions,
  ReadStreamOptions,
  SubscribeOptions,
  Subscription,
} from '../port.js';
import { serialise } from '../serialise.js';
import { agreementsIn, movedAgreements } from './agreements.js';
import { Appender } from './append.js';
import { checkpointsIn } from './checkpoints.js';
import { Connection } from './connection.js';
import { withReason } from './errors.js';
import { find } from './find.js';
import { FormerTexts } from './former.js';
import { checkNames } from './hidden.js';
import { LatestTexts } from './latest.js';
import { linkedUpTo, linkStreamsOf, whyNotLinked } from './linkStreams.js';
import { placeIn } from './position.js';
import { readAll, readHead, readStream } from './read.js';
import { Session } from './session.js';
import { eventStoreDBDefaults } from './settings.js';
import { createSubscription } from './subscribe.js';
import { hasTimes } from './timePlace.js';

export interface EventStoreDBOptions {
  /** `esdb://[user:password@]host:port[,host:port]?tls=true`, or `esdb+discover://` and a name of the cluster. */
  readonly connectionString: string;
  /** The longest that an append may take, waiting for others on its stream included, in milliseconds. */
  readonly appendTimeoutMs?: number;
  /** How long the server may be silent or away before a reading fails, in milliseconds. */
  readonly readTimeoutMs?: number;
  /** How long to wait for a server that is away when the store is opened, in milliseconds. */
  readonly connectTimeoutMs?: number;
  /** Called each time that the store's `timeline` has grown. */
  readonly onRestored?: () => void;
  /**
   * Called when the server begins to refuse what the router needs, with a sentence that says what and how it is granted, and with
   * undefined when it refuses nothing any more.
   */
  readonly onRefusal?: (refusal: string | undefined) => void;
  /** Called when the server is away while the store is opened, once. `why` is for people to read, if it is known. */
  readonly onWait?: (why: string | undefined) => void;
}

/** Of the first try to reach the server; then it is told that the store waits. */
const firstTryMs = 2_000;

/**
 * The distributed store: EventStoreDB 23.10 or newer. An append is on the disks of a quorum when it resolves.
 *
 * @throws {StoreError} `invalid` for a connection string that cannot be read; `unavailable` when the server is away
 * for longer than `connectTimeoutMs`, or refuses the user
 */
export const openEventStoreDBStore = async (options: EventStoreDBOptions): Promise<OpenStore> => {
  const {
    connectionString,
    appendTimeoutMs,
    readTimeoutMs,
    connectTimeoutMs,
    onWait = () => undefined,
    onRestored = () => undefined,
    onRefusal = () => undefined,
  } = { ...eventStoreDBDefaults, ...options };
  const session = new Session(Connection.to(connectionString), readTimeoutMs);
  let isOpening = true;
  const whyAway = () => session.connection.whyNone(session.whyAway);
  const tell = async () => {
    const why = await whyAway();
    if (isOpening) onWait(why);
  };
  const waiting = setTimeout(() => void tell(), firstTryMs);
  try {
    session.openedAt = await readHead(session, connectTimeoutMs);
  } catch (error) {
    session.refuse();
    const explained = await withReason(error, whyAway);
    await session.connection.release();
    throw explained;
  } finally {
    isOpening = false;
    clearTimeout(waiting);
  }
  session.timeline.onChange(onRestored);
  session.refusals.onChange(onRefusal);
  return new EventStoreDBStore(session, new Appender(session, appendTimeoutMs));
};

class EventStoreDBStore implements OpenStore {
  readonly checkpoints: Checkpoints;
  readonly agreements: Agreements;
  readonly heartbeats: Agreements;
  #closing: Promise<void> | undefined;

  constructor(
    private readonly session: Session,
    private readonly appender: Appender,
  ) {
    const texts = (kind: string) => new LatestTexts(session, appender, kind);
    const former = (kind: string) => new FormerTexts(session, appender, kind);
    this.checkpoints = checkpointsIn(session, texts('checkpoints'), former('checkpoints'));
    this.agreements = movedAgreements(session, texts('agreements'), former('agreements'));
    this.heartbeats = agreementsIn(session, texts('heartbeats'));
  }

  async append(
    stream: string,
    events: readonly NewEvent[],
    options: AppendOptions = {},
  ): Promise<AppendResult> {
    this.session.check();
    const serialised = serialise(stream, events);
    checkNames(
      stream,
      serialised.map(({ type }) => type),
    );
    return this.appender.append(stream, serialised, options);
  }

  readStream(stream: string, options?: ReadStreamOptions): AsyncIterable<RecordedEvent> {
    return readStream(this.session, stream, options);
  }

  readAll(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return readAll(this.session, options);
  }

  subscribe(options?: SubscribeOptions): Subscription {
    return createSubscription(this.session, options);
  }

  get timeline(): number {
    return this.session.timeline.number;
  }

  get refusals(): readonly string[] {
    return this.session.refusals.all;
  }

  find(options?: ReadAllOptions): AsyncIterable<RecordedEvent> {
    return find(this.session, options);
  }

  async whyFindingIsSlow(filter: EventFilter): Promise<string | undefined> {
    this.session.check();
    const links = linkStreamsOf(filter);
    if (links !== undefined && (await linkedUpTo(this.session, links)) === undefined)
      return whyNotLinked(links);
    const isByTime = filter.since !== undefined || filter.until !== undefined;
    return links === undefined && isByTime && !(await hasTimes(this.session))
      ? 'This EventStoreDB keeps no $ce-conversation (--start-standard-projections), or lets this user not read it: to find a time, all that was stored before it is read, a second for each some 50,000 events.'
      : undefined;
  }

  isPosition(text: string): boolean {
    return placeIn(text) !== undefined;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Appends under way may have to read, so readings end after them. */
  async #close(): Promise<void> {
    this.session.refuse();
    await this.appender.idle();
    this.session.end();
    await this.session.connection.release();
  }
}
