import { conversationStream } from '../domain/connection.js';
import type { Decided } from './decided.js';
import { isDifference, type Kind, notRun } from './kinds.js';
import type { Noted } from './protocol.js';
import type { Replayed } from './replayed.js';

/** How often something was found. */
export interface Counted {
  /** Messages. */
  readonly count: number;
  /** Of them those that do not follow from an earlier difference of their conversation. */
  readonly causes: number;
  readonly conversations: number;
}

/** What was found so far: plain JSON, so that it can be put aside and gone on with. */
export interface TallyState {
  readonly counts: Readonly<Partial<Record<Kind, Counted>>>;
  /** Who answered then and now, where that changed: `then → now`, and how often. */
  readonly handovers: Readonly<Record<string, number>>;
  readonly noted: readonly Noted[];
  /** Differences to show, by kind. */
  readonly examples: Readonly<Partial<Record<Kind, readonly Replayed[]>>>;
  /** Kinds that were found already in conversations that are under way, by stream. */
  readonly open?: readonly (readonly [stream: string, kinds: readonly Kind[]])[];
}

export const noTally: TallyState = { counts: {}, handovers: {}, noted: [], examples: {} };

/** Counts what a replay finds, and keeps of each kind as many as are shown: its memory does not grow with the history. */
export class Tally {
  readonly #counts = new Map<Kind, { count: number; causes: number; conversations: number }>();
  readonly #handovers = new Map<string, number>();
  readonly #noted = new Map<string, Noted>();
  readonly #examples = new Map<Kind, Replayed[]>();
  /** Kinds found in a conversation that is under way. */
  readonly #open = new Map<string, Set<Kind>>();

  /** @param limit - examples kept of each kind; 0: all */
  constructor(
    private readonly limit: number,
    begun: TallyState = noTally,
  ) {
    for (const [kind, counted] of Object.entries(begun.counts))
      this.#counts.set(kind as Kind, { ...counted });
    for (const [handover, count] of Object.entries(begun.handovers)) this.#handovers.set(handover, count);
    for (const [kind, examples] of Object.entries(begun.examples))
      this.#examples.set(kind as Kind, [...examples]);
    for (const [stream, kinds] of begun.open ?? []) this.#open.set(stream, new Set(kinds));
    this.note(begun.noted);
  }

  count(counts: Readonly<Partial<Record<Kind, number>>>): void {
    for (const [kind, count] of Object.entries(counts)) this.#of(kind as Kind).count += count;
  }

  /** Besides being counted. */
  differ(replayed: Replayed): void {
    const { kind, shown } = replayed;
    if (shown === undefined) return;
    const counted = this.#of(kind);
    if (!shown.isConsequence) counted.causes += 1;
    const stream = conversationStream(shown.connection);
    const kinds = this.#open.get(stream) ?? new Set();
    this.#open.set(stream, kinds);
    if (!kinds.has(kind)) counted.conversations += 1;
    kinds.add(kind);
    if (kind === 'otherApp') this.#handOver(handoverOf(shown.recorded, shown.rerun));
    this.#keep(replayed, shown.isConsequence);
  }

  /** A conversation is done. */
  close(stream: string): void {
    this.#open.delete(stream);
  }

  note(noted: readonly Noted[]): void {
    for (const one of noted) {
      const key = `${one.app ?? ''} ${one.call}`;
      this.#noted.set(key, { ...one, count: one.count + (this.#noted.get(key)?.count ?? 0) });
    }
  }

  /** Messages, of whatever kind. */
  get total(): number {
    return this.#sum((kind) => kind !== 'beheaded');
  }

  get differing(): number {
    return this.#sum(isDifference);
  }

  /** Those that no app was asked about. */
  get notRun(): number {
    return this.#sum((kind) => (notRun as readonly Kind[]).includes(kind));
  }

  /** Those that have to do with the app that was asked for, if one was. */
  get concerned(): number {
    return this.total - this.#sum((kind) => kind === 'unconcerned');
  }

  state(): TallyState {
    return {
      counts: Object.fromEntries(this.#counts),
      handovers: Object.fromEntries(this.#handovers),
      noted: [...this.#noted.values()],
      examples: Object.fromEntries(this.#examples),
      open: [...this.#open].map(([stream, kinds]) => [stream, [...kinds]]),
    };
  }

  #sum(isOne: (kind: Kind) => boolean): number {
    return [...this.#counts].reduce((sum, [kind, { count }]) => sum + (isOne(kind) ? count : 0), 0);
  }

  #of(kind: Kind): { count: number; causes: number; conversations: number } {
    const known = this.#counts.get(kind) ?? { count: 0, causes: 0, conversations: 0 };
    this.#counts.set(kind, known);
    return known;
  }

  #handOver(handover: string): void {
    this.#handovers.set(handover, (this.#handovers.get(handover) ?? 0) + 1);
  }

  /** First causes drive out what only follows. */
  #keep(replayed: Replayed, isConsequence: boolean): void {
    const examples = this.#examples.get(replayed.kind) ?? [];
    this.#examples.set(replayed.kind, examples);
    if (this.limit > 0 && examples.length >= this.limit) {
      const last = examples.findLastIndex(({ shown }) => shown?.isConsequence === true);
      if (isConsequence || last < 0) return;
      examples.splice(last, 1);
    }
    examples.push(replayed);
  }
}

const handoverOf = (then: Decided, now: Decided): string => `${whoOf(then)} → ${whoOf(now)}`;

const whoOf = (decided: Decided): string =>
  decided.kind === 'failed'
    ? decided.app
    : `${decided.app ?? 'no app'}${decided.outcome === 'handled' ? '' : ` (${decided.outcome})`}`;
