// Whatever a receiver does, and whenever the work moves to another process: each conversation in its order, nothing lost.
import test from 'ava';
import fc from 'fast-check';
import { createMemoryStore } from '../../src/store/memory/open.js';
import type { Call } from '../../src/webhooks/calls.js';
import type { Answer, Receiver } from '../../src/webhooks/post.js';
import { ManualClock, settled } from '../outbound/support/manualClock.js';
import { settingsOf, World } from './support/world.js';

/** What becomes of an attempt. `lost`: it was accepted, and nobody heard of it. */
const fates = ['accepted', 'accepted', 'refused', 'no-answer', 'unreachable', 'lost'] as const;
type Fate = (typeof fates)[number];

class FatefulReceiver implements Receiver {
  readonly accepted: { readonly identity: string; readonly text: string; readonly id: string }[] = [];
  readonly #bodies = new Map<string, string>();
  readonly #inFlight = new Set<string>();
  readonly problems: string[] = [];
  #nth = 0;

  constructor(
    private readonly fates: readonly Fate[],
    private readonly poison: string,
    private readonly clock: ManualClock,
  ) {}

  async post(call: Call): Promise<Answer> {
    const body = call.body.toString();
    const { data } = JSON.parse(body) as { data: { identity: string; text: string } };
    if ((this.#bodies.get(call.id) ?? body) !== body) this.problems.push(`${call.id} has other bytes`);
    if (this.#inFlight.has(data.identity)) this.problems.push(`two calls of ${data.identity} at a time`);
    this.#bodies.set(call.id, body);
    this.#inFlight.add(data.identity);
    const fate = this.fates[this.#nth % this.fates.length] ?? 'accepted';
    this.#nth += 1;
    await this.clock.sleep(1 + (this.#nth % 3));
    this.#inFlight.delete(data.identity);
    const isAccepted = data.identity !== this.poison && (fate === 'accepted' || fate === 'lost');
    if (isAccepted) this.accepted.push({ ...data, id: call.id });
    if (isAccepted && fate === 'accepted') return { isAccepted };
    const code = fate === 'lost' ? 'no-answer' : fate === 'accepted' ? 'refused' : fate;
    return { isAccepted: false, code, detail: fate };
  }

  close(): void {}
}

type Step = { readonly phone: number; readonly texts: number } | 'restart' | 'wait';

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ phone: fc.nat(4), texts: fc.integer({ min: 1, max: 12 }) }) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
    { weight: 2, arbitrary: fc.constant('wait' as const) },
  ),
  { minLength: 1, maxLength: 25 },
);

test('each conversation is told in its order, nothing is lost, and a repeat has the same bytes', async (t) => {
  await fc.assert(
    fc.asyncProperty(
      steps,
      fc
        .array(fc.constantFrom(...fates), { minLength: 1, maxLength: 12 })
        .filter((all) => all.includes('accepted')),
      fc.constantFrom('phone 0', 'nobody'),
      fc.integer({ min: 1, max: 4 }),
      async (course, fateOf, poison, window) => {
        const clock = new ManualClock();
        const receiver = new FatefulReceiver(fateOf, poison, clock);
        const world = new World({ store: createMemoryStore(), clock, receiverOf: () => receiver });
        const retry = { firstDelayMs: 100, maxDelayMs: 1_000 };
        const settings = settingsOf({ window, concurrency: 1, giveUpAfterMs: 60_000, retry });
        let running = world.started(settings);
        await settled();
        let sent = 0;
        const expected = new Map<string, string[]>();
        for (const step of course) {
          if (step === 'wait') await clock.advance(700);
          else if (step === 'restart') {
            const stopping = running.stop(1_000);
            await clock.advance(3_000);
            await stopping;
            running = world.started(settings);
            await settled();
          } else {
            const identity = `phone ${step.phone}`;
            const texts = Array.from({ length: step.texts }, (_, nth) => String(sent + nth));
            sent += step.texts;
            expected.set(identity, [...(expected.get(identity) ?? []), ...texts]);
            await world.received(identity, ...texts);
          }
        }
        await clock.until(() => running.status?.state === 'running' && running.status.waiting === 0);
        const failed = await world.failed();
        for (const [identity, texts] of expected) {
          const ids = new Set<string>();
          const told = receiver.accepted.filter(
            (call) => call.identity === identity && ids.size !== ids.add(call.id).size,
          );
          const numbers = told.map(({ text }) => Number(text));
          t.deepEqual(
            numbers,
            numbers.toSorted((a, b) => a - b),
            `${identity} in its order`,
          );
          const aside = failed.filter(({ stream }) => decodeURIComponent(stream).endsWith(`:${identity}`));
          const lost = texts.length - new Set([...ids, ...aside.map(({ eventId }) => eventId)]).size;
          t.is(lost, 0, `${identity}: nothing is lost`);
        }
        t.deepEqual(receiver.problems, []);
        const stopping = running.stop();
        await clock.advance(10_000);
        await stopping;
      },
    ),
    { numRuns: 40 },
  );
});
