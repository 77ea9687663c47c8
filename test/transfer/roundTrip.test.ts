import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { v7 as newId } from 'uuid';
import type { EventMetadata, NewEvent } from '../../src/domain/event.js';
import { limits, type OpenStore } from '../../src/store/port.js';
import type { Engine } from '../store/engine.js';
import { collect, event } from '../store/events.js';
import { engines } from './engines.js';
import { exported, imported, keptOf } from './support.js';

interface Append {
  readonly stream: string;
  readonly events: readonly Omit<NewEvent, 'id'>[];
}

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom('\u2028', '\r\n', '\n', '\0', '\ud800 alone', '"},{"crc":"00000000"}', '💬'),
);
const name = fc
  .oneof(
    fc.constantFrom(
      'conversation-http:%2B1',
      'conversation-http:1',
      'router-main',
      '$odd',
      '-',
      'a\nb\r',
      ' ',
    ),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }),
  )
  .filter((given) => given !== '' && !given.includes('\0') && given.isWellFormed());
const data = fc.oneof(
  fc.dictionary(text, fc.jsonValue() as fc.Arbitrary<unknown>),
  fc.array(fc.jsonValue() as fc.Arbitrary<unknown>),
);
const metadata = fc
  .record({
    $correlationId: name,
    schema: fc.nat(9),
    more: fc.option(fc.dictionary(text, text), { nil: undefined }),
  })
  .map(({ more, ...known }): EventMetadata => ({ ...more, ...known }));
const append: fc.Arbitrary<Append> = fc.record({
  stream: name,
  events: fc.array(fc.record({ type: name, data, metadata }), { minLength: 1, maxLength: 4 }),
});

const given = async (store: OpenStore, history: readonly Append[]): Promise<void> => {
  for (const { stream, events } of history) {
    await store.append(
      stream,
      events.map((one) => ({ ...one, id: newId() })),
    );
  }
};

/** Moves the store, and compares everything that must be kept: the order of all streams together first of all. */
const move = async (
  t: ExecutionContext,
  source: OpenStore,
  to: Engine,
  pieces = 10_000,
): Promise<OpenStore> => {
  const target = await to.open(t);
  const before = (await collect(source.readAll())).map(keptOf);
  t.like(await imported(target, await exported(source), { pieces }), {
    events: before.length,
    before: 0,
    shifted: 0,
  });
  t.deepEqual((await collect(target.readAll())).map(keptOf), before);
  for (const stream of new Set(before.map((one) => one.stream))) {
    const inStream = before.filter((one) => one.stream === stream);
    t.deepEqual((await collect(target.readStream(stream))).map(keptOf), inStream);
  }
  return target;
};

for (const [source, from] of engines) {
  for (const [target, to] of engines) {
    test(`any history moves from ${source} to ${target} and back unchanged`, async (t) => {
      const histories = fc.array(append, { maxLength: 12 });
      const pieces = fc.integer({ min: 1, max: 300 });
      const roundTrip = fc.asyncProperty(histories, pieces, async (history, size) => {
        const first = await from.open(t);
        await given(first, history);
        const second = await move(t, first, to, size);
        const third = await move(t, second, from, size);
        for (const store of [first, second, third]) await store.close();
      });
      await t.notThrowsAsync(fc.assert(roundTrip, { numRuns: 15 }));
    });

    test(`events as large as an append may be move from ${source} to ${target}`, async (t) => {
      const store = await from.open(t);
      const frame = event({ data: { text: '' } });
      const room =
        limits.appendBytes - JSON.stringify(frame.data).length - JSON.stringify(frame.metadata).length;
      const padding = '€'.repeat(Math.floor(room / 3)).padEnd(room - 2 * Math.floor(room / 3), 'x');
      for (let count = 0; count < 12; count += 1) {
        const large = event({
          metadata: frame.metadata,
          data: { text: count % 2 ? padding : 'x'.repeat(room) },
        });
        await store.append(`large-${count % 3 === 0 ? 0 : count}`, [large]);
      }
      await move(t, store, to, 65_536);
    });
  }
}

test('an empty store moves too', async (t) => {
  for (const [, engine] of engines) await move(t, await engine.open(t), engine);
});

test('an append of the limit of events moves, and one event more beside it', async (t) => {
  for (const [, engine] of engines) {
    const store = await engine.open(t);
    await store.append(
      'long-1',
      Array.from({ length: limits.appendEvents }, () => event()),
    );
    await store.append('long-1', [event()]);
    await move(t, store, engine);
  }
});
