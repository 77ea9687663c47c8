// The streams of the standard projections: the stand-in as a real server that runs them, on which this file runs too.
import { type EventStoreDBClient, jsonEvent, NO_STREAM } from '@eventstore/db-client';
import test from 'ava';
import { eventually } from '../kannel/support/wait.js';
import { collect, newCategory } from '../store/events.js';
import { noted, openClient } from './client.js';

/** What a stream of links links to, without what other tests wrote there. */
const links = async (
  client: EventStoreDBClient,
  stream: string,
  about: string,
): Promise<readonly string[]> => {
  const read = await collect(client.readStream(stream)).catch(() => []);
  const all = read.map(({ event }) => `${event?.type} ${Buffer.from(event?.data as Uint8Array).toString()}`);
  return all.filter((link) => link.includes(about));
};

/** They are written a moment later. */
const linked = async (
  client: EventStoreDBClient,
  stream: string,
  about: string,
  expected: readonly string[],
): Promise<void> => {
  let found: readonly string[] = [];
  await eventually(`${stream}: ${expected.join(', ')}`, 10_000, async () => {
    found = await links(client, stream, about);
    return JSON.stringify(found) === JSON.stringify(expected);
  }).catch((error: unknown) => {
    throw new Error(`${stream} has ${found.join(', ')}`, { cause: error });
  });
};

test.serial('an event is linked by category, type and correlation, its stream in the lists', async (t) => {
  const client = await openClient(t);
  const category = newCategory();
  const stream = `${category}-a-b`;
  const type = `Type${category}`;
  await client.appendToStream(stream, noted({}, { $correlationId: `job${category}` }, type), {
    expectedRevision: NO_STREAM,
  });
  await client.appendToStream(stream, noted({}, {}, `$${type}`));
  await linked(client, `$ce-${category}`, stream, [`$> 0@${stream}`, `$> 1@${stream}`]);
  await linked(client, `$et-${type}`, stream, [`$> 0@${stream}`]);
  await linked(client, `$et-$${type}`, stream, [`$> 1@${stream}`]);
  await linked(client, `$bc-job${category}`, stream, [`$> 0@${stream}`]);
  await linked(client, `$category-${category}`, stream, [`$@ ${stream}`]);
  await linked(client, '$streams', stream, [`$> 0@${stream}`]);
  const { metadata } = await client.getStreamMetadata(`$ce-${category}`);
  t.like(metadata, { acl: { readRoles: '$all' } });
});

test.serial('a stream without a category is linked all the same, and one of the server is not', async (t) => {
  const client = await openClient(t);
  const name = newCategory();
  await client.appendToStream(`$${name}-1`, noted({}, {}, `Type${name}`));
  await client.appendToStream(`-${name}`, noted({}, {}, `Type${name}`));
  await client.appendToStream(name, noted({}, { $correlationId: 7 }, `Type${name}`));
  await linked(client, `$et-Type${name}`, name, [`$> 0@-${name}`, `$> 0@${name}`]);
  await linked(client, '$streams', name, [`$> 0@-${name}`, `$> 0@${name}`]);
  await linked(client, '$bc-7', name, [`$> 0@${name}`]);
  for (const stream of [`$ce-$${name}`, `$ce-${name}`, '$ce-'])
    t.deepEqual(await links(client, stream, name), []);
});

test.serial('metadata and deletions are linked too, without being found by their links', async (t) => {
  const client = await openClient(t);
  const category = newCategory();
  const stream = `${category}-1`;
  await client.setStreamMetadata(stream, { maxCount: 9 });
  await client.appendToStream(stream, noted());
  await client.deleteStream(stream);
  await client.appendToStream(stream, noted());
  await linked(client, '$et-$metadata', stream, [`$> 0@${stream}`, `$> 2@${stream}`]);
  await linked(client, '$et-$deleted', stream, [`$> 1@${stream}`]);
  await linked(client, '$streams', stream, [`$> 0@$$${stream}`, `$> 0@${stream}`]);
  await client.tombstoneStream(stream);
  const grave = `$> ${2n ** 63n - 1n}@${stream}`;
  await linked(client, '$et-$deleted', stream, [`$> 1@${stream}`, grave]);
  await linked(client, `$ce-${category}`, '@', [
    `$> 0@${stream}`,
    `$> 1@$$${stream}`,
    `$> 1@${stream}`,
    grave,
  ]);
  t.pass();
});

test.serial('a link to what is hidden comes without its event', async (t) => {
  const client = await openClient(t);
  const category = newCategory();
  await client.appendToStream(`${category}-1`, [noted(), jsonEvent({ type: 'Left', data: {} })]);
  await client.setStreamMetadata(`${category}-1`, { truncateBefore: 1 });
  await linked(client, `$ce-${category}`, category, [`$> 0@${category}-1`, `$> 1@${category}-1`]);
  const read = await collect(client.readStream(`$ce-${category}`, { resolveLinkTos: true }));
  t.deepEqual(
    read.map(({ link, event }) => [link?.type, event?.type]),
    [
      ['$>', undefined],
      ['$>', 'Left'],
    ],
  );
});
