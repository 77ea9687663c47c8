// Imports and routers keep out of each other's way over a server as over a file.
import test, { type ExecutionContext } from 'ava';
import { StoreInUse } from '../../src/programs/idleFolder.js';
import { importStore } from '../../src/programs/import.js';
import { giveUpImport } from '../../src/programs/withoutRouters.js';
import { connectionFor } from '../oneServer/server.js';
import { newName } from '../store/events.js';
import { source, sources, started, withOthersInBetween } from './gate.js';
import { inPieces, newFolder } from './support.js';

/** Two machines that have nothing in common but the server; whatever becomes of the test, routers may start again after it. */
const twoMachines = async (t: ExecutionContext, workers: object) => {
  const connectionString = await connectionFor(t);
  const backends = { 'my-kannel-backend': null, 'simple-http': null };
  const more = { eventStore: { engine: 'eventstoredb', connectionString }, workers, backends };
  const [here, there] = [sources(await newFolder(t), more), sources(await newFolder(t), more)];
  t.teardown(() => giveUpImport(here));
  return { here, there };
};

test.serial('an import that is under way cannot be given up, nor done beside itself', async (t) => {
  const { here, there } = await twoMachines(t, { beatMs: 100, takeoverMs: 1_000 });
  const { bytes } = await source(newName('imported'));
  await t.notThrowsAsync(importStore({ from: withOthersInBetween(t, bytes, there) }, here));
});

test.serial('a router is seen by an import, one that is gone is not waited for', async (t) => {
  const { here, there } = await twoMachines(t, { beatMs: 200, takeoverMs: 5_000 });
  const named = { ...here, overrides: { ...here.overrides, node: newName('far-away') } };
  const router = await started(t, named);
  const { bytes } = await source(newName('imported'));
  const importing = () => importStore({ from: inPieces(bytes) }, there);
  await t.throwsAsync(importing(), { instanceOf: StoreInUse, message: /far-away/ });
  t.true(await router.stop());

  const { events: count, before } = await importing();

  t.is(before, 0);
  t.is((await importing()).before, count);
  await t.notThrowsAsync(started(t, named));
});
