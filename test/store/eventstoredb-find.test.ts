// What is found by the server's streams of links is what all events hold, and no more than that is read for it.
import { EventStoreDBClient, FORWARDS } from '@eventstore/db-client';
import test, { type ExecutionContext } from 'ava';
import { v7 as newId } from 'uuid';
import type { RecordedEvent } from '../../src/domain/event.js';
import { foundIn, lastEvent } from '../../src/store/ends.js';
import { compileFilter, matches } from '../../src/store/filter.js';
import type { EventFilter, OpenStore, ReadAllOptions } from '../../src/store/port.js';
import { EventLog } from '../eventstoredb/log.js';
import { StandIn } from '../eventstoredb/standIn.js';
import { eventually } from '../kannel/support/wait.js';
import { needsStandIn, sharedUrl } from '../oneServer/server.js';
import { collect, event, idsOf, newCategory } from './events.js';
import { openStore } from './eventstoredb-engine.js';

const onStandIn = needsStandIn(test);

const count = 90;

/** Events of three types in three categories, of ten correlations, one type rare. */
const filled = async (t: ExecutionContext, url: string) => {
  const store = await openStore(t, { connectionString: url });
  const name = newCategory();
  const correlations = Array.from({ length: 10 }, () => newId());
  for (let n = 0; n < count; n += 1) {
    const type = n % 37 === 5 ? `Rare${name}` : `Type${n % 2}${name}`;
    const metadata = { $correlationId: correlations[n % 10] ?? '', schema: 1 };
    const stream = n % 9 === 0 ? `other${name}-1` : `${name}-${n % 5}`;
    await store.append(stream, [event({ type, metadata })]);
  }
  return { store, name, correlations };
};

/** A second between two events: the links of the last two are not relied on. */
const started = async (t: ExecutionContext, { withLinks = true } = {}) => {
  let now = Date.UTC(2026, 2, 1);
  const log = new EventLog(() => {
    now += 1_000;
    return now;
  });
  const server = await StandIn.start({ log });
  t.teardown(() => server.close());
  if (withLinks) server.startStandardProjections();
  const client = EventStoreDBClient.connectionString(server.connectionString);
  t.teardown(() => client.dispose());
  return { server, client, ...(await filled(t, server.connectionString)) };
};

const filtersOf = (name: string, correlations: readonly string[]): readonly EventFilter[] => [
  { types: [`Rare${name}`] },
  { types: [`Rare${name}`, `Type0${name}`, `Rare${name}`, 'NoSuch'] },
  { types: [`Type1${name}`], categories: [`other${name}`] },
  { categories: [name] },
  { categories: [name, `other${name}`], types: [`Rare${name}`] },
  { correlationId: correlations[3] ?? '' },
  { correlationId: correlations[3] ?? '', types: [`Type1${name}`] },
  { correlationId: newId() },
  { types: [`None${name}`] },
  { types: [] },
];

const found = async (store: OpenStore, options: ReadAllOptions) =>
  idsOf(await collect(foundIn(store, options)));

/** Of all questions that there are: both ways, from anywhere, some of it, within a range of time. */
const compare = async (
  t: ExecutionContext,
  { store, name, correlations }: Awaited<ReturnType<typeof filled>>,
  filters = filtersOf(name, correlations),
) => {
  const own = await collect(store.readAll({ filter: { categories: [name, `other${name}`] } }));
  t.is(own.length, count);
  const [early, late] = [own[count / 3], own[count - 40]];
  const range = { since: early?.recordedAt ?? '', until: late?.recordedAt ?? '' };
  for (const filter of filters)
    for (const direction of ['forwards', 'backwards'] as const) {
      const from = early?.position ?? '';
      const said = `${JSON.stringify(filter)} ${direction}`;
      const expected = matchingIn(own, filter, direction);
      t.deepEqual(await found(store, { filter, direction }), expected, said);
      t.deepEqual(await found(store, { filter, direction, maxCount: 2 }), expected.slice(0, 2), said);
      const rest =
        direction === 'forwards'
          ? own.slice(own.indexOf(early as RecordedEvent))
          : own.slice(0, own.indexOf(early as RecordedEvent) + 1);
      t.deepEqual(await found(store, { filter, direction, from }), matchingIn(rest, filter, direction), said);
      const within = matchingIn(own, { ...filter, ...range }, direction);
      t.deepEqual(await found(store, { filter: { ...filter, ...range }, direction }), within, said);
    }
};

