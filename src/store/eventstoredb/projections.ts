import { StoreError } from '../port.js';
import { Connection } from './connection.js';
import { DeployTurn, type Patience } from './deployTurn.js';
import { anonymousError, whyNoConnection, withReason } from './errors.js';
import { type Details, ProjectionCalls } from './projectionCalls.js';
import { type Deployed, Deployment } from './projectionDeploy.js';
import { projectionErrorOf, projectionFailureOf } from './projectionErrors.js';

/** A continuous projection on the server. */
export interface ServerProjection {
  readonly name: string;
  /** The server's own words, e.g. `Running`, `Faulted`. */
  readonly status: string;
  /** Why it is faulted: lines. */
  readonly reason?: string;
  /** How much of the log it has read, in percent; -1 while the server does not know. */
  readonly progress: number;
}

export interface ServerProjections {
  /**
   * Creates it, or gives the one that is there this source and has it begin from nothing. Resolves when it runs. Nothing is
   * written to streams but the server's own checkpoints and results, and whose turn it is to deploy: whoever does so at the
   * same time, from wherever, comes before or after.
   *
   * @throws {StoreError} `invalid` for one that the server cannot run, `unsupported` when it runs none, `unavailable`: all
   * in sentences, with the server's own words
   */
  deploy(name: string, source: string): Promise<Deployed>;
  /** @throws {StoreError} `unsupported` when the server runs no projections, `unavailable` */
  status(): Promise<readonly ServerProjection[]>;
  /**
   * @param partition - default: the state of a projection without partitions. An unknown one is `{}`
   * @throws {StoreError} as {@link status}, and for one that is not there or is faulted
   */
  state(name: string, partition?: string): Promise<unknown>;
  /** What it was deployed with; undefined when the server does not tell. Never rejects. */
  source(name: string): Promise<string | undefined>;
}

/** In milliseconds. */
export interface ServerPatience extends Patience {
  /** For one projection to be deployed, from its turn on. */
  readonly deployMs: number;
}

const patient: ServerPatience = {
  callMs: 3_000,
  deployMs: 40_000,
  turnMs: 60_000,
  beatMs: 1_000,
  goneMs: 5_000,
};

/**
 * The projections of a server, until closed.
 *
 * @throws {StoreError} `invalid` when the connection string cannot be read
 */
export const openServerProjections = (
  connectionString: string,
  patience: Partial<ServerPatience> = {},
): ServerProjections & { close(): Promise<void> } => {
  const connection = Connection.to(connectionString);
  const { deployMs, ...others } = { ...patient, ...patience };
  const calls = new ProjectionCalls(connection, others.callMs);
  const turn = new DeployTurn(connection, 'deploying', others);
  const told = (doing: string) => async (error: unknown) => {
    if (connection.isAnonymous && projectionFailureOf(error) === 'no-right') throw anonymousError(doing);
    throw await withReason(projectionErrorOf(error, doing), () => connection.whyNone(whyNoConnection(error)));
  };
  return {
    deploy: (name, source) =>
      turn.during(() => new Deployment(calls, name, source, deployMs).run()).catch(told(`deploy ${name}`)),
    status: async () => (await calls.list().catch(told('list projections'))).map(statusOf),
    state: (name, partition) => stateOf(calls, name, partition).catch(told(`tell the state of ${name}`)),
    source: (name) => calls.source(name),
    close: () => connection.release(),
  };
};

/** Of one that could not be compiled the server does not answer at all. */
const stateOf = async (calls: ProjectionCalls, name: string, partition?: string): Promise<unknown> => {
  try {
    return await calls.state(name, partition);
  } catch (error) {
    const details =
      projectionFailureOf(error) === 'unanswered'
        ? await calls.details(name).catch(() => undefined)
        : undefined;
    if (!details?.status.startsWith('Faulted')) throw error;
    throw new StoreError(
      'invalid',
      `EventStoreDB has no state of ${name}, which is faulted: ${details.stateReason}`,
    );
  }
};

/** Where in the server's own sources it happened helps nobody here. */
const withoutStack = (reason: string): string => reason.split(/\r?\n\s+at \S+\(/, 1)[0] ?? '';

const statusOf = ({ name, status, stateReason, progress }: Details): ServerProjection => ({
  name,
  status,
  ...(stateReason === '' ? {} : { reason: withoutStack(stateReason) }),
  progress,
});
