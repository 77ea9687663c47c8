import { EventEmitter, once } from 'node:events';
import test from 'ava';
import { BulkJobs, type Settling, Unsettled } from '../../src/deadletters/bulk.js';

const order = { how: 'requeue', by: 'ann', why: 'mended', chosen: 'inbound', total: 4 } as const;
const jobs = () => {
  let id = 0;
  return new BulkJobs(
    () => {
      id += 1;
      return String(id);
    },
    () => '2026-01-01T00:00:00.000Z',
  );
};

async function* all(...items: readonly Settling[]) {
  yield* items;
}

const fine = (id: string): Settling => ({ id, settle: async () => {} });
const failing = (id: string, error: Error): Settling => ({ id, settle: async () => Promise.reject(error) });

const ended = async (running: BulkJobs, id: string) => {
  await running.close();
  return running.status(id);
};

test('each is dealt with, one that cannot be leaves the others theirs, one that is left alone is no problem', async (t) => {
  const running = jobs();
  const gate = new EventEmitter();
  const last: Settling = {
    id: 'd',
    settle: async () => {
      gate.emit('last');
    },
  };
  const reached = once(gate, 'last');
  const items = all(
    fine('a'),
    failing('b', new Unsettled('cut away')),
    failing('c', new Unsettled('later', true)),
    last,
  );
  const { id } = running.start({ ...order, items });
  await reached;
  t.like(await ended(running, id), {
    done: 2,
    problemCount: 1,
    problems: [{ id: 'b', problem: 'cut away' }],
    by: 'ann',
  });
});

test('it is stopped between two, and the one under way is done whole', async (t) => {
  const running = jobs();
  const gate = new EventEmitter();
  const begun = once(gate, 'begun');
  const slow: Settling = {
    id: 'a',
    settle: async () => {
      const released = once(gate, 'go');
      gate.emit('begun');
      await released;
    },
  };
  const { id } = running.start({ ...order, items: all(slow, fine('b')) });
  await begun;
  running.stop(id);
  t.is(running.status(id)?.state, 'running');
  gate.emit('go');
  t.like(await ended(running, id), { state: 'stopped', done: 1 });
});

test('a store that is away ends it, and says so', async (t) => {
  const running = jobs();
  const { id } = running.start({
    ...order,
    items: all(failing('a', new Error('The disk is full.')), fine('b')),
  });
  while (running.status(id)?.state === 'running') await new Promise(setImmediate);
  t.like(running.status(id), { state: 'failed', failure: 'The disk is full.', done: 0 });
});

test('those that ended long ago are forgotten, those under way are not', async (t) => {
  const running = jobs();
  const never: Settling = { id: 'x', settle: () => new Promise(() => {}) };
  const { id: first } = running.start({ ...order, items: all(never) });
  // It never ends: nobody waits for it.
  for (let n = 0; n < 30; n += 1) {
    running.start({ ...order, items: all() });
    await new Promise(setImmediate);
  }
  t.is(running.status(first)?.state, 'running');
  t.true(running.statuses().length < 25);
  t.is(running.statuses().at(-1)?.id, first);
});
