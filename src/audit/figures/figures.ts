import type { Zone } from '../../domain/zone.js';
import type { EventStore } from '../../store/port.js';
import { type Freshness, freshnessOf } from '../freshness.js';
import type { MessagesIndex } from '../messagesIndex.js';
import type { DayFigures } from './day.js';
import type { AppsAnswer, FiguresIndex } from './figuresIndex.js';

export interface FiguresNeeds {
  readonly store: EventStore;
  readonly index: MessagesIndex;
  readonly figures: FiguresIndex;
  /** Backends whose phones are played: they do not count. */
  readonly played: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Events behind, for who must not be held up. */
  readonly countedAtMost: number;
}

export interface Day {
  /** Absent: nothing is counted yet, or it cannot be read. `fresh` says which. */
  readonly figures?: DayFigures;
  readonly fresh: Freshness;
}

/** Who asks within this time gets the same answer: a page that many have open is not counted for each of them. */
const keptMs = 1_000;
/** Zones are as many as readers name. */
const keptZones = 20;

/** How it goes, in numbers. */
export class Figures {
  readonly #days = new Map<string, { readonly askedAt: number; readonly day: Promise<Day> }>();

  constructor(private readonly needs: FiguresNeeds) {}

  day(zone: Zone): Promise<Day> {
    const now = this.needs.now();
    const kept = this.#days.get(zone.name);
    if (kept !== undefined && Math.abs(now - kept.askedAt) < keptMs) return kept.day;
    const day = this.#day(zone, now);
    if (this.#days.size >= keptZones) this.#days.clear();
    this.#days.set(zone.name, { askedAt: now, day });
    // Who asks next is told anew.
    day.catch(() => this.#days.delete(zone.name));
    return day;
  }

  /**
   * @param from - days in UTC, `2026-03-04`, both inclusive
   * @returns undefined when nothing is counted yet
   */
  apps(from: string, to: string): Promise<AppsAnswer | undefined> {
    return this.needs.figures.apps({ from, to, played: this.needs.played });
  }

  async #day(zone: Zone, now: number): Promise<Day> {
    const { store, index, figures, played, countedAtMost } = this.needs;
    const fresh = await freshnessOf(index, store, countedAtMost);
    if (fresh.states === 'none') return { fresh };
    const day = await figures.day({ now, zone, played });
    return { fresh, ...(day === undefined ? {} : { figures: day }) };
  }
}
