import type { EventStore } from '../store/port.js';
import {
  type BackendStatus,
  backendStatus,
  type ConfiguredLane,
  type History,
  type ToldLane,
  type Waiting,
} from './backendStatus.js';
import { attemptTypes, lastAttempts } from './lastAttempts.js';
import { type Pauses, readPause } from './pauses.js';

export interface BackendsNeeds {
  readonly store: EventStore;
  readonly configured: readonly ConfiguredLane[];
  readonly pauses: Pauses;
  /** Of all processes. */
  readonly lanes: () => Promise<readonly ToldLane[]>;
  /** What was before the processes began to count is looked for also where that takes seconds. */
  readonly isPatient: boolean;
  /** Texts that wait for backends for which no process delivers, by their names. Absent: that is not looked up. */
  readonly waiting?: () => Promise<ReadonlyMap<string, Waiting>>;
}

/** No backend of this name is configured. */
export class NoSuchBackend extends Error {
  override readonly name = 'NoSuchBackend';

  constructor(name: string, known: readonly string[]) {
    super(`There is no backend ${name}. The configured backends are: ${known.join(', ') || 'none'}.`);
  }
}

/** The configured backends, for those who run the service: how they are, and to stop and start them. */
export class Backends implements Pauses {
  #history: { readonly key: string; readonly found: Promise<ReadonlyMap<string, History>> } | undefined;

  constructor(private readonly needs: BackendsNeeds) {}

  /** In the order of the configuration. @throws {StoreError} */
  async list(): Promise<readonly BackendStatus[]> {
    const { store, configured, lanes } = this.needs;
    const told = new Map((await lanes()).map((one) => [one.lane.backend, one]));
    const histories = await this.#histories([...told.values()]);
    const isAlone = configured.some(({ name }) => !told.has(name));
    const waiting = isAlone ? await this.needs.waiting?.() : undefined;
    return Promise.all(
      configured.map(async (backend) => {
        const { pause } = await readPause(store, backend.name);
        const { name } = backend;
        return backendStatus(backend, {
          pause,
          told: told.get(name),
          waiting: waiting?.get(name),
          history: histories.get(name) ?? {},
        });
      }),
    );
  }

  /** @throws {NoSuchBackend} @throws {StoreError} */
  async one(name: string): Promise<BackendStatus> {
    const found = (await this.list()).find((backend) => backend.name === name);
    if (found === undefined) throw this.#noSuch(name);
    return found;
  }

  /** @throws {NoSuchBackend} @throws {PauseError} @throws {StoreError} */
  async pause(name: string, by: string, why: string): Promise<void> {
    this.#check(name);
    await this.needs.pauses.pause(name, by, why);
  }

  /** @throws {NoSuchBackend} @throws {PauseError} @throws {StoreError} */
  async resume(name: string, by: string, why?: string): Promise<void> {
    this.#check(name);
    await this.needs.pauses.resume(name, by, why);
  }

  /**
   * What was before the processes began to count changes no more: it is read once, and again when another process counts.
   */
  async #histories(told: readonly ToldLane[]): Promise<ReadonlyMap<string, History>> {
    const { store, isPatient } = this.needs;
    if (!isPatient && (await store.whyFindingIsSlow?.({ types: attemptTypes })) !== undefined)
      return new Map();
    const key = told.map(({ lane }) => `${lane.backend} ${lane.recent.since}`).join('\n');
    if (this.#history?.key !== key) {
      const found = lastAttempts(store);
      this.#history = { key, found };
      found.catch(() => {
        this.#history = undefined;
      });
    }
    return this.#history.found;
  }

  #check(name: string): void {
    if (!this.needs.configured.some((backend) => backend.name === name)) throw this.#noSuch(name);
  }

  #noSuch(name: string): NoSuchBackend {
    return new NoSuchBackend(
      name,
      this.needs.configured.map((backend) => backend.name),
    );
  }
}
