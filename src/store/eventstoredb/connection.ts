import { EventStoreDBClient } from '@eventstore/db-client';
import type { CallOptions, ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import { StoreError } from '../port.js';
import { diagnoseConnection } from './connectionDiagnosis.js';
import { namesNoUser } from './connectionString.js';
import { unnamedAtAddresses } from './serverName.js';

/** How long closing waits for the calls under way to end. */
const closeMs = 1_000;

/** Words of TLS that do not say which end is to be set otherwise. */
const helpsNobody = /SSL routines|secure TLS connection/;

/**
 * What the client keeps protected and an append with a deadline of its own needs: a call on the channel that it manages,
 * so that discovery, credentials and new connections stay its business.
 */
interface Internals {
  GRPCStreamCreator<Stub extends object, Call>(
    stub: new (...args: never[]) => Stub,
    name: string,
    create: (stub: Stub) => Call,
    cache: WeakMap<Stub, Call>,
  ): () => Promise<Call>;
  callArguments(options: object, callOptions: object): [Metadata, CallOptions];
  getChannel(): Promise<{ close(): void }>;
}

/** One client per process and connection string, however many stores are open on it. */
export class Connection {
  static readonly #open = new Map<string, Connection>();
  #client: EventStoreDBClient;
  #users = 0;

  /** @throws {StoreError} `invalid` when the connection string cannot be read; the text does not quote it */
  static to(connectionString: string): Connection {
    const connection = Connection.#open.get(connectionString) ?? new Connection(connectionString);
    Connection.#open.set(connectionString, connection);
    connection.#users += 1;
    return connection;
  }

  private constructor(private readonly connectionString: string) {
    this.#client = newClient(connectionString);
  }

  /**
   * Why it does not come about, as far as can be found out in some seconds.
   *
   * @param told - by the client
   */
  async whyNone(told: string | undefined): Promise<string | undefined> {
    if (told !== undefined && !helpsNobody.test(told)) return told;
    // Whatever is wrong, it is not this that fails.
    return (await diagnoseConnection(this.connectionString).catch(() => undefined)) ?? told;
  }

  /** True when the server is not told who asks. */
  get isAnonymous(): boolean {
    return namesNoUser(this.connectionString);
  }

  /** Take it anew for each call: it may have been replaced. */
  get client(): EventStoreDBClient {
    return this.#client;
  }

  /** After a failure that its client does not recover from, such as a discovery that found no one. */
  renew(failed: EventStoreDBClient): void {
    if (failed !== this.#client) return;
    this.#client = newClient(this.connectionString);
    void end(failed);
  }

  /** A call on the client's channel. The same one for as long as that channel is good. */
  async call<Stub extends object, Req, Resp>(
    stub: new (...args: never[]) => Stub,
    create: (stub: Stub, metadata: Metadata, options: CallOptions) => ClientDuplexStream<Req, Resp>,
    cache: WeakMap<Stub, ClientDuplexStream<Req, Resp>>,
  ): Promise<ClientDuplexStream<Req, Resp>> {
    const internals = this.#client as unknown as Internals;
    const callArguments = internals.callArguments({}, { deadline: Number.POSITIVE_INFINITY });
    return internals.GRPCStreamCreator(stub, 'store', (made) => create(made, ...callArguments), cache)();
  }

  async release(): Promise<void> {
    this.#users -= 1;
    if (this.#users > 0) return;
    Connection.#open.delete(this.connectionString);
    await end(this.#client);
  }
}

const newClient = (connectionString: string): EventStoreDBClient => {
  try {
    return unnamedAtAddresses(() => EventStoreDBClient.connectionString(connectionString));
  } catch {
    throw new StoreError('invalid', 'The connection string of EventStoreDB cannot be read.');
  }
};

const end = async (client: EventStoreDBClient): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, closeMs);
  });
  await Promise.race([client.dispose(), late]).catch(() => undefined);
  clearTimeout(timer);
  // A channel that was never made, or cannot be, needs no closing.
  void (client as unknown as Internals).getChannel().then(
    (channel) => channel.close(),
    () => undefined,
  );
};
