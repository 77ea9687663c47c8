import { conversationCategory } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import { MarkKeeper } from '../store/markKeeper.js';
import type { Checkpoints, Subscription } from '../store/port.js';
import { Caller } from './caller.js';
import { isTold, typesFor } from './calls.js';
import { checkpointName, type Told, type WebhookCheckpoint } from './checkpoint.js';
import { isOurs, webhookCategory, webhookStream } from './events.js';
import type { Line, LineName, LineSource } from './line.js';
import { Lines } from './lines.js';
import { keepReached } from './reached.js';
import type { WebhookTools } from './tools.js';

/** One life of a webhook, from its checkpoint to a stop or a failure of the store. */
export class Delivery {
  readonly #lines: Lines;
  readonly #caller: Caller;
  readonly #keeper: MarkKeeper;
  readonly #subscription: Subscription;
  readonly #stopping = new AbortController();
  readonly #cut = new AbortController();
  readonly #working = new Set<Promise<void>>();
  #position: string;
  #last: WebhookCheckpoint['last'];
  #isLive = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(
    private readonly tools: WebhookTools,
    private readonly from: WebhookCheckpoint,
  ) {
    const { store, settings } = tools;
    this.#position = from.position;
    this.#last = from.last;
    const { signal: stopping } = this.#stopping;
    this.#lines = new Lines(
      settings,
      (name) => this.#sourceOf(name),
      (line) => this.#begin(line),
    );
    this.#caller = new Caller(tools, this.#lines, stopping, this.#cut.signal, from.told);
    const keeping = { ...tools, checkpoints: underLease(tools) };
    this.#keeper = new MarkKeeper(keeping, checkpointName(settings.name), this, undefined, store.timeline);
    this.#subscription = store.subscribe({
      from: from.position,
      filter: {
        categories: [conversationCategory, webhookCategory],
        types: [...typesFor(settings), 'WebhookCallRequeued'],
      },
    });
  }

  /** Resolves when it was stopped and no call is on its way any more. Rejects with what stopped it. */
  async run(): Promise<void> {
    for (const waiting of this.from.lines) {
      const { conversation, again = false } = waiting;
      this.#begin(this.#lines.of({ conversation, again }, waiting).line);
    }
    const saving = this.#keeper.run(this.#stopping.signal);
    await this.#guarded(() => this.#read());
    await Promise.all(this.#working);
    await saving;
    await this.#keeper.save();
    if (this.#failure !== undefined) throw this.#failure.error;
    await keepReached(this.tools, this.from, this.#reached);
  }

  /** No call begins any more; those on their way end. */
  stop(): void {
    if (this.#stopping.signal.aborted) return;
    this.#stopping.abort();
    this.#subscription.close();
    this.#lines.wakeAll();
  }

  /** Ends the calls on their way: they are made again by whoever goes on. */
  cut(): void {
    this.#cut.abort();
  }

  get told(): Told {
    const lines = [...this.#lines.all];
    const heads = lines.flatMap(({ head }) => head?.recordedAt ?? []).sort();
    return {
      isLive: this.#isLive,
      waiting: lines.reduce((sum, { count }) => sum + count, 0),
      failing: this.#lines.failing.size,
      ...(heads[0] === undefined ? {} : { oldest: heads[0] }),
      ...this.#caller.told,
    };
  }

  /** The checkpoint, as it is now. */
  get mark(): string {
    return JSON.stringify(this.#reached);
  }

  get #reached(): WebhookCheckpoint {
    const lines = [...this.#lines.all].map(({ waiting }) => waiting);
    const last = this.#last === undefined ? {} : { last: this.#last };
    return { position: this.#position, lines, ...last, told: this.told };
  }

  async #read(): Promise<void> {
    const isStopped = () => this.#stopping.signal.aborted;
    for await (const item of this.#subscription) {
      if (isStopped()) return;
      if (item.kind === 'event') this.#take(item.event);
      else this.#isLive = true;
      this.#position = item.kind === 'event' ? item.event.position : (item.position ?? this.#position);
      await this.#lines.room(isStopped);
    }
    if (!isStopped()) throw new Error('subscription ended by itself');
  }

  /** What the position has passed is in a line, or settled. */
  #take(event: RecordedEvent): void {
    this.#last = { eventId: event.id, stream: event.stream, revision: String(event.revision) };
    const name = this.#lineOf(event);
    if (name === undefined) return;
    const { line, isNew } = this.#lines.of(name);
    line.add(event);
    if (isNew) this.#begin(line);
  }

  #lineOf(event: RecordedEvent): LineName | undefined {
    const { settings } = this.tools;
    if (isTold(event, settings)) return { conversation: event.stream, again: false };
    if (!isOurs(event, 'WebhookCallRequeued') || event.stream !== webhookStream(settings.name))
      return undefined;
    return { conversation: event.data.stream, again: true };
  }

  #sourceOf({ conversation, again }: LineName): LineSource {
    const { store, settings } = this.tools;
    if (!again) return { store, stream: conversation, belongs: (event) => isTold(event, settings) };
    return {
      store,
      stream: webhookStream(settings.name),
      belongs: (event) => isOurs(event, 'WebhookCallRequeued') && event.data.stream === conversation,
    };
  }

  #begin(line: Line): void {
    const working = this.#guarded(() => this.#caller.work(line)).finally(() => this.#working.delete(working));
    this.#working.add(working);
  }

  /** A store that cannot be read ends this life; the next one begins at the checkpoint. */
  async #guarded(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#failure ??= { error };
      this.stop();
    }
  }
}

/** What another process may have kept meanwhile is not overwritten. */
const underLease = ({ checkpoints, hasLease }: WebhookTools): Checkpoints => ({
  load: (name) => checkpoints.load(name),
  save: async (...kept) => {
    if (hasLease()) await checkpoints.save(...kept);
  },
});
