// Which server a test runs on. `npm run test:eventstoredb` has one for all, with other people's events in it; else each test
// has a stand-in of its own.
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext, Implementation, TestFn } from 'ava';
import { StandIn } from '../eventstoredb/standIn.js';
import { Wire } from '../eventstoredb/wire.js';

/** The server of all tests; absent where each has its own. */
export const sharedUrl = process.env.EVENTSTORE_URL || undefined;

/** A server, and the way to it, which the test may cut, freeze and slow down: others come to the server by another one. */
export interface ReachedServer {
  readonly connectionString: string;
  readonly wire: Wire;
}

/** A server of its own for one test, with power over it: only for {@link needsStandIn}. */
export const startStandIn = async (t: ExecutionContext): Promise<StandIn> => {
  if (sharedUrl !== undefined)
    throw new Error('Declare this test with needsStandIn: others share their server.');
  const server = await StandIn.start();
  t.teardown(() => server.close());
  return server;
};

/** Where a test finds a server, alone or not. */
export const connectionFor = async (t: ExecutionContext): Promise<string> =>
  sharedUrl ?? (await startStandIn(t)).connectionString;

/** For {@link needsWay}. */
export const reachServer = async (t: ExecutionContext): Promise<ReachedServer> => {
  if (sharedUrl === undefined) return startStandIn(t);
  const reached = await relayTo(sharedUrl);
  if (reached === undefined)
    throw new Error('Declare this test with needsWay: no relay leads to this server.');
  t.teardown(() => reached.wire.close());
  return reached;
};

/** A way of its own to a server; undefined where none can be had. */
export const relayTo = async (url: string): Promise<ReachedServer | undefined> => {
  const host = plainHostIn(url);
  if (host === undefined) return undefined;
  const wire = new Wire(() => host.port, host.name);
  await wire.listen();
  return { wire, connectionString: `esdb://${host.user}127.0.0.1:${wire.port}?tls=false` };
};

type Declare = (title: string, run: Implementation<[]>) => void;

/** For tests that need what only the stand-in can do: on a server of others they are left out, and told by their titles. */
export const needsStandIn = (test: TestFn): Declare =>
  sharedUrl === undefined ? test.serial : leftOut(test);

/** For tests that stand in the way to the server, which a relay does: but not to a cluster, which names its nodes itself, nor under TLS. */
export const needsWay = (test: TestFn): Declare =>
  sharedUrl === undefined || plainHostIn(sharedUrl) !== undefined ? test.serial : leftOut(test);

/** The file that {@link leftOut} writes a line to for each test; whoever started the run prints it. */
export const leftOutFile = 'THREADLESS_LEFT_OUT';

const leftOut =
  (test: TestFn): Declare =>
  (title, run) => {
    test.serial.skip(title, run);
    const file = process.env[leftOutFile];
    if (file !== undefined) appendFileSync(file, `${nameOf(test.meta.file)}: ${title}\n`);
  };

const nameOf = (file: string): string => relative(process.cwd(), fileURLToPath(file));

const plain = /^esdb:\/\/([^@/]*@)?([^@:,/?]+)(?::(\d+))?\/?\?(?:.*&)?tls=false(?:&.*)?$/i;

/** Of a connection string that names one host, without TLS. */
const plainHostIn = (url: string): { user: string; name: string; port: number } | undefined => {
  const [, user = '', name, port = '2113'] = plain.exec(url) ?? [];
  return name === undefined ? undefined : { user, name, port: Number(port) };
};
