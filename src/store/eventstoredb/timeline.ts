import { BACKWARDS, END, FORWARDS } from '@eventstore/db-client';
import { itemsOf, type Reading } from './arrivals.js';
import type { Calls } from './calls.js';
import { failureOf } from './errors.js';
import { isAfter, isSame, type Place } from './position.js';
import { placeOf, type ReadEvent } from './recorded.js';

/** An event by which a log is known again. */
interface Landmark {
  readonly place: Place;
  readonly id: string;
}

/** A node that has just become the leader shows its last events a moment later: so long it is asked again, in milliseconds. */
const settlingMs = 3_000;
const pauseMs = 250;

/**
 * Which history the server shows. Behind an address may suddenly be another one: restored from a backup, or empty. That takes
 * a restart of the server, so it is looked for when a connection broke, before anything else is asked or written.
 */
export class Timeline {
  /** Grows when the server is found to have lost what it had told. */
  number = 0;
  #last: Landmark | undefined;
  #isSuspect = false;
  #looking: Promise<void> | undefined;
  readonly #changed: ((head: Place | undefined) => void)[] = [];

  /** @param deniedError - what callers get of an error of the client when all events may not be read */
  constructor(
    private readonly calls: Calls,
    private readonly deniedError: (error: unknown) => Promise<unknown>,
  ) {}

  /** @param told - called when the number grows, with the last event that there is now */
  onChange(told: (head: Place | undefined) => void): void {
    this.#changed.push(told);
  }

  /** The server has told of this event. */
  saw(place: Place, id: string): void {
    if (this.#last === undefined || isAfter(place, this.#last.place)) this.#last = { place, id };
  }

  /** A connection broke, or an answer does not fit to what was known. */
  suspectRestore(): void {
    this.#isSuspect = true;
  }

  /** False when the log ends before this place, which a node that has just become the leader is given some time to show. */
  async reaches(place: Place): Promise<boolean> {
    const begun = performance.now();
    while (!(await this.#reachesNow(place))) {
      if (performance.now() - begun > settlingMs) return false;
      await this.calls.pause(pauseMs);
    }
    return true;
  }

  /** Resolves when what the server shows is what it showed before, or the number has grown. Throws what the client throws. */
  settle(): Promise<void> | undefined {
    if (this.#looking) return this.#looking;
    if (!this.#isSuspect) return undefined;
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #look(): Promise<void> {
    const landmark = this.#last;
    this.#isSuspect = false;
    try {
      if (landmark === undefined || (await this.#isThere(landmark))) return;
      const head = await this.#first(END, BACKWARDS);
      this.#last = head && { place: placeOf(head), id: head.id };
      this.number += 1;
      for (const told of this.#changed) told(this.#last?.place);
    } catch (error) {
      this.#isSuspect = true;
      // Told as what it is, and not as what waits for it.
      throw failureOf(error) === 'denied' ? await this.deniedError(error) : error;
    }
  }

  async #isThere(landmark: Landmark): Promise<boolean> {
    if (!(await this.reaches(landmark.place))) return false;
    try {
      const event = await this.#first(landmark.place, FORWARDS);
      // One that was scavenged since leaves its place to the next.
      return event === undefined || !isSame(placeOf(event), landmark.place) || event.id === landmark.id;
    } catch (error) {
      if (failureOf(error) === 'invalid') return false;
      throw error;
    }
  }

  async #reachesNow(place: Place): Promise<boolean> {
    const head = await this.#first(END, BACKWARDS);
    return head !== undefined && !isAfter(place, placeOf(head));
  }

  /** Asked of the leader: the others may be behind. */
  async #first(
    fromPosition: Place | typeof END,
    direction: typeof BACKWARDS | typeof FORWARDS,
  ): Promise<ReadEvent | undefined> {
    const { client, patienceMs } = this.calls;
    const reading = client.readAll({ direction, fromPosition, maxCount: 1, requiresLeader: true });
    for await (const { event } of itemsOf(reading as unknown as Reading<{ event?: ReadEvent }>, patienceMs))
      return event;
    return undefined;
  }
}
