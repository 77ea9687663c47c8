import type { Steps } from '../apps/steps.js';
import { connectionOf } from '../domain/connection.js';
import type { MessageReceived } from '../domain/events.js';
import { type Claim, claimsOn, onlyHandling } from './claims.js';
import type { Finder } from './finder.js';
import type { ToldEvent } from './groups.js';
import { isDifference, type Kind } from './kinds.js';
import type { Chunk, JobResults, Results, ThreadSettings } from './protocol.js';
import type { Replayed } from './replayed.js';
import { Rerun, type RerunNeeds } from './rerun.js';
import type { RunNeeds } from './runMessage.js';
import type { Watching } from './watching.js';

/** A conversation in hand. */
interface Job {
  readonly rerun: Rerun;
  /** How many results are not to be told any more: they were, before a thread was ended. */
  told: number;
  counts: Partial<Record<Kind, number>>;
  shown: Replayed[];
  claims: Claim[];
  /** Where the thread reads for itself: what is left of it. */
  pages?: Iterator<readonly ToldEvent[]>;
  following?: IteratorResult<readonly ToldEvent[]>;
}

/** What a thread does with the parts of conversations that it is given. */
export class Work {
  readonly #jobs = new Map<number, Job>();
  /** One for all conversations: one of each would be another kind of object to the engine, and slower. */
  readonly #needs: RerunNeeds;
  readonly #alone: ReturnType<typeof onlyHandling>;

  constructor(
    private readonly settings: ThreadSettings,
    needs: Omit<RunNeeds, 'maxTexts' | 'backends' | 'played'>,
    private readonly watching: Watching,
    private readonly read: (stream: string) => Iterable<readonly ToldEvent[]>,
  ) {
    const { maxTexts, backends, played } = settings;
    this.#needs = {
      ...needs,
      maxTexts,
      backends: new Set(backends),
      played: new Set(played),
      showsAll: settings.app !== undefined,
      fromHere: settings.fromHere,
      wants: (message) => this.#wants(message),
    };
    this.#alone = onlyHandling(needs.apps);
  }

  /** Their names. */
  get apps(): readonly string[] {
    return this.#needs.apps.map(({ name }) => name);
  }

  async run(chunks: readonly Chunk[]): Promise<Results> {
    const jobs: JobResults[] = [];
    for (const chunk of chunks) {
      const results = await this.#runOne(chunk);
      jobs.push(results);
      // Conversations do not take turns: what is left of a long one comes first.
      if (!results.isEnded && chunk.events === undefined) break;
    }
    return { jobs, noted: this.watching.noted() };
  }

  async #runOne(chunk: Chunk): Promise<JobResults> {
    const job = this.#jobs.get(chunk.job) ?? this.#begin(chunk);
    const { events, isLast } = this.#eventsOf(chunk, job);
    for (const event of events) {
      const waiting = job.rerun.take(event);
      if (waiting !== undefined) await waiting;
    }
    if (isLast) {
      await job.rerun.end();
      this.#jobs.delete(chunk.job);
    }
    const { counts, shown, claims } = job;
    job.counts = {};
    job.shown = [];
    job.claims = [];
    return { job: chunk.job, counts, shown, claims, isEnded: isLast };
  }

  #eventsOf({ events, isLast, stream }: Chunk, job: Job): { events: readonly ToldEvent[]; isLast: boolean } {
    if (events !== undefined) return { events: JSON.parse(events) as ToldEvent[], isLast };
    job.pages ??= this.read(stream)[Symbol.iterator]();
    const { value = [] } = job.following ?? job.pages.next();
    // What comes next is asked for at once: most conversations end here, and need not come again to be told so.
    job.following = job.pages.next();
    return { events: value as readonly ToldEvent[], isLast: job.following.done === true };
  }

  #begin({ job, stream, endless, told }: Chunk): Job {
    this.watching.beginConversation(job, endless);
    const connection = connectionOf(stream);
    if (connection === undefined) throw new Error(`${stream} is no conversation.`);
    // Then nothing of the apps is asked any more, not even what they remember.
    const isStuck = endless.some(({ message }) => message === 'all');
    const ask: Finder['ask'] = (message, known, group) => this.#ask(begun, message, known, group);
    const begun: Job = {
      rerun: new Rerun(connection, isStuck ? { ...this.#needs, apps: [] } : this.#needs, {
        tell: (replayed) => this.#tell(begun, replayed),
        ask: this.settings.claims ? ask : undefined,
      }),
      told,
      counts: {},
      shown: [],
      claims: [],
    };
    this.#jobs.set(job, begun);
    return begun;
  }

  *#ask(job: Job, ...about: Parameters<NonNullable<Finder['ask']>>): Steps<void> {
    const claim = yield* claimsOn(this.#needs, this.#alone, ...about);
    // Told before a thread was ended.
    if (claim !== undefined && job.told <= 0) job.claims.push(claim);
  }

  #wants({ receivedAt }: MessageReceived['data']): boolean {
    const { since, until } = this.settings;
    return (since === undefined || receivedAt >= since) && (until === undefined || receivedAt < until);
  }

  #tell(job: Job, replayed: Replayed): void {
    job.told -= 1;
    if (job.told >= 0) return;
    const kind = this.#concerns(replayed) ? replayed.kind : 'unconcerned';
    job.counts[kind] = (job.counts[kind] ?? 0) + 1;
    if (isDifference(kind)) job.shown.push(replayed);
  }

  /** Whether the app that is asked for has to do with it, then or now. */
  #concerns({ shown }: Replayed): boolean {
    const { app } = this.settings;
    if (app === undefined) return true;
    if (shown === undefined) return false;
    return [shown.recorded, shown.rerun].some(
      (decided) =>
        decided.app === app ||
        (decided.kind === 'routed' &&
          (decided.texts.some((text) => text.app === app) ||
            decided.facts.some(({ type }) => type.startsWith(`${app}.`)))),
    );
  }
}
