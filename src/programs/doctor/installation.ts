import type { Clock } from '../../domain/clock.js';
import type { Config } from '../../main/config/config.js';
import type { ConfigSources } from '../../main/config/load.js';
import { type Survey, surveyConfig } from '../../main/config/survey.js';
import { blankKnown, blankShown, secretsIn } from '../../main/secrets.js';
import { type Attempts, lastAttempts } from '../../outbound/lastAttempts.js';
import { type OpenStore, StoreError } from '../../store/port.js';
import { namesIn } from '../../workers/partitions.js';
import type { AppAnswer } from './facts/appAnswer.js';
import { type Processes, processesOn } from './facts/group.js';
import { loadEach } from './facts/loadedApps.js';
import { type LookedThrough, lookThrough } from './facts/lookThrough.js';
import type { Machine } from './facts/machine.js';
import { type Opened, openToLook } from './facts/opened.js';
import { type OpenWork, openWorkIn } from './facts/openWork.js';
import { earliestIn, type Places, placesIn } from './facts/places.js';
import { askRouter, type RouterAnswer } from './facts/routerAnswer.js';
import { lastStarts, type Start } from './facts/starts.js';
import type { Finding } from './finding.js';
import { messageOf } from './words.js';

export interface InstallationNeeds {
  readonly sources: ConfigSources;
  readonly machine: Machine;
  readonly clock: Clock;
  /** For one check, in milliseconds, beside the time in which a process must be heard of. */
  readonly limitMs: number;
}

/** What is examined. What several checks need is asked for once, when the first of them needs it. */
export class Installation {
  readonly survey: Survey;
  readonly machine: Machine;
  readonly clock: Clock;
  readonly limitMs: number;
  readonly #secrets: readonly string[];
  #opened: Promise<Opened> | undefined;
  #heard: Promise<Processes | StoreError | undefined> | undefined;
  readonly #told = new Set<string>();
  #looked: Promise<LookedThrough> | undefined;
  #starts: Promise<ReadonlyMap<string, Start>> | undefined;
  #apps: Promise<readonly AppAnswer[]> | undefined;
  #places: Promise<Places | undefined> | undefined;
  #openWork: Promise<OpenWork | undefined> | undefined;
  #attempts: Promise<ReadonlyMap<string, Attempts> | undefined> | undefined;
  #router: Promise<RouterAnswer> | undefined;

  constructor({ sources, machine, clock, limitMs }: InstallationNeeds) {
    this.survey = surveyConfig(sources);
    this.#secrets = secretsIn(this.survey.given);
    this.machine = machine;
    this.clock = clock;
    // On a server a process is listened to for a part of this.
    this.limitMs = limitMs + this.config.workers.takeoverMs;
  }

  /** As far as it can be used. */
  get config(): Config {
    return this.survey.config;
  }

  /**
   * What others said, in one line: an app, a gateway, a library. They may quote any secret of the configuration. In our own
   * sentences a secret that is a word, as `wrong` or `password`, would only leave gaps, which tell it.
   */
  quote(said: unknown): string {
    return blankKnown(blankShown(messageOf(said)), this.#secrets);
  }

  /** Again for all that is shown, as far as nobody can take it for a word. */
  withoutSecrets(finding: Finding): Finding {
    const plain = this.#secrets.filter((secret) => secret.length >= 8 && /[^\p{L}]/u.test(secret));
    return { ...finding, says: blankKnown(blankShown(finding.says), plain) };
  }

  /** Milliseconds since 1970. */
  get now(): number {
    return this.clock.now();
  }

  /** True when what the configuration says under this key cannot be used. */
  isInDoubt(key: string): boolean {
    return this.survey.leftOut.some(
      (path) => path === key || path.startsWith(`${key}.`) || key.startsWith(`${path}.`),
    );
  }

  opened(): Promise<Opened> {
    const isInDoubt = ['eventStore.engine', 'eventStore.connectionString', 'data'].some((key) =>
      this.isInDoubt(key),
    );
    this.#opened ??= isInDoubt ? Promise.resolve({ kind: 'unknown' }) : openToLook(this.config, this.machine);
    return this.#opened;
  }

  /** Undefined: the findings of the store say why. */
  async store(): Promise<OpenStore | undefined> {
    const opened = await this.opened();
    return opened.kind === 'file' || opened.kind === 'server' ? opened.store : undefined;
  }

  /** The router on this machine, if there is one. */
  router(): Promise<RouterAnswer> {
    this.#router ??= askRouter(this.config.http);
    return this.#router;
  }

  /** Who works on the store; undefined without one that can be read, and tells it. */
  async processes(): Promise<Processes | undefined> {
    const heard = await this.#hear();
    return heard instanceof StoreError ? undefined : heard;
  }

  /** Why the store does not tell who works on it, when that part of it is damaged. */
  async damage(): Promise<StoreError | undefined> {
    const heard = await this.#hear();
    return heard instanceof StoreError ? heard : undefined;
  }

  #hear(): Promise<Processes | StoreError | undefined> {
    this.#heard ??= this.store()
      .then((store) => store && processesOn(store, this))
      .catch((error) => {
        if (error instanceof StoreError && error.reason === 'damaged') return error;
        throw error;
      });
    return this.#heard;
  }

  /** The file of the store as a whole. */
  lookThrough(): Promise<LookedThrough> {
    this.#looked ??= this.opened().then(lookThrough);
    return this.#looked;
  }

  /** Many meet what is damaged: one tells it. */
  isNew(says: string): boolean {
    return this.#told.size !== this.#told.add(says).size;
  }

  /** With what the members of the group were started, by their names. */
  starts(): Promise<ReadonlyMap<string, Start>> {
    this.#starts ??= this.#lastStarts();
    return this.#starts;
  }

  /** The apps of the configuration, loaded. */
  apps(): Promise<readonly AppAnswer[]> {
    this.#apps ??= loadEach(this.config, this.clock);
    return this.#apps;
  }

  /** How far the readers of the store have got. */
  places(): Promise<Places | undefined> {
    this.#places ??= this.#readPlaces();
    return this.#places;
  }

  /** What is stored and not done. */
  openWork(): Promise<OpenWork | undefined> {
    this.#openWork ??= this.#readOpenWork();
    return this.#openWork;
  }

  /** What became of the last texts, by backend. */
  attempts(): Promise<ReadonlyMap<string, Attempts> | undefined> {
    this.#attempts ??= this.store().then((store) => store && lastAttempts(store));
    return this.#attempts;
  }

  async #readPlaces(): Promise<Places | undefined> {
    const [store, processes] = [await this.store(), await this.processes()];
    if (store === undefined || processes === undefined) return undefined;
    const lanes = namesIn('outbound', Object.keys(processes.group.partitions));
    return placesIn(store, processes, new Set([...lanes, ...this.config.backends.map(({ name }) => name)]));
  }

  async #readOpenWork(): Promise<OpenWork | undefined> {
    const [opened, places] = [await this.opened(), await this.places()];
    if (!(opened.kind === 'file' || opened.kind === 'server') || places === undefined) return undefined;
    const { kind, store } = opened;
    const from = earliestIn(places);
    return openWorkIn(store, kind, from !== undefined && store.isPosition(from) ? from : undefined);
  }

  async #lastStarts(): Promise<ReadonlyMap<string, Start>> {
    const [store, processes] = [await this.store(), await this.processes()];
    if (store === undefined || processes === undefined) return new Map();
    return lastStarts(store, new Set([...Object.keys(processes.group.members), this.config.node]));
  }

  async close(): Promise<void> {
    const store = await (this.#opened && this.store());
    await store?.close();
  }
}
