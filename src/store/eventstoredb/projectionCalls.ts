import type { EventStoreDBClient } from '@eventstore/db-client';
import { StoreError } from '../port.js';
import type { Connection } from './connection.js';
import { failureOf } from './errors.js';
import { toLeader } from './leader.js';
import { isUntold, projectionFailureOf } from './projectionErrors.js';
import { within } from './within.js';

/** What the server tells of a projection, as far as we look. */
export interface Details {
  readonly name: string;
  readonly status: string;
  /** Empty but for one that is faulted. */
  readonly stateReason: string;
  readonly progress: number;
}

/** What the client keeps protected: HTTP on the same port, with its user and its authority, and on to the leader. */
interface OverHttp {
  HTTPRequest(method: 'GET', path: string, options: object): Promise<unknown>;
}
type Told = Omit<Details, 'stateReason'> & { readonly stateReason: string | null };

/** In place of a status that the server fails to tell. */
export const untold = 'Unknown';

interface CallOptions {
  /** Milliseconds. */
  readonly deadline: number;
}

/** Calls of the projections of one server: each at the leader, and each with an end. They throw what the client throws. */
export class ProjectionCalls {
  /** @param callMs - no answer in this time is an error: the client itself waits for ever */
  constructor(
    private readonly connection: Connection,
    private readonly callMs: number,
  ) {}

  create(name: string, source: string): Promise<void> {
    return this.#call((client, options) =>
      client.createProjection(name, source, { emitEnabled: false, ...options }),
    );
  }

  /** Another source, and from nothing: states that another one made are not to be mixed with its own. */
  async replace(name: string, source: string): Promise<void> {
    await this.#call((client, options) => client.disableProjection(name, options));
    await this.#call((client, options) =>
      client.updateProjection(name, source, { emitEnabled: false, ...options }),
    );
    await this.#call((client, options) => client.resetProjection(name, options));
    await this.#call((client, options) => client.enableProjection(name, options));
  }

  /** All projections of the server end and begin again where they were: some tenths of a second. */
  restart(): Promise<void> {
    return this.#call((client, options) => client.restartSubsystem(options));
  }

  /** @returns false when the user may not */
  async removeStream(stream: string): Promise<boolean> {
    try {
      await this.#call((client, options) => client.deleteStream(stream, options));
      return true;
    } catch (error) {
      if (failureOf(error) === 'denied') return false;
      throw error;
    }
  }

  state(name: string, partition?: string): Promise<unknown> {
    const of = partition === undefined ? {} : { partition };
    return this.#call((client, options) => client.getProjectionState(name, { ...options, ...of }));
  }

  /** Undefined when there is none of that name. */
  async details(name: string): Promise<Details | undefined> {
    try {
      return await this.#call((client, options) => client.getProjectionStatus(name, options));
    } catch (error) {
      if (projectionFailureOf(error) === 'missing') return undefined;
      if (!isUntold(error)) throw error;
      const found = await this.#overHttp(`/projection/${encodeURIComponent(name)}/statistics`);
      return found?.[0] ?? { name, status: untold, stateReason: '', progress: -1 };
    }
  }

  async list(): Promise<readonly Details[]> {
    try {
      return await this.#call((client, options) => client.listProjections(options));
    } catch (error) {
      if (!isUntold(error)) throw error;
      const found = await this.#overHttp('/projections/continuous');
      if (found !== undefined) return found;
      throw new StoreError(
        'unavailable',
        'EventStoreDB does not tell how its projections are while one of them could not be compiled. Its log says which.',
      );
    }
  }

  /** What it is made of; undefined when the server does not tell. */
  async source(name: string): Promise<string | undefined> {
    const path = `/projection/${encodeURIComponent(name)}/query`;
    // With its settings: alone it is no JSON, which the client takes for granted.
    const told = await this.#askOverHttp<{ readonly query?: unknown }>(path, { config: 'yes' });
    const { query } = told ?? {};
    return typeof query === 'string' ? query : undefined;
  }

  async #call<Result>(
    work: (client: EventStoreDBClient, options: CallOptions) => Promise<Result>,
  ): Promise<Result> {
    await toLeader(this.connection, this.callMs);
    return work(this.connection.client, { deadline: this.callMs });
  }

  /**
   * The same figures in another way, for what the server fails to tell: one that it could not compile.
   *
   * @returns undefined when that way is closed
   */
  async #overHttp(path: string): Promise<readonly Details[] | undefined> {
    const answer = await this.#askOverHttp<{ readonly projections?: readonly Told[] }>(path);
    return answer?.projections?.map((told) => ({ ...told, stateReason: told.stateReason ?? '' }));
  }

  async #askOverHttp<Answer>(path: string, searchParams = {}): Promise<Answer | undefined> {
    const client = this.connection.client as unknown as OverHttp;
    try {
      const asked = client.HTTPRequest('GET', path, { searchParams }) as Promise<Answer>;
      return await within(performance.now() + this.callMs, asked);
    } catch {
      return undefined;
    }
  }
}
