import type { TestFn } from 'ava';
import type { NewEvent } from '../../../src/domain/event.js';
import { limits } from '../../../src/store/port.js';
import type { Engine } from '../engine.js';
import { collect, event, events, failsWith, newCategory } from '../events.js';

const jsonBytes = ({ data, metadata }: NewEvent): number =>
  Buffer.byteLength(JSON.stringify(data)) + Buffer.byteLength(JSON.stringify(metadata));

/** Events of together exactly so many bytes: the last one is padded. */
const ofBytes = (
  bytes: number,
  count: number,
  padding: string,
  metadata: NewEvent['metadata'],
): NewEvent[] => {
  const list = events(count, { data: { text: '' }, metadata });
  const left = bytes - list.reduce((sum, one) => sum + jsonBytes(one), 0);
  const size = Buffer.byteLength(JSON.stringify(padding)) - 2;
  const text = padding.repeat(Math.floor(left / size)) + 'x'.repeat(left % size);
  return list.with(-1, event({ data: { text }, metadata }));
};

export const limitsContract = (test: TestFn, engine: Engine): void => {
  const metadatas: NewEvent['metadata'][] = [
    { $correlationId: event().id, schema: 1 },
    {
      $correlationId: 'a "quoted" \n job',
      $causationId: 'é',
      schema: 12,
      extra: { text: '€'.repeat(50) },
    } as never,
  ];
  for (const [index, metadata] of metadatas.entries()) {
    for (const padding of ['x', 'é', '€', '𝄞', '\n', '\u0001']) {
      test(`an append may have ${limits.appendBytes} bytes, not one more: ${JSON.stringify(padding)}, ${index}`, async (t) => {
        const store = await engine.open(t);
        const stream = `${newCategory()}-1`;
        const largest = ofBytes(limits.appendBytes, 3, padding, metadata);
        t.is(
          largest.reduce((sum, one) => sum + jsonBytes(one), 0),
          limits.appendBytes,
        );
        await failsWith(
          t,
          'too-large',
          store.append(stream, ofBytes(limits.appendBytes + 1, 3, padding, metadata)),
        );
        await store.append(stream, largest);
        t.deepEqual(
          (await collect(store.readStream(stream))).map(({ data }) => data),
          largest.map(({ data }) => data),
        );
      });
    }
  }

  test('an append may have so many events and no more', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    await failsWith(t, 'too-large', store.append(stream, events(limits.appendEvents + 1)));
    t.is((await store.append(stream, events(limits.appendEvents))).revision, BigInt(limits.appendEvents - 1));
  });

  test('the name of a stream may be so long and no longer', async (t) => {
    const store = await engine.open(t);
    const longest = `${newCategory()}-`.padEnd(limits.streamName, '€');
    await store.append(longest, [event()]);
    t.is((await collect(store.readStream(longest)))[0]?.stream, longest);
    await failsWith(t, 'too-large', store.append(`${longest}€`, [event()]));
    t.deepEqual(await collect(store.readStream(`${longest}€`)), []);
  });

  test('data that is not JSON is refused', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const data of [{ big: 1n }, cyclic, undefined, null, 'text', 7, () => 1]) {
      await failsWith(t, 'invalid', store.append(stream, [{ ...event(), data } as NewEvent]));
    }
    await failsWith(t, 'invalid', store.append(stream, []));
    t.deepEqual(await collect(store.readStream(stream)), []);
  });

  test('a name that cannot be stored as it is is refused', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    for (const bad of ['', 'a\0b', 'a\ud800', '\udc00b']) {
      const name = bad === '' ? '' : `${stream}${bad}`;
      await failsWith(t, 'invalid', store.append(name, [event()]));
      t.deepEqual(await collect(store.readStream(name)), []);
      await failsWith(t, 'invalid', store.append(stream, [event({ type: bad })]));
      await failsWith(
        t,
        'invalid',
        store.append(stream, [event({ metadata: { $correlationId: bad, schema: 1 } })]),
      );
    }
    t.deepEqual(await collect(store.readStream(stream)), []);
  });

  test('any text in data and any well-formed name come back unchanged', async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-ünï:%00/💬 "quoted" \u2028`;
    const data = { text: 'NUL \0, lone \ud800 and \udc00, 𝄞, \u2028', 'key \0 \ud800': '', __proto__: 1 };
    // A server that is used again has those of earlier runs.
    const correlationId = `ö "x" ${newCategory()}`;
    const given = event({
      type: 'app.Söme/Thing 💬',
      data,
      metadata: { $correlationId: correlationId, schema: 1 },
    });
    await store.append(stream, [given]);
    const [read] = await collect(store.readStream(stream));
    t.deepEqual(
      [read?.stream, read?.type, read?.data, read?.metadata],
      [stream, given.type, data, given.metadata],
    );
    t.deepEqual(await collect(store.readAll({ filter: { types: [given.type], correlationId } })), [read]);
  });
};
