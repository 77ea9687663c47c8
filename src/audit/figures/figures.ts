import { conversationCategory } from '../../domain/connection.js';
import type { Zone } from '../../domain/zone.js';
import type { EventStore } from '../../store/port.js';
import { type Freshness, freshnessOf } from '../freshness.js';
import type { MessagesIndex } from '../messagesIndex.js';
import type { DayFigures } from './day.js';
import { type AppsAnswer, appsProjection, type FiguresIndex } from './figuresIndex.js';

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

export interface AppsDone {
  /** Absent: nothing is counted yet, or it cannot be read. */
  readonly figures?: AppsAnswer;
  readonly fresh: Freshness;
}

/** What the projection folds. */
const calls = {
  things: 'calls',
  projection: appsProjection,
  filter: { types: ['MessageRouted', 'RoutingFailed'], categories: [conversationCategory] },
};

/** Who asks within this time gets the same answer: what a page shows that many have open is not counted for each of them. */
const keptMs = 1_000;
/** Zones and days are as many as readers name. */
const mostKept = 20;

/** How it goes, in numbers. */
export class Figures {
  readonly #days: Kept<Day>;
  readonly #apps: Kept<AppsDone>;

  constructor(private readonly needs: FiguresNeeds) {
    this.#days = new Kept(needs.now);
    this.#apps = new Kept(needs.now);
  }

  day(zone: Zone): Promise<Day> {
    return this.#days.of(zone.name, () => this.#day(zone));
  }

  /** @param from - days in UTC, `2026-03-04`, both inclusive */
  apps(from: string, to: string): Promise<AppsDone> {
    return this.#apps.of(`${from} ${to}`, () => this.#appsDone(from, to));
  }

  async #appsDone(from: string, to: string): Promise<AppsDone> {
    const { store, figures, played, countedAtMost } = this.needs;
    const index = { facts: () => figures.appsFacts() };
    const fresh = await freshnessOf(index, store, countedAtMost, calls);
    if (fresh.states === 'none') return { fresh };
    return { fresh, figures: await figures.apps({ from, to, played }) };
  }

  async #day(zone: Zone): Promise<Day> {
    const { store, index, figures, played, countedAtMost, now } = this.needs;
    const fresh = await freshnessOf(index, store, countedAtMost);
    if (fresh.states === 'none') return { fresh };
    const day = await figures.day({ now: now(), zone, played });
    return { fresh, ...(day === undefined ? {} : { figures: day }) };
  }
}

/** Answers of the last moment, by what was asked. */
class Kept<Answer> {
  readonly #answers = new Map<string, { readonly askedAt: number; readonly answer: Promise<Answer> }>();

  constructor(private readonly now: () => number) {}

  of(question: string, ask: () => Promise<Answer>): Promise<Answer> {
    const now = this.now();
    const known = this.#answers.get(question);
    if (known !== undefined && Math.abs(now - known.askedAt) < keptMs) return known.answer;
    const answer = ask();
    if (this.#answers.size >= mostKept) this.#answers.clear();
    this.#answers.set(question, { askedAt: now, answer });
    // Who asks next is told anew.
    answer.catch(() => this.#answers.delete(question));
    return answer;
  }
}
