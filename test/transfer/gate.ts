// What the tests of imports and the routers beside them share.
import type { ExecutionContext } from 'ava';
import { type Router, startRouter } from '../../src/main/index.js';
import { StoreInUse } from '../../src/programs/idleFolder.js';
import { importStore } from '../../src/programs/import.js';
import { giveUpImport } from '../../src/programs/withoutRouters.js';
import { createMemoryStore } from '../../src/store/memory/open.js';
import type { OpenStore } from '../../src/store/port.js';
import { exported, fill, inPieces } from './support.js';

export const sources = (data: string, more: object = {}) => ({
  env: {},
  overrides: { data, log: { level: 'silent' }, projections: { run: false }, ...more },
});

export const started = async (t: ExecutionContext, from: ReturnType<typeof sources>): Promise<Router> => {
  const router = await startRouter({ ...from, listen: false });
  t.teardown(() => router.stop());
  return router;
};

/** 2,800 events in conversations of one backend, and an export of them. */
export const source = async (backend = 'http'): Promise<{ store: OpenStore; bytes: Buffer }> => {
  const store = createMemoryStore();
  await fill(store, 2_000, { backend });
  return { store, bytes: await exported(store) };
};

/** An export, during whose import others try to import it and to give it up. */
export async function* withOthersInBetween(
  t: ExecutionContext,
  bytes: Buffer,
  other: ReturnType<typeof sources>,
): AsyncGenerator<Buffer, void, undefined> {
  yield* inPieces(bytes.subarray(0, bytes.length / 2));
  await t.throwsAsync(giveUpImport(other), { instanceOf: StoreInUse });
  await t.throwsAsync(importStore({ from: inPieces(bytes) }, other), { instanceOf: StoreInUse });
  yield* inPieces(bytes.subarray(bytes.length / 2));
}
