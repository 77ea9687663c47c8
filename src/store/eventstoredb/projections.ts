import type { EventStoreDBClient, ProjectionDetails } from '@eventstore/db-client';
import { Connection } from './connection.js';
import { failureOf, mayPass, storeErrorOf } from './errors.js';

/** A continuous projection on the server. */
export interface ServerProjection {
  readonly name: string;
  /** The server's own words, e.g. `Running`, `Faulted`. */
  readonly status: string;
  /** Why it is faulted. */
  readonly reason?: string;
  /** How much of the log it has read, in percent. */
  readonly progress: number;
}

export interface ServerProjections {
  /**
   * Creates it, or gives the one that is there this source and has it begin from nothing: states that another source made
   * are not to be mixed with its own. Nothing is written to streams but the server's own checkpoints and results.
   */
  deploy(name: string, source: string): Promise<'created' | 'updated'>;
  status(): Promise<readonly ServerProjection[]>;
  /** @param partition - default: the state of a projection without partitions. An unknown one is `{}` */
  state(name: string, partition?: string): Promise<unknown>;
}

/** What is asked of the client. A function, since whoever keeps the connection may replace its client. */
export type ClientOf = () => Pick<
  EventStoreDBClient,
  | 'createProjection'
  | 'updateProjection'
  | 'resetProjection'
  | 'enableProjection'
  | 'disableProjection'
  | 'listProjections'
  | 'getProjectionState'
>;

/** No answer in this time is an error: the client itself waits for ever. */
const deadline = 10_000;

/**
 * The projections of a server, until closed.
 *
 * @throws {StoreError} `invalid` when the connection string cannot be read; each call `unavailable` when the server is
 * away or refuses the user
 */
export const openServerProjections = (
  connectionString: string,
): ServerProjections & { close(): Promise<void> } => {
  const connection = Connection.to(connectionString);
  const server = serverProjections(() => connection.client);
  return {
    deploy: (...given) => server.deploy(...given).catch(refused),
    status: () => server.status().catch(refused),
    state: (...given) => server.state(...given).catch(refused),
    close: () => connection.release(),
  };
};

/** What the server says of a projection is for people to read; that it cannot be asked is said in our words. */
const refused = (error: unknown): never => {
  const failure = failureOf(error);
  throw mayPass(failure) || failure === 'denied' ? storeErrorOf(error, 'manage projections') : error;
};

export const serverProjections = (client: ClientOf): ServerProjections => ({
  deploy: async (name, source) => {
    const there = await client().listProjections({ deadline });
    if (!there.some((projection) => projection.name === name)) {
      await client().createProjection(name, source, { emitEnabled: false, deadline });
      return 'created';
    }
    await client().disableProjection(name, { deadline });
    await client().updateProjection(name, source, { emitEnabled: false, deadline });
    await client().resetProjection(name, { deadline });
    await client().enableProjection(name, { deadline });
    return 'updated';
  },
  status: async () => (await client().listProjections({ deadline })).map(statusOf),
  state: (name, partition) =>
    client().getProjectionState(name, { deadline, ...(partition === undefined ? {} : { partition }) }),
});

const statusOf = ({ name, status, stateReason, progress }: ProjectionDetails): ServerProjection => ({
  name,
  status,
  ...(stateReason === '' ? {} : { reason: stateReason }),
  progress,
});
