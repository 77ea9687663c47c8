import type { RecordedEvent } from '../domain/event.js';
import { type AppendResult, type EventStore, StoreError } from '../store/port.js';
import { type Batch, type Room, wavesOf } from './batches.js';
import { TransferError } from './errors.js';
import { conflict, unknownTo } from './known.js';
import type { Entry } from './read.js';

/** How far an import is. */
export interface Imported {
  /** Events of the export that are in the store. */
  readonly events: number;
  /** Of them, those that had been there before. */
  readonly before: number;
  /** Streams whose beginning the export does not have: their revisions begin at 0 here. */
  readonly shifted: number;
}

export interface ImportOptions {
  readonly room: Room;
  readonly sleep: (ms: number) => Promise<void>;
  readonly onProgress?: (imported: Imported) => void;
}

/** How long a store may take nothing: 100 ms, doubled up to 5 s, about 40 s together. */
const tries = 13;
/** Of what is there already. */
const toldEvery = 1_000;
const delayMs = (failures: number): number => Math.min(5_000, 100 * 2 ** failures);

/**
 * Appends what an export holds, each event with its own id at its own revision. What is there already is not stored
 * again, so an import that was cut off, or done before, is done again from the beginning.
 *
 * @throws {TransferError} `conflict` or `refused`, with stream and line, `unavailable`, and what reading the entries
 * throws: what was stored before stays
 */
export const importEvents = async (
  store: EventStore,
  entries: AsyncIterable<Entry>,
  options: ImportOptions,
): Promise<Imported> => {
  const target = new Target(store, options);
  const tell = () => options.onProgress?.(target.imported);
  const unknown = unknownTo(store, entries, {
    onKnown: (entry, here) => {
      target.found(entry, here);
      if (target.imported.events % toldEvery === 0) tell();
    },
    sofar: () => target.sofar,
  });
  for await (const wave of wavesOf(unknown, options.room)) {
    await target.take(wave);
    tell();
  }
  return target.imported;
};

class Target {
  #events = 0;
  #before = 0;
  /** Of streams that began later than at 0 in the export: how much lower their revisions are here. */
  readonly #shifts = new Map<string, bigint>();

  constructor(
    private readonly store: EventStore,
    private readonly options: ImportOptions,
  ) {}

  get imported(): Imported {
    return { events: this.#events, before: this.#before, shifted: this.#shifts.size };
  }

  /** For an error. */
  get sofar(): string {
    const stored = this.#events - this.#before;
    return stored === 0 ? 'Nothing of it was changed.' : `${stored} events of the export are stored by now.`;
  }

  /** An event that the store has already. */
  found({ event }: Entry, here: RecordedEvent): void {
    this.#events += 1;
    this.#before += 1;
    if (event.revision !== here.revision) this.#shifts.set(event.stream, event.revision - here.revision);
  }

  /** Stores a wave. What the store cannot take now is tried again, in its order. */
  async take(wave: readonly Batch[]): Promise<void> {
    let left = wave;
    for (let failures = 0; ; failures += 1) {
      const refused = await this.#appendAll(left);
      const missed = refused.filter(({ error }) => isUnavailable(error));
      for (const { batch, error } of refused) if (!isUnavailable(error)) await this.#settle(batch, error);
      if (missed.length === 0) return;
      if (failures === tries) throw this.#unavailable(missed.at(-1)?.error);
      left = missed.map(({ batch }) => batch);
      await this.options.sleep(delayMs(failures));
    }
  }

  /** @returns what was not taken; all that was is counted by then */
  async #appendAll(wave: readonly Batch[]): Promise<{ readonly batch: Batch; readonly error: unknown }[]> {
    const results = await Promise.allSettled(wave.map((batch) => this.#append(batch)));
    return wave.flatMap((batch, index) => {
      const result = results[index];
      if (result?.status !== 'fulfilled') return [{ batch, error: result?.reason }];
      this.#count(batch, result.value);
      return [];
    });
  }

  #append({ stream, revision, events }: Batch): Promise<AppendResult> {
    const here = revision - (this.#shifts.get(stream) ?? 0n);
    return this.store.append(stream, events, { expectedRevision: here > 0n ? here - 1n : 'none' });
  }

  #count({ stream, revision, events }: Batch, result: AppendResult): void {
    this.#events += events.length;
    if (!result.stored) this.#before += events.length;
    const shift = revision + BigInt(events.length - 1) - result.revision;
    if (shift > 0n) this.#shifts.set(stream, shift);
  }

  /** What an append was refused for may be mended: its stream begins later, or only a part of it is there. */
  async #settle(batch: Batch, error: unknown): Promise<void> {
    if (!(error instanceof StoreError)) throw error;
    switch (error.code) {
      case 'conflict':
        return this.#settleConflict(batch, error);
      case 'invalid':
        // An import of another file before had other appends, and ended within this one.
        if (batch.events.length > 1) return this.#oneByOne(batch);
        throw refused(batch, error);
      case 'too-large':
        throw refused(batch, error);
      case 'unavailable':
      case 'unsupported':
      case 'closed':
        throw error;
    }
  }

  async #settleConflict(batch: Batch, error: StoreError): Promise<void> {
    const shift = this.#shifts.get(batch.stream);
    if (shift === undefined && batch.revision > 0n && (await this.#isEmpty(batch.stream))) {
      this.#shifts.set(batch.stream, batch.revision);
    } else if (shift === undefined) throw this.#conflict(batch, error);
    try {
      this.#count(batch, await this.#append(batch));
    } catch (again) {
      throw again instanceof StoreError && again.code === 'conflict' ? this.#conflict(batch, again) : again;
    }
  }

  async #oneByOne(batch: Batch): Promise<void> {
    for (const [index, event] of batch.events.entries()) {
      await this.take([
        { ...batch, events: [event], revision: batch.revision + BigInt(index), line: batch.line + index },
      ]);
    }
  }

  async #isEmpty(stream: string): Promise<boolean> {
    for await (const _ of this.store.readStream(stream, { maxCount: 1 })) return false;
    return true;
  }

  #conflict({ stream, line }: Batch, cause: StoreError): TransferError {
    return conflict(stream, line, `${cause.message} ${this.sofar}`, cause);
  }

  #unavailable(cause: unknown): TransferError {
    return new TransferError(
      'unavailable',
      `The store takes nothing now: ${(cause as Error).message} ${this.#events} events are imported. Do the same again later: it goes on from there.`,
      { cause },
    );
  }
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof StoreError && error.code === 'unavailable';

const refused = ({ stream, line }: Batch, cause: StoreError): TransferError =>
  new TransferError('refused', `Line ${line} (stream ${stream}) cannot be stored here: ${cause.message}`, {
    cause,
  });
