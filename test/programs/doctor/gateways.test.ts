// What is wrong with addresses and gateways, and what waits for them, each found and said in a sentence that says what to do.
import { join } from 'node:path';
import test from 'ava';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import { closedPort, startServer } from '../../backends/server.js';
import { phone } from '../../projections/support/history.js';
import { finds, kannelAt, secret, used } from './cases.js';
import { clockAhead, diagnose, newFolder, sourcesOf, storeIn } from './support.js';

finds(test, [
  {
    title: "a clock that is ahead of the gateway's",
    setUp: async (t) => {
      const { port } = await startServer(t, (response) =>
        response.writeHead(400).end('Missing receiver number, rejected'),
      );
      return { data: await used(t), keys: kannelAt(port), outside: { clock: clockAhead(120_000) } };
    },
    about: 'backend.clock',
    level: 'look',
    says: /clock is (?:11\d seconds|2 minutes) ahead of the gateway's/,
    advice: /Set both clocks/,
  },
  {
    title: 'a port that another program has taken',
    setUp: async (t) => {
      const { port } = await startServer(t, (response) => response.end('hello'));
      return { data: await used(t), keys: { http: { port } } };
    },
    about: 'router.address',
    level: 'broken',
    says: /is taken by another program/,
    advice: /Stop that program .* or set http\.port/,
  },
  {
    title: 'an address that this machine does not have',
    setUp: async (t) => ({ data: await used(t), keys: { http: { host: '203.0.113.7' } } }),
    about: 'router.address',
    level: 'broken',
    says: /has no address 203\.0\.113\.7/,
    advice: /Set http\.host/,
  },
  {
    title: 'a gateway that is away',
    setUp: async (t) => ({ data: await used(t), keys: kannelAt(await closedPort()) }),
    about: 'backend.answers',
    level: 'broken',
    says: /cannot be reached at http:\/\/127\.0\.0\.1:\d+\/cgi-bin\/sendsms \(no connection: ECONNREFUSED\)/,
    advice: /Start it, or mend the way/,
  },
  {
    title: 'a gateway that refuses the password',
    setUp: async (t) => {
      const { port } = await startServer(t, (response) =>
        response.writeHead(403).end('Authorization failed for sendsms'),
      );
      return { data: await used(t), keys: kannelAt(port) };
    },
    about: 'backend.answers',
    level: 'broken',
    says: /refuses the router at .*403: Authorization failed/,
    advice: /another username or password than the sendsms-user of Kannel/,
  },
  {
    title: 'another program where the gateway should be',
    setUp: async (t) => {
      const { port } = await startServer(t, (response) => response.end('<html>welcome</html>'));
      return { data: await used(t), keys: kannelAt(port) };
    },
    about: 'backend.answers',
    level: 'broken',
    says: /does not answer as Kannel's sendsms does/,
    advice: /sendsmsUrl is http:/,
  },
  {
    title: 'a gateway elsewhere that cannot reach us with its reports',
    setUp: async (t) => ({
      data: await used(t),
      keys: {
        backends: { kannel: { engine: 'kannel', sendsmsUrl: 'http://192.0.2.1:1/sendsms', timeoutMs: 100 } },
      },
    }),
    about: 'backend.reports',
    level: 'broken',
    says: /told to bring its delivery reports to http:\/\/127\.0\.0\.1/,
    advice: /Set http\.publicUrl/,
  },
  {
    title: 'a Kannel that is not set up for reports',
    setUp: async (t) => {
      const data = newFolder(t, { secret });
      const dispatchedAt = new Date(Date.now() - 3_600_000).toISOString();
      const taken = (messageId: string) => ({
        stream: phone('1', 'kannel'),
        type: 'MessageDispatched',
        data: { messageId, attempt: 1, answer: '0: Accepted', dispatchedAt },
      });
      await storeIn(data, ['a', 'b', 'c'].map(taken));
      return { data, keys: kannelAt(await closedPort()) };
    },
    about: 'backend.reports',
    level: 'look',
    says: /took 3 texts, and no delivery report/,
    advice: /Kannel calls the address in http\.publicUrl/,
  },
  {
    title: 'texts for a backend that is not configured any more',
    setUp: async (t) => {
      const data = newFolder(t, { secret });
      const group = {
        format: 2,
        shares: 1,
        members: {},
        work: { 'routing/0': { clean: true }, 'outbound/gone': { clean: true } },
      };
      await storeIn(data, [
        {
          stream: phone('1', 'gone'),
          type: 'MessageSent',
          data: { messageId: 'a', text: 'hi', sentAt: new Date().toISOString() },
        },
      ]);
      const store = await openSqliteStore({ path: join(data, 'events.sqlite') });
      await store.agreements.replace('workers', JSON.stringify(group), 'none');
      await store.close();
      return { data };
    },
    about: 'messages.backend',
    level: 'broken',
    says: /1 text waits for the backend gone, which is not configured/,
    advice: /Give the configuration a backend of that name again/,
  },
  {
    title: 'texts that wait and nobody who delivers them',
    setUp: async (t) => {
      const data = newFolder(t, { secret });
      const sent = { messageId: 'a', text: 'hi', sentAt: new Date().toISOString() };
      await storeIn(data, [{ stream: phone('1', 'kannel'), type: 'MessageSent', data: sent }]);
      return { data, keys: kannelAt(await closedPort()) };
    },
    about: 'backend.waiting',
    level: 'broken',
    says: /1 text waits since .*, and no process delivers/,
    advice: /Start one: npm start/,
  },
  {
    title: 'reports that are signed by another secret',
    setUp: async (t) => {
      const data = await used(t);
      const reason = 'The signature is not ours; expected an address that this router gave out.';
      await storeIn(data, [
        {
          stream: 'inbound-kannel',
          type: 'InboundRejected',
          data: { reason, request: { method: 'GET', url: '/' }, rejectedAt: '' },
        },
      ]);
      return { data };
    },
    about: 'messages.refused',
    level: 'look',
    says: /^At least 1 request of the gateway of kannel was refused .*signature is not ours/,
    advice: /data\/secret was lost or replaced/,
  },
]);

test.serial('all of it is well where nothing is wrong, but that no router runs', async (t) => {
  const data = newFolder(t, { secret });
  await storeIn(data, [
    { stream: 'router-main', type: 'RouterStopped', data: { stoppedAt: new Date().toISOString() } },
  ]);
  const { port } = await startServer(t, (response) =>
    response.writeHead(400).end('Missing receiver number, rejected'),
  );
  const found = await diagnose(await sourcesOf({ data, keys: { ...kannelAt(port), apps: ['echo'] } }));
  t.deepEqual(
    found.filter(({ level }) => level !== 'well').map(({ about }) => about),
    ['router.address', 'processes.members'],
  );
});
