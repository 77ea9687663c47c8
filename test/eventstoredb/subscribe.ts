import { type Filter, filterOf } from './filter.js';
import type { EventLog, LoggedEvent } from './log.js';
import { beforeAll, isAfter, type Place, placeAt } from './order.js';
import type { Reader } from './reader.js';
import { failures } from './refusals.js';
import { indexFrom, isPlace, lastOf, type Source, startOf } from './source.js';
import { tombstoneRevision } from './streamMetadata.js';

/** More than this behind, a live subscription is told so, and told again when it has caught up. */
const liveBuffer = 32;
/** The server hands over no more at once while a subscription catches up. */
const pageSize = 32;

/** As the server's own, with what is odd about its checkpoints: it begins at -1, and counts on -1 being the smallest. */
export class Subscription {
  /** What was sent last, event or checkpoint: nothing before it is sent. */
  #told: Place;
  /** Order of the last event that was looked at. */
  #seen: number;
  #checkpoint: Place | undefined;
  #sinceCheckpoint = 0;
  readonly #filter: Filter | undefined;

  constructor(
    private readonly log: EventLog,
    private readonly source: Source,
    private readonly reader: Reader,
  ) {
    this.#filter = filterOf(reader.options);
    const start = startOf(reader.options);
    this.#seen = lastOf(source);
    this.#told = start === 'end' ? placeAt(this.#seen) : start;
  }

  /** Until the client is gone. One that begins at the end or beyond it has nothing to catch up with, and is not looked at. */
  async run(): Promise<void> {
    await this.reader.confirm();
    if (isAfter(placeAt(this.#seen), this.#told)) await this.#catchUp();
    while (!this.reader.gone) {
      await this.#live();
      if (!this.reader.gone) await this.#catchUp();
    }
  }

  async #catchUp(): Promise<void> {
    if (!isPlace(this.log, this.source, this.#told)) throw failures.invalidPosition();
    let considered = 0;
    let page = this.#told === beforeAll ? placeAt(0) : this.#told;
    while (!this.reader.gone) {
      const looked = this.#page(page);
      for (const event of looked.events) await this.#catchUpWith(event);
      if (looked.isLast) return this.#tell(this.#told);
      considered += looked.events.length;
      if (considered >= this.#checkpointEvery) {
        considered %= this.#checkpointEvery;
        if (isAfter(page, this.#told)) this.#told = page;
        await this.#tell(this.#told);
      }
      page = { commit: looked.next, prepare: 0 };
    }
  }

  async #catchUpWith(event: LoggedEvent): Promise<void> {
    const place = this.#placeOf(event);
    this.#seen = place.commit;
    if (!isAfter(place, this.#told) || !this.#matches(event) || this.source.hides(event)) return;
    await this.reader.event(event);
    this.#told = place;
  }

  /** What is looked at in one go: up to a number of events, and of matches. */
  #page(from: Place): { events: readonly LoggedEvent[]; next: number; isLast: boolean } {
    const all = this.source.events();
    const events: LoggedEvent[] = [];
    let matching = 0;
    let index = indexFrom(this.source, from.commit);
    for (; index < all.length && events.length < this.#window && matching < pageSize; index += 1) {
      const event = all[index];
      if (event === undefined) break;
      events.push(event);
      if (this.#matches(event)) matching += 1;
    }
    const next = all[index];
    return {
      events,
      next: next ? this.source.orderOf(next) : this.source.end(),
      isLast: next === undefined && events.length < this.#window && matching < pageSize,
    };
  }

  /** Returns when it fell behind. */
  async #live(): Promise<void> {
    await this.reader.caughtUp();
    while (!this.reader.gone) {
      const changed = this.reader.change();
      this.reader.check();
      const fresh = this.source.events().slice(indexFrom(this.source, this.#seen + 1));
      if (fresh.filter((event) => isAfter(this.#placeOf(event), this.#told)).length > liveBuffer) {
        await this.reader.fellBehind();
        return this.#tell(this.#told);
      }
      for (const event of fresh) await this.#liveWith(event);
      await changed;
    }
  }

  /** What is hidden is sent all the same: only who comes later misses it. */
  async #liveWith(event: LoggedEvent): Promise<void> {
    const place = this.#placeOf(event);
    this.#seen = place.commit;
    const isNew = isAfter(place, this.#told);
    if (isNew && this.#matches(event)) {
      await this.reader.event(event);
      this.#told = place;
    }
    this.#sinceCheckpoint += 1;
    if (this.#sinceCheckpoint >= this.#checkpointEvery) {
      this.#sinceCheckpoint = 0;
      if (!isAfter(this.#told, place)) {
        this.#told = place;
        await this.#tell(place);
      }
    }
    if (event.revision === tombstoneRevision && this.source.name !== '$all')
      throw failures.streamDeleted(this.source.name);
  }

  /** A checkpoint, when there is a filter. After the one at -1, which is the largest number to its reader, none comes. */
  async #tell(place: Place): Promise<void> {
    if (!this.#filter) return;
    if (this.#checkpoint && !isAfter(asUnsigned(place), asUnsigned(this.#checkpoint))) return;
    this.#checkpoint = place;
    await this.reader.checkpoint(place);
  }

  #matches(event: LoggedEvent): boolean {
    return this.#filter?.matches(event) ?? true;
  }

  get #window(): number {
    return this.#filter?.window ?? Number.POSITIVE_INFINITY;
  }

  get #checkpointEvery(): number {
    return this.#filter?.checkpointEvery ?? Number.POSITIVE_INFINITY;
  }

  #placeOf(event: LoggedEvent): Place {
    return placeAt(this.source.orderOf(event));
  }
}

const asUnsigned = (place: Place): Place => (place.commit < 0 ? placeAt(Number.POSITIVE_INFINITY) : place);
