// What is in the way of a router that is to listen, found before it is started.

import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { thisMachine } from '../../../src/programs/doctor/facts/machine.js';
import { lockFile } from '../../../src/store/sqlite/lock.js';
import { Connections } from '../../../src/web/connections.js';
import { closedPort, startServer } from '../../backends/server.js';
import { finds } from './cases.js';
import { diagnose, findingOf, machine, newFolder, sourcesOf } from './support.js';

finds(test, [
  {
    title: 'a host that nobody knows',
    setUp: async (t) => ({ data: newFolder(t), env: { HOST: 'no.such.host.invalid' } }),
    about: 'router.address',
    level: 'broken',
    says: /Nobody knows the address of the host no\.such\.host\.invalid/,
    advice: /Set http\.host, or HOST/,
  },
  {
    title: 'an address that is not of this machine',
    setUp: async (t) => ({ data: newFolder(t), env: { HOST: '203.0.113.9' } }),
    about: 'router.address',
    level: 'broken',
    says: /This machine has no address 203\.0\.113\.9/,
    advice: /Set http\.host, or HOST/,
  },
  {
    title: 'a port that is for the system',
    setUp: async (t) => ({
      data: newFolder(t),
      env: { PORT: '80' },
      outside: { machine: machine({ whyNotListen: async () => 'EACCES', user: 'me' }) },
    }),
    about: 'router.address',
    level: 'broken',
    says: /The port 80 is not for me to listen on/,
    advice: /Set http\.port, or PORT, to 1024 or above/,
  },
  {
    title: 'a port that another program has at another address of this machine',
    setUp: async (t) => {
      const other = createServer().listen(0, '127.0.0.2');
      await once(other, 'listening');
      t.teardown(() => other.close());
      const { port } = other.address() as { port: number };
      return { data: newFolder(t), keys: { http: { port, host: '0.0.0.0' } } };
    },
    about: 'router.address',
    level: 'broken',
    says: /The port \d+ is taken by another program: it does not answer there/,
    advice: /Stop that program/,
  },
]);

/** A server that answers as a router does in that phase. */
const inPhase = async (t: ExecutionContext, of: (connections: Connections) => void) => {
  const connections = new Connections();
  of(connections);
  const { port } = await startServer(t, (response) => connections.watch(failing)(response.req, response));
  return { data: newFolder(t), keys: { http: { port } } };
};
const failing: RequestListener = (_, response) => response.writeHead(500).end('Something went wrong here.');

finds(test, [
  {
    title: 'a router that is starting is no other program',
    setUp: (t) => inPhase(t, () => undefined),
    about: 'router.address',
    level: 'look',
    says: /A router at .* is starting/,
    advice: /^Wait some seconds and ask again/,
  },
  {
    title: 'a router that is stopping is no other program',
    setUp: (t) => inPhase(t, (connections) => connections.close()),
    about: 'router.address',
    level: 'look',
    says: /A router at .* is stopping/,
    advice: /^Wait until it has ended/,
  },
  {
    title: 'a router that cannot tell how it is is no other program',
    setUp: (t) => inPhase(t, (connections) => connections.serve()),
    about: 'router.address',
    level: 'broken',
    says: /A router answers at .* and does not tell how it is \(500 to \/readyz\)/,
    advice: /log of that router/,
  },
  {
    title: 'a router that waits for its store at its start',
    setUp: async (t) => {
      const data = newFolder(t, { 'nodes/main.lock': '' });
      t.teardown(await lockFile(join(data, 'nodes', 'main.lock')));
      const url = `esdb://127.0.0.1:${await closedPort()}?tls=false`;
      return { data, keys: { eventStore: { engine: 'eventstoredb' } }, env: { EVENTSTORE_URL: url } };
    },
    about: 'router.address',
    level: 'look',
    says: /though a process named main runs on the data folder/,
    advice: /^It is starting and waits, .*Wait and ask again/,
  },
  {
    title: 'another program that answers in the words of a router that is starting',
    setUp: async (t) => {
      const { port } = await startServer(t, (response) =>
        response.writeHead(503).end('The router is starting. Please try again later.\n'),
      );
      return { data: newFolder(t), keys: { http: { port } } };
    },
    about: 'router.address',
    level: 'broken',
    says: /is taken by another program/,
    advice: /Stop that program/,
  },
]);

test.serial('nobody is told to start a router that cannot start', async (t) => {
  for (const given of [
    { data: '/dev/null', keys: {} },
    { data: newFolder(t), keys: { secret: 'short' } },
  ]) {
    const { advice = '' } = findingOf(t, await diagnose(await sourcesOf(given)), 'router.address', 'look');
    t.regex(advice, /^One can listen there\. Start it, when what is broken above is mended: npm start/);
  }
});

test.serial('where a router could listen nothing is left behind', async (t) => {
  const port = await closedPort();
  const found = await diagnose(await sourcesOf({ data: newFolder(t), keys: { http: { port } } }));
  t.regex(findingOf(t, found, 'router.address', 'look').advice ?? '', /^One can listen there\. Start it/);
  t.is(await thisMachine.whyNotListen('127.0.0.1', port), undefined);
});
