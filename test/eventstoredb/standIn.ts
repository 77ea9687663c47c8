import { EventEmitter } from 'node:events';
import gossipService from '@eventstore/db-client/generated/gossip_grpc_pb.js';
import projectionsStubs from '@eventstore/db-client/generated/projections_grpc_pb.js';
import featuresService from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js';
import streamsService from '@eventstore/db-client/generated/streams_grpc_pb.js';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { append } from './append.js';
import { batchAppend } from './batchAppend.js';
import { readGossip, supportedMethods } from './cluster.js';
import { deleteStream, tombstone } from './deleteStream.js';
import { Faults } from './faults.js';
import { linkEvents } from './links.js';
import { type Backup, EventLog } from './log.js';
import { Projections } from './projections.js';
import { read } from './read.js';
import { failures } from './refusals.js';
import { Rights } from './rights.js';
import { encrypted, onlyFor, type User } from './security.js';
import { Wire } from './wire.js';

interface StandInOptions {
  readonly log?: EventLog;
  readonly user?: User;
}

/**
 * A server that speaks EventStoreDB's protocol over TCP, on the stubs that its client is built from. It shows that we
 * keep to our own reading of the protocol, no more: what runs against it runs against a real one by EVENTSTORE_URL too.
 */
export class StandIn {
  readonly id = crypto.randomUUID();
  readonly faults = new Faults();
  readonly wire = new Wire(() => this.#port);
  /** Emits `changed` when calls that are open may have to end: rights, or the end of the server. */
  readonly changes = new EventEmitter().setMaxListeners(0);
  readonly rights = new Rights(() => this.changes.emit('changed'));
  /** Events that were sent to readers. */
  sent = 0;
  /** Readings and subscriptions that were asked for. */
  asked = 0;
  #server = new Server();
  #port = 0;
  #ending = false;
  /** Outlives a restart, as it does on disk. */
  projections = new Projections(this);

  private constructor(
    readonly log: EventLog,
    private readonly user: User | undefined,
  ) {}

  /**
   * @param log - of another node of the same cluster; a new one by default
   * @param user - with one, it is a secure server: TLS, and nobody else may call
   */
  static async start({ log = new EventLog(), user }: StandInOptions = {}): Promise<StandIn> {
    const server = new StandIn(log, user);
    await server.#listen();
    await server.wire.listen();
    return server;
  }

  /** What is written from now on is not linked for the time being. */
  linksAreHeld = false;

  /** Where clients connect: stays the same over restarts. */
  get port(): number {
    return this.wire.port;
  }

  get ending(): boolean {
    return this.#ending;
  }

  /** Why an operation is refused at present, whoever asks for it. */
  refusal(operation: 'read' | 'append' | 'delete', stream: string): Error | undefined {
    if (this.#ending) return failures.ended();
    return this.rights.allow(operation, stream) ? undefined : failures.accessDenied();
  }

  /** As with --start-standard-projections: `$ce-`, `$et-`, `$bc-`, `$category-` and `$streams`. */
  startStandardProjections(): void {
    linkEvents(this.log, () => this.linksAreHeld);
  }

  /** What its certificate is for, when it has one. */
  get host(): string {
    return this.user ? 'localhost' : '127.0.0.1';
  }

  get connectionString(): string {
    return `esdb://${this.host}:${this.port}?tls=false`;
  }

  /** As a process that is killed: connections break, what is only in memory is gone. */
  stop(): void {
    this.wire.refuse();
    this.#server.forceShutdown();
    this.log.emptyIdempotencyCache();
  }

  /** As one that ends by itself: what is open ends without a status, then the connections do. */
  async end(): Promise<void> {
    this.#ending = true;
    this.changes.emit('changed');
    await new Promise<void>((resolve) => {
      this.#server.tryShutdown(() => resolve());
    });
    this.stop();
  }

  /** Brings a stopped server back, with what it had on disk. */
  async resume(): Promise<void> {
    await this.#listen();
    this.wire.accept();
  }

  async restart(): Promise<void> {
    this.stop();
    await this.resume();
  }

  /** For `restore`. What of the projections is there is not in it. */
  backup(): Backup {
    return this.log.backup();
  }

  /**
   * Stops it, puts its disk back to what it was, and starts it again.
   *
   * @param backup - without one it comes back as a new server, with nothing, projections included
   */
  async restore(backup?: Backup): Promise<void> {
    this.stop();
    this.log.restore(backup);
    if (!backup) this.projections = new Projections(this);
    await this.resume();
  }

  async close(): Promise<void> {
    await this.wire.close();
    this.#server.forceShutdown();
  }

  async #listen(): Promise<void> {
    this.#ending = false;
    this.#server = new Server({
      'grpc.max_receive_message_length': 17 * 1024 * 1024,
      ...(this.user && { interceptors: [onlyFor(this.user)] }),
    });
    this.#server.addService(streamsService.StreamsService, {
      append: append(this),
      batchAppend: batchAppend(this),
      read: read(this),
      delete: deleteStream(this),
      tombstone: tombstone(this),
    });
    this.#server.addService(projectionsStubs.ProjectionsService, this.projections.service);
    this.#server.addService(gossipService.GossipService, { read: readGossip(this) });
    this.#server.addService(featuresService.ServerFeaturesService, {
      getSupportedMethods: supportedMethods(),
    });
    const credentials = this.user ? encrypted() : ServerCredentials.createInsecure();
    this.#port = await new Promise<number>((resolve, reject) => {
      this.#server.bindAsync('127.0.0.1:0', credentials, (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
  }
}
