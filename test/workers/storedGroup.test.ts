import test from 'ava';
import { createMemoryStore } from '../../src/store/memory/open.js';
import type { Group } from '../../src/workers/group.js';
import { readGroup, replaceGroup } from '../../src/workers/storedGroup.js';

const member = { session: 's', takeoverMs: 10_000, takes: ['routing'] };
const partition = { clean: true, mark: '7', holder: 'one' };
const closed = { why: 'moving', session: 'c', takeoverMs: 10_000 };
const group: Group = {
  partitionCount: 1,
  members: { one: member },
  partitions: { 'routing/0': partition },
  closed,
};
const stored = { format: 2, shares: 1, members: { one: member }, work: { 'routing/0': partition }, closed };

test('a group is stored under its first names, which other versions of the router read and write', async (t) => {
  const { agreements } = createMemoryStore();
  t.true(await replaceGroup(agreements, group, undefined));
  const { text, version } = (await agreements.read('workers')) ?? { text: '', version: '' };
  t.deepEqual(JSON.parse(text), stored);
  await agreements.replace('workers', JSON.stringify(stored), version);
  t.deepEqual((await readGroup(agreements))?.group, group);
});

for (const text of ['{bad', 'null', ''])
  test(`a group that is no JSON any more (${text}) is told as damage of the store`, async (t) => {
    const { agreements } = createMemoryStore();
    await agreements.replace('workers', text, 'none');
    t.like(await t.throwsAsync(readGroup(agreements)), { name: 'StoreError', reason: 'damaged' });
  });
