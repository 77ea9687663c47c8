import type { TestFn } from 'ava';
import { type Agreements, StoreError } from '../../../src/store/port.js';
import type { Engine } from '../engine.js';
import { event, failsWith, newCategory } from '../events.js';

/** Of both sorts: heartbeats are agreements under names of their own. */
export const agreementContract = (test: TestFn, engine: Engine): void => {
  for (const kind of ['agreements', 'heartbeats'] as const) contractOf(test, engine, kind);

  test('agreements and heartbeats have names of their own', async (t) => {
    const store = await engine.open(t);
    const name = newCategory();
    await store.agreements.replace(name, 'agreed', 'none');
    t.is(await store.heartbeats.read(name), undefined);
    await store.heartbeats.replace(name, 'alive', 'none');
    t.is((await store.agreements.read(name))?.text, 'agreed');
  });
};

const contractOf = (test: TestFn, engine: Engine, kind: 'agreements' | 'heartbeats'): void => {
  test(`${kind}: an agreement is what was agreed last under its name`, async (t) => {
    const agreements = (await engine.open(t))[kind];
    const [name, other] = [newCategory(), newCategory()];
    t.is(await agreements.read(name), undefined);
    const first = await agreements.replace(name, 'one', 'none');
    t.deepEqual(await agreements.read(name), { text: 'one', version: first });
    await agreements.replace(other, 'another', 'none');
    const second = await agreements.replace(name, '{"ö": "\\u0000 \n"}', first);
    t.not(second, first);
    t.deepEqual(await agreements.read(name), { text: '{"ö": "\\u0000 \n"}', version: second });
  });

  test(`${kind}: an agreement that someone else has replaced meanwhile is not replaced`, async (t) => {
    const store = await engine.open(t);
    const agreements = ((await engine.beside?.(t, store)) ?? store)[kind];
    const name = newCategory();
    const first = await store[kind].replace(name, 'one', 'none');
    await failsWith(t, 'conflict', agreements.replace(name, 'mine', 'none'));
    const second = await agreements.replace(name, 'two', first);
    await failsWith(t, 'conflict', store[kind].replace(name, 'three', first));
    await failsWith(t, 'conflict', store[kind].replace(newCategory(), 'three', second));
    t.deepEqual(await store[kind].read(name), { text: 'two', version: second });
  });

  test(`${kind}: the same text agreed again is a new version`, async (t) => {
    const agreements = (await engine.open(t))[kind];
    const name = newCategory();
    const first = await agreements.replace(name, 'one', 'none');
    t.not(await agreements.replace(name, 'one', first), first);
    await failsWith(t, 'conflict', agreements.replace(name, 'two', first));
  });

  test(`${kind}: of several who replace the same version, one wins`, async (t) => {
    const store = await engine.open(t);
    const other = (await engine.beside?.(t, store)) ?? store;
    const name = newCategory();
    const parties = [store, other, store, other].map((party) => countUp(party[kind], name, 20));
    const won = (await Promise.all(parties)).flat();
    t.is(won.length, 80);
    t.is(new Set(won).size, 80, 'each version was made once');
    t.is((await store[kind].read(name))?.text, '80');
  });

  test(`${kind}: agreements are made beside a busy writer`, async (t) => {
    const store = await engine.open(t);
    const stream = `${newCategory()}-1`;
    const name = newCategory();
    const appends = Array.from({ length: 200 }, () => store.append(stream, [event()]));
    t.is((await countUp(store[kind], name, 5)).length, 5);
    await Promise.all(appends);
    t.is((await store[kind].read(name))?.text, '5');
  });

  const { reopen } = engine;
  if (!reopen) return;

  test(`${kind}: an agreement outlives a store that is closed`, async (t) => {
    const store = await engine.open(t);
    const name = newCategory();
    const version = await store[kind].replace(name, 'one', 'none');
    const again = await reopen(t, store);
    t.deepEqual(await again[kind].read(name), { text: 'one', version });
    t.not(await again[kind].replace(name, 'two', version), version);
  });
};

/** Adds one so many times, however often others are quicker. @returns the versions that were made here */
const countUp = async (agreements: Agreements, name: string, times: number): Promise<string[]> => {
  const won: string[] = [];
  while (won.length < times) {
    const current = await agreements.read(name);
    const text = String(Number(current?.text ?? 0) + 1);
    try {
      won.push(await agreements.replace(name, text, current?.version ?? 'none'));
    } catch (error) {
      if (!(error instanceof StoreError && error.code === 'conflict')) throw error;
    }
  }
  return won;
};
