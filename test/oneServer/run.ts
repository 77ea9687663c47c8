// npm run test:eventstoredb: all that can run on one server, one test after the other. On the server that EVENTSTORE_URL names,
// or else on a stand-in with other people's events in it. Arguments go to ava: the files to run, say.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEventStoreDBStore } from '../../src/store/eventstoredb/open.js';
import { heartbeatName, readHeartbeat } from '../../src/workers/heartbeat.js';
import { readGroup } from '../../src/workers/storedGroup.js';
import { StandIn } from '../eventstoredb/standIn.js';
import { writeForeignEvents } from './foreign.js';
import { leftOutFile, sharedUrl } from './server.js';

/** Longer than a process waits between two signs of life. */
const listenMs = 5_000;

/** The tests' routers would share the work with the one that is there, and it would answer their phones. */
const checkNoRouterWorks = async (connectionString: string): Promise<void> => {
  const store = await openEventStoreDBStore({ connectionString });
  const lives = async () => {
    const members = Object.keys((await readGroup(store.agreements))?.group.members ?? {});
    const heard = members.map(async (node) => {
      const { version } = await readHeartbeat(store.heartbeats, heartbeatName(node));
      return [node, version] as const;
    });
    return new Map(await Promise.all(heard));
  };
  const before = await lives();
  if (before.size > 0) await new Promise((resolve) => setTimeout(resolve, listenMs));
  const after = await lives();
  await store.close();
  const alive = [...after.keys()].filter((node) => after.get(node) !== before.get(node));
  if (alive.length === 0) return;
  throw new Error(`Routers work on this server: ${alive.join(', ')}. Stop them, or name a server for tests.`);
};

const startStandIn = async (): Promise<StandIn> => {
  const server = await StandIn.start();
  server.startStandardProjections();
  const count = await writeForeignEvents(server.connectionString);
  console.log(`On one stand-in for all tests, with ${count} events of others.`);
  return server;
};

const run = async (connectionString: string, server: 'stand-in' | 'real'): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-one-server-'));
  const leftOut = join(folder, 'left-out');
  const environment = {
    SUITE: 'eventstoredb',
    EVENTSTORE_URL: connectionString,
    ONE_SERVER: server,
    [leftOutFile]: leftOut,
  };
  const ava = spawn('ava', process.argv.slice(2), {
    stdio: 'inherit',
    env: { ...process.env, ...environment },
  });
  const [code] = (await once(ava, 'exit')) as [number | null];
  if (existsSync(leftOut)) {
    console.log('Left out, since it needs what only the stand-in can do (npm test runs it there):');
    for (const line of readFileSync(leftOut, 'utf8').trim().split('\n').toSorted()) console.log(`  ${line}`);
  }
  rmSync(folder, { recursive: true, force: true });
  return code ?? 1;
};

if (sharedUrl === undefined) {
  const server = await startStandIn();
  process.exitCode = await run(server.connectionString, 'stand-in');
  await server.close();
} else {
  console.log('On the server that EVENTSTORE_URL names.');
  await checkNoRouterWorks(sharedUrl);
  process.exitCode = await run(sharedUrl, 'real');
}
