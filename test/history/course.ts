import { type Connection, conversationStream } from '../../src/domain/connection.js';
import { phrasesIn } from './apps/phrases.js';
import { apps } from './apps.js';
import { backgroundWeight, createBackground, reject } from './background.js';
import { Lanes } from './handingOver.js';
import { planRuns, stopped } from './lives.js';
import { createOperators } from './operators.js';
import { longestConnection, type Span } from './options.js';
import { People, type Person } from './people.js';
import { createDeck, createRandom, type Random } from './random.js';
import { receive } from './receiving.js';
import { Routers } from './routers.js';
import { route } from './routing.js';
import { type Subject, subjects, textsOn } from './texts.js';
import { routeWeight, textWeight } from './weights.js';
import { type HistoryAppend, World } from './world.js';

/** Events of {@link Course.ending}. */
const lastEvents = 10;
const second = 1_000;
const hour = 3_600_000;

/** The course that a history takes, from the first event to exactly the last. */
export class Course {
  readonly #random: Random;
  readonly #world: World;
  readonly #lanes: Lanes;
  readonly #people: People;
  readonly #longest: Person & { readonly texts: number };
  readonly #span: Span;
  readonly #size: number;
  readonly #operators: ReturnType<typeof createOperators>;
  readonly #background: ReturnType<typeof createBackground>;
  readonly #drawSubject: () => Subject;
  #sessions = 0;
  #isRouting = true;

  constructor(seed: number, events: number, longest: number, span: Span) {
    const random = createRandom(seed);
    this.#random = random;
    this.#span = span;
    this.#size = events - lastEvents;
    this.#people = new People(random, ({ connection }) => this.#world.forget(connection));
    this.#world = new World(random, new Routers(span.begin, span.end), apps, this.#size, (world) => ({
      waits: (connection) => this.#waits(world, connection),
      failed: (connection, fatal) => this.#operators.failed(connection, fatal),
      sent: (text) => this.#lanes.sent(text),
      died: (text, fatal) => this.#operators.died(text, fatal),
    }));
    this.#lanes = new Lanes(this.#world);
    this.#operators = createOperators(this.#world, this.#lanes);
    this.#background = createBackground(this.#world, this.#people);
    this.#drawSubject = createDeck(random, subjects);
    const left = Number.POSITIVE_INFINITY;
    const phrases = phrasesIn('sw');
    this.#longest = { connection: longestConnection, phrases, name: 'Neema', left, texts: longest };
    this.#world.counted.set(conversationStream(longestConnection), 0);
  }

  /** Sessions of texts, and what follows from them, until there is no room for another text. */
  async *body(): AsyncGenerator<HistoryAppend, void, undefined> {
    const world = this.#world;
    planRuns(world);
    for (const { node, until, isCut } of world.routers.runs) {
      // What is decided a moment before a router is killed is taken up by the next without knowing how far it got.
      if (isCut && Number.isFinite(until))
        world.later(until - world.now - 1, backgroundWeight, () => this.#background.broadcastBy(node));
    }
    let next = world.now + this.#gap();
    for (;;) {
      const isRoom = world.room >= textWeight;
      if (isRoom && next <= (world.agenda.next ?? next)) {
        world.now = Math.max(world.now, next);
        await this.#session();
        next = world.now + this.#gap();
      } else if (!(await this.#happen())) return;
      yield* world.taken();
    }
  }

  /** Texts that no one answers and requests that no one understands, for what room is left. */
  async *filling(): AsyncGenerator<HistoryAppend, void, undefined> {
    const world = this.#world;
    while (world.room > 0) {
      world.now += 1 + Math.round(this.#random.around(60 * second));
      if (world.room < 3) reject(world);
      else receive(world, { backend: 'simple-http', identity: 'meter 17' }, '0.0');
      while (await this.#happen());
      yield* world.taken();
    }
  }

  /** The last moment: texts that nobody has handed over, messages that nobody has routed, and one router that was cut. */
  async *ending(): AsyncGenerator<HistoryAppend, void, undefined> {
    const world = this.#world;
    const [first, second]: readonly Connection[] = [
      { backend: 'my-kannel-backend', identity: '+256790000001' },
      { backend: 'chat', identity: '+256790000002' },
    ];
    if (first === undefined || second === undefined) return;
    stopped(world, 'south');
    this.#lanes.areOpen = false;
    for (const connection of [first, second]) receive(world, connection, 'ping');
    while (await this.#happen());
    this.#isRouting = false;
    for (const connection of [first, first, second]) receive(world, connection, 'ping');
    yield* world.taken();
  }

  #waits(world: World, connection: Connection): void {
    if (!this.#isRouting) return;
    world.later(2 + world.random.around(8), routeWeight, () => route(world, connection));
  }

  /** The next thing on the agenda. @returns false when there is none */
  async #happen(): Promise<boolean> {
    const item = this.#world.agenda.take();
    if (item === undefined) return false;
    this.#world.now = Math.max(this.#world.now, item.at);
    await item.happen();
    return true;
  }

  /** Someone writes: one text, or several on one subject. */
  async #session(): Promise<void> {
    const world = this.#world;
    this.#sessions += 1;
    const person = this.#isLongestDue() ? this.#longest : this.#people.someone();
    const texts = textsOn(this.#subjectOf(person), person, this.#people, this.#random);
    let delay = 0;
    for (const [nth, text] of texts.entries()) {
      if (nth === 0) receive(world, person.connection, text);
      else world.maybeLater(delay, textWeight, () => receive(world, person.connection, text));
      delay += (10 + this.#random.around(60)) * second;
      if (person !== this.#longest) this.#people.wrote(person);
    }
    const isOften = this.#sessions < 8;
    if ((isOften || this.#random.isOneIn(40)) && world.room >= backgroundWeight)
      await this.#background.happen();
  }

  /** Most know that one registers before one reports. */
  #subjectOf({ connection }: Person): Subject {
    const subject = this.#drawSubject();
    const isKnown = this.#world.actorOf(connection).memory.registration !== undefined;
    return subject === 'report' && !isKnown && !this.#random.isOneIn(8) ? 'registration' : subject;
  }

  /** Its texts are spread evenly over the history. */
  #isLongestDue(): boolean {
    const count = this.#world.counted.get(conversationStream(longestConnection)) ?? 0;
    const part = Math.min(1, (1.02 * this.#world.count) / this.#size);
    return count < this.#longest.texts * part;
  }

  /** Until the next session, so that the last is at the end: longer at night. */
  #gap(): number {
    const { now, count, room } = this.#world;
    const eventsOfOne = this.#sessions < 50 ? 8 : count / this.#sessions;
    const mean = ((this.#span.end - now) * eventsOfOne) / Math.max(eventsOfOne, room);
    const isNight = Math.floor(now / hour) % 24 < 5;
    return Math.max(1, Math.round(this.#random.around(Math.max(second, mean) * (isNight ? 3 : 0.75))));
  }
}
