import type { ExecutionContext, TestFn } from 'ava';
import fc from 'fast-check';
import {
  type AppendOptions,
  type AppendResult,
  type OpenStore,
  StoreError,
} from '../../../src/store/port.js';
import type { Engine } from '../engine.js';
import { collect, event, idsOf, newCategory } from '../events.js';

// Ids and streams come from small pools, so that repetitions, overlaps and conflicts happen all the time.
const streams = ['a', 'b', 'c'];

interface Append {
  readonly stream: string;
  readonly ids: readonly number[];
  /** Counted from the stream's real last revision. */
  readonly expected: 'none' | 'any' | number;
}

type Command = Append | 'compare' | 'reopen';

const append: fc.Arbitrary<Append> = fc.record({
  stream: fc.constantFrom(...streams),
  ids: fc.array(fc.nat(30), { minLength: 1, maxLength: 3 }),
  expected: fc.oneof(
    fc.constant('any' as const),
    fc.constant('none' as const),
    fc.integer({ min: -2, max: 1 }),
  ),
});

const command: fc.Arbitrary<Command> = fc.oneof(
  { weight: 12, arbitrary: append },
  { weight: 1, arbitrary: fc.constant('compare' as const) },
  { weight: 1, arbitrary: fc.constant('reopen' as const) },
);

/** What a store is, in a few lines: the ids of each stream, and of all of them in order. */
class Model {
  readonly streams = new Map<string, number[]>(streams.map((stream) => [stream, []]));
  readonly all: number[] = [];

  constructor(private readonly idsAreUniqueIn: Engine['idsAreUniqueIn']) {}

  idsOf(stream: string): number[] {
    return this.streams.get(stream) ?? [];
  }

  expectation({ stream, expected }: Append): NonNullable<AppendOptions['expectedRevision']> {
    return typeof expected === 'string' ? expected : BigInt(this.idsOf(stream).length - 1 + expected);
  }

  /** `stored`, `repeated` or the code of the error. */
  append(given: Append): string {
    const { stream, ids, expected } = given;
    if (new Set(ids).size < ids.length) return 'invalid';
    const inStream = this.idsOf(stream);
    const there = this.idsAreUniqueIn === 'store' ? this.all : inStream;
    const known = ids.filter((id) => there.includes(id));
    if (known.length === ids.length) return 'repeated';
    if (known.length > 0) return 'invalid';
    const fits =
      expected === 'any' ||
      (expected === 'none' ? inStream.length === 0 : expected === 0 && inStream.length > 0);
    if (!fits) return 'conflict';
    inStream.push(...ids);
    this.all.push(...ids);
    return 'stored';
  }
}

const outcomeOf = (result: Promise<AppendResult>): Promise<string> =>
  result.then(
    ({ stored }) => (stored ? 'stored' : 'repeated'),
    (error: unknown) => {
      if (error instanceof StoreError) return error.code;
      throw error;
    },
  );

const run = async (t: ExecutionContext, engine: Engine, commands: readonly Command[]): Promise<void> => {
  let store = await engine.open(t);
  const category = newCategory();
  const pool = Array.from({ length: 31 }, () => event().id);
  const model = new Model(engine.idsAreUniqueIn);
  const idOf = (index: number) => pool[index] ?? '';
  for (const step of commands) {
    if (typeof step === 'object') {
      const list = step.ids.map((id) => event({ id: idOf(id), type: `Type${id % 3}` }));
      const options = { expectedRevision: model.expectation(step) };
      const outcome = await outcomeOf(store.append(`${category}-${step.stream}`, list, options));
      t.is(outcome, model.append(step));
      continue;
    }
    if (step === 'reopen') store = (await engine.reopen?.(t, store)) ?? store;
    await compare(t, store, category, model, idOf);
  }
  await compare(t, store, category, model, idOf);
  await store.close();
};

const compare = async (
  t: ExecutionContext,
  store: OpenStore,
  category: string,
  model: Model,
  idOf: (index: number) => string,
): Promise<void> => {
  const categories = [category];
  const all = await collect(store.readAll({ filter: { categories } }));
  t.deepEqual(idsOf(all), model.all.map(idOf));
  const typed = model.all.filter((id) => id % 3 !== 1).map(idOf);
  // Backwards, an engine may look at all that others have written before.
  const since = all[0]?.recordedAt ?? new Date().toISOString();
  const filter = { categories, types: ['Type0', 'Type2'], since };
  t.deepEqual(idsOf(await collect(store.readAll({ filter, direction: 'backwards' }))), typed.toReversed());
  for (const stream of streams) {
    const read = await collect(store.readStream(`${category}-${stream}`));
    t.deepEqual(idsOf(read), model.idsOf(stream).map(idOf));
    t.deepEqual(
      read.map(({ revision }) => revision),
      read.map((_, index) => BigInt(index)),
    );
  }
};

export const modelContract = (test: TestFn, engine: Engine): void => {
  test('any sequence of appends, readings and restarts goes as in the model', async (t) => {
    t.timeout(300_000);
    const commands = fc.array(command, { minLength: 1, maxLength: 30, size: 'max' });
    await t.notThrowsAsync(
      fc.assert(
        fc.asyncProperty(commands, (list) => run(t, engine, list)),
        // Each comparison reads what others have written too, and a server that is used again may hold much.
        { numRuns: engine.startsEmpty ? 40 : 5 },
      ),
    );
  });
};