const matchingIn = (
  all: readonly RecordedEvent[],
  filter: EventFilter,
  direction: 'forwards' | 'backwards',
): readonly string[] => {
  const compiled = compileFilter(filter);
  const ids = idsOf(
    all.filter(({ type, stream, metadata: { $correlationId }, recordedAt }) =>
      matches(compiled, { type, stream, correlationId: $correlationId, time: Date.parse(recordedAt) }),
    ),
  );
  return direction === 'forwards' ? ids : ids.toReversed();
};

test('whatever is asked for, links give what reading all of it gives', async (t) => {
  if (sharedUrl === undefined) await compare(t, await started(t));
  else {
    const made = await filled(t, sharedUrl);
    const last = (await lastEvent(made.store))?.recordedAt ?? '';
    await eventually('time has passed, and all is linked', 20_000, async () => {
      await made.store.append(`later${made.name}-1`, [event()]);
      const now = (await lastEvent(made.store))?.recordedAt ?? '';
      const why = await made.store.whyFindingIsSlow?.({ categories: [made.name] });
      return Date.parse(now) - Date.parse(last) > 4_000 && why === undefined;
    });
    await compare(t, made);
  }
});

onStandIn(
  'a few among many are found without reading the others, and a server without links says what that costs',
  async (t) => {
    for (const withLinks of [true, false]) {
      const { server, store, name, correlations } = await started(t, { withLinks });
      for (const filter of [
        { types: [`Rare${name}`] },
        { correlationId: correlations[2] ?? '' },
        { categories: [`other${name}`] },
      ]) {
        server.sent = 0;
        await found(store, { filter, direction: 'backwards' });
        t.is(server.sent < 2 * count, withLinks, `${JSON.stringify(filter)}: ${server.sent} were sent`);
        const why = await store.whyFindingIsSlow?.(filter);
        t.is(why === undefined, withLinks);
        if (!withLinks) t.regex(why ?? '', /^This EventStoreDB keeps no \$(et|bc|ce)-… .*\$by_/);
      }
      if (!withLinks)
        await compare(t, { store, name, correlations }, filtersOf(name, correlations).slice(0, 2));
    }
  },
);

onStandIn('streams of links that were cut, deleted, or written twice hide nothing', async (t) => {
  const { client, store, name, correlations } = await started(t);
  const made = { store, name, correlations };
  const filters: readonly EventFilter[] = [
    { types: [`Rare${name}`] },
    { correlationId: correlations[3] ?? '' },
    { categories: [name] },
  ];
  await client.setStreamMetadata(`$et-Rare${name}`, { maxCount: 1 });
  await client.deleteStream(`$bc-${correlations[3]}`);
  await compare(t, made, filters.slice(0, 2));
  t.regex((await store.whyFindingIsSlow?.({ types: [`Rare${name}`] })) ?? '', /\$et-/);
  // As after a reset of the projection: all is linked once more.
  const links = await collect(client.readStream(`$ce-${name}`, { direction: FORWARDS }));
  for (const { event: link } of links.slice(0, 50))
    await client.appendToStream(`$ce-${name}`, [
      {
        id: newId(),
        contentType: 'application/octet-stream',
        type: '$>',
        data: link?.data as Uint8Array,
        metadata: new Uint8Array(),
      },
    ] as never);
  await compare(t, made, filters.slice(2));
});

onStandIn('what is not linked yet is found as well', async (t) => {
  const { server, store, name, correlations } = await started(t);
  server.linksAreHeld = true;
  await store.append(`${name}-1`, [event({ type: `Rare${name}` }), event({ type: `Type0${name}` })]);
  const read = await collect(store.readAll({ filter: { types: [`Rare${name}`] } }));
  t.deepEqual(await found(store, { filter: { types: [`Rare${name}`] } }), idsOf(read));
  t.deepEqual(
    await found(store, { filter: { types: [`Rare${name}`] }, direction: 'backwards' }),
    idsOf(read).toReversed(),
  );
  t.is(await store.whyFindingIsSlow?.({ correlationId: correlations[0] ?? '' }), undefined);
});
