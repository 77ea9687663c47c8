import test from 'ava';
import { StreamFile } from '../../src/store/sqlite/streamFile.js';
import { collect, event, events } from './events.js';
import { newPath, openStore } from './sqlite-engine.js';

test('a file tells of a stream what the store tells, of the wanted types, as far as an event', async (t) => {
  const path = await newPath(t);
  const store = await openStore(t, { path });
  const [first, second] = ['kind-1', 'kind-2'];
  const data = { text: '☺', trace: [{ phase: 'handle' }], after: [1, 2] };
  for (let nth = 0; nth < 3; nth += 1) await store.append(first, events(900));
  const id = event().id;
  const caused = { $correlationId: id, $causationId: id, schema: 1 };
  await store.append(second, [
    event({ type: 'Wanted', data, metadata: caused }),
    event({ type: 'Plain', data }),
    event({ type: 'Other' }),
    event({ type: 'Other', metadata: { $correlationId: id, schema: 9 } }),
  ]);
  await store.append('other-1', events(1));
  const end = (await collect(store.readAll({ direction: 'backwards', maxCount: 1 })))[0]?.position ?? '';
  await store.append(second, [event({ type: 'Wanted' })]);
  const wants = (type: string) => type !== 'Other';
  const file = await StreamFile.open(path, { end, wants, withoutTrace: ['Wanted'], schema: 1 });
  t.teardown(() => file.close());
  t.deepEqual(file.names('kind'), [first, second]);
  t.deepEqual(file.names('none'), []);
  const isKind = (stream: string) => stream.startsWith('kind');
  t.is(file.count('Wanted', isKind), 1);
  t.is(file.count('Other', isKind), 2);
  t.is(
    file.count('Other', (stream) => stream === first),
    0,
  );
  t.is(file.count('None', isKind), 0);
  t.deepEqual([...file.read('kind-3')], []);
  t.deepEqual(
    [...file.read(first)].flat().map(({ revision }) => revision),
    Array.from({ length: 2_700 }, (_, nth) => nth),
  );
  const [wanted, plain, newer, ...more] = [...file.read(second)].flat();
  t.deepEqual(more, []);
  t.like(wanted, { type: 'Wanted', revision: 0, data: { text: '☺', after: [1, 2] } });
  t.false('trace' in (wanted?.data ?? {}));
  t.is(wanted?.metadata.$causationId, id.replaceAll('-', '').toUpperCase());
  t.deepEqual([plain?.type, plain?.data], ['Plain', data]);
  t.like(newer, { type: 'Other', metadata: { schema: 9 }, revision: 3 });
  const [told] = await collect(store.readStream(second));
  t.is(wanted?.time, Date.parse(told?.recordedAt ?? ''));
});
