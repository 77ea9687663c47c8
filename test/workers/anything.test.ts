import test from 'ava';
import fc from 'fast-check';
import { settled } from '../outbound/support/manualClock.js';
import { type Colleague, pollMs, takeoverMs, World } from './support/world.js';

const kinds = [
  'pass',
  'freeze',
  'thaw',
  'cut',
  'mend',
  'slow',
  'quick',
  'lose',
  'answer',
  'die',
  'start',
] as const;
const steps = fc.array(
  fc.record({
    do: fc.constantFrom(...kinds),
    who: fc.nat(2),
    /** How long the way to the store takes, where it is slow. */
    slowMs: fc.integer({ min: 1, max: takeoverMs / 2 }),
    thenMs: fc.oneof(fc.integer({ min: 1, max: pollMs }), fc.integer({ min: 1, max: 1.5 * takeoverMs })),
  }),
  { minLength: 10, maxLength: 40, size: 'max' },
);

/** Partitions that a process does something with at this moment. */
const actedOn = ({ line, lease, processor }: Colleague): readonly string[] =>
  line.isFrozen || !lease.holds ? [] : [...processor.working.keys()];

class Play {
  readonly world = new World();
  /** All that ever were: one that is dead stays frozen. */
  readonly all: Colleague[] = [];
  readonly #living = new Map<number, Colleague>();
  readonly #slowMs = new Map<number, number>();

  async start(who: number): Promise<void> {
    if (this.#living.has(who)) return;
    const delay = async () => {
      const ms = this.#slowMs.get(who) ?? 0;
      if (ms > 0) await this.world.clock.sleep(ms);
    };
    const colleague = this.world.made(`n${who}`, { delay });
    this.all.push(colleague);
    this.#living.set(who, colleague);
    const { member } = colleague;
    // A store that is away stops the start, as it does that of a router.
    void member
      .claimName()
      .then(() => member.join())
      .catch(() => this.#die(who));
    await settled();
  }

  do(what: (typeof kinds)[number], who: number, slowMs: number): void {
    const line = this.#living.get(who)?.line;
    if (what === 'slow') this.#slowMs.set(who, slowMs);
    if (what === 'quick') this.#slowMs.delete(who);
    if (what === 'die') this.#die(who);
    if (line === undefined) return;
    if (what === 'freeze') line.freeze();
    if (what === 'thaw') line.thaw();
    if (what === 'cut') line.cut = true;
    if (what === 'mend') line.cut = false;
    if (what === 'lose') line.losesAnswers = true;
    if (what === 'answer') line.losesAnswers = false;
  }

  async heal(): Promise<void> {
    this.#slowMs.clear();
    for (const { line } of this.#living.values()) {
      line.thaw();
      line.cut = false;
      line.losesAnswers = false;
    }
    for (const who of [0, 1, 2]) await this.start(who);
  }

  get living(): readonly Colleague[] {
    return [...this.#living.values()];
  }

  #die(who: number): void {
    this.#living.get(who)?.line.freeze();
    this.#living.delete(who);
  }
}

test('whatever becomes of processes and of their way to the store, no partition is acted upon by two, and in the end each by one', async (t) => {
  const property = fc.asyncProperty(steps, async (given) => {
    const play = new Play();
    const { clock } = play.world;
    const pass = async (ms: number) => {
      for (let passedMs = 0; passedMs < ms; passedMs += pollMs / 2) {
        await clock.advance(pollMs / 2);
        const acted = play.all.flatMap(actedOn);
        t.is(new Set(acted).size, acted.length);
      }
    };
    for (const who of [0, 1]) await play.start(who);
    for (const { do: what, who, slowMs, thenMs } of given) {
      if (what === 'start') await play.start(who);
      else play.do(what, who, slowMs);
      await pass(thenMs);
    }
    await play.heal();
    await pass(2 * takeoverMs);
    // Whose start had failed by an answer that was lost before.
    await play.heal();
    await pass(4 * takeoverMs);
    const parts = play.living.map((one) => actedOn(one).length);
    t.deepEqual(
      parts.toSorted((one, other) => one - other),
      [2, 3, 3],
    );
  });
  await fc.assert(property, { numRuns: 25 });
});
