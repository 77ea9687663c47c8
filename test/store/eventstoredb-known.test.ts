import test from 'ava';
import fc from 'fast-check';
import { v4, v7 } from 'uuid';
import { KnownStream } from '../../src/store/eventstoredb/known.js';

const now = Date.UTC(2026, 0, 1);
const idMadeAt = (msecs: number) => v7({ msecs });

test('an id is looked for as far back as it can be, whatever clocks differ by up to a minute', (t) => {
  const events = fc.array(
    fc.record({ ageMs: fc.nat(600_000), skewMs: fc.integer({ min: -59_000, max: 59_000 }) }),
    {
      minLength: 1,
      maxLength: 50,
      size: 'max',
    },
  );
  fc.assert(
    fc.property(events, fc.nat(50), (list, known) => {
      const stored = list
        .toSorted((a, b) => b.ageMs - a.ageMs)
        .map(({ ageMs, skewMs }, index) => ({
          id: idMadeAt(now - ageMs + skewMs),
          event: { revision: BigInt(index), at: now - ageMs },
        }));
      const tail = stored.slice(-Math.min(known + 1, stored.length)).toReversed();
      const stream = new KnownStream(BigInt(stored.length - 1), false);
      const pairs = tail.map(({ id, event }) => [id, event] as const);
      stream.addBefore(pairs, tail.length === stored.length);
      for (const { id } of stored) t.true(!stream.covers(id) || stream.find(id) !== undefined);
    }),
  );
});

test('an id that was made just now is not looked for in an old stream, one without a time always is', (t) => {
  const stream = new KnownStream(70n, false);
  stream.addBefore([[idMadeAt(now - 3_600_000), { revision: 70n, at: now - 3_600_000 }]], false);
  t.true(stream.covers(idMadeAt(now)));
  t.false(stream.covers(idMadeAt(now - 3_600_000)));
  t.false(stream.covers(v4()));
});

test('a busy stream keeps the ids of the last minutes and no more', (t) => {
  const stream = new KnownStream(-1n, true);
  for (let second = 0; second < 1_000; second += 1) {
    const at = now + second * 1_000;
    stream.add(idMadeAt(at), { revision: BigInt(second), at });
    t.true(stream.covers(idMadeAt(at + 1_000)));
  }
  t.true(stream.size <= 151);
  t.is(stream.first, 1_000n - BigInt(stream.size));
});
