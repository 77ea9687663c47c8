// What is wrong with the configuration, each found and said in a sentence that says what to do.
import { join } from 'node:path';
import test from 'ava';
import { finds } from './cases.js';
import { diagnose, machine, newFolder, sourcesOf } from './support.js';

finds(test, [
  {
    title: 'a key of the configuration that is misspelt',
    setUp: async (t) => ({ data: newFolder(t), keys: { routng: { lanes: 3 } } }),
    about: 'configuration.problem',
    level: 'broken',
    says: /unknown key routng/,
    advice: /Mend it in the program: docs\/configuration\.md/,
  },
  {
    title: 'a variable of the environment that is no port',
    setUp: async (t) => ({ data: newFolder(t), env: { PORT: 'eight' } }),
    about: 'configuration.problem',
    level: 'broken',
    says: /http\.port: expected number.*the variable PORT/,
    advice: /Mend it in the variable PORT/,
  },
  {
    title: 'a file of the configuration that is not there',
    setUp: async (t) => ({ data: newFolder(t), env: { THREADLESS_CONFIG: '/nowhere/my.yaml' } }),
    about: 'configuration.problem',
    level: 'broken',
    says: /There is no file \/nowhere\/my\.yaml/,
    advice: /Set THREADLESS_CONFIG to the file/,
  },
  {
    title: 'a file of the configuration that this user may not read',
    setUp: async (t) => {
      const file = join(newFolder(t, { 'my.yaml': 'node: [' }), 'my.yaml');
      return {
        data: newFolder(t),
        env: { THREADLESS_CONFIG: file },
        outside: {
          machine: machine({ whyNot: (path) => (path === file ? 'EACCES' : undefined), user: 'me' }),
        },
      };
    },
    about: 'configuration.problem',
    level: 'broken',
    says: /my\.yaml cannot be read: it may not be read by me \(EACCES\)/,
    advice: /chmod u\+r /,
  },
  {
    title: 'a folder in place of the file of the configuration',
    setUp: async (t) => ({ data: newFolder(t), env: { THREADLESS_CONFIG: newFolder(t) } }),
    about: 'configuration.problem',
    level: 'broken',
    says: /is a folder, and should be a file/,
    advice: /Set THREADLESS_CONFIG to the file in it/,
  },
  {
    title: 'EventStoreDB without a connection string',
    setUp: async (t) => ({ data: newFolder(t), keys: { eventStore: { engine: 'eventstoredb' } } }),
    about: 'store.reachable',
    level: 'look',
    says: /was not looked at/,
    advice: /Mend the configuration/,
  },
  {
    title: 'an EventStoreDB that is named and not used',
    setUp: async (t) => ({ data: newFolder(t), env: { EVENTSTORE_URL: 'esdb://127.0.0.1:2113?tls=false' } }),
    about: 'configuration.engine',
    level: 'look',
    says: /kept by the engine sqlite/,
    advice: /Set eventStore\.engine to eventstoredb/,
  },
  {
    title: 'the memory engine, which can not be looked into',
    setUp: async (t) => ({ data: newFolder(t), keys: { eventStore: { engine: 'memory' } } }),
    about: 'store.reachable',
    level: 'look',
    says: /in the memory of the router/,
    advice: /set eventStore\.engine to sqlite/,
  },
]);

test.serial('no secret is told, wherever it stands', async (t) => {
  const hidden = 'do-not-tell';
  const found = await diagnose(
    await sourcesOf({
      data: newFolder(t),
      keys: {
        secret: `${hidden}-sixteen`,
        backends: {
          kannel: {
            engine: 'kannel',
            sendsmsUrl: `http://user:${hidden}@127.0.0.1:1/sendsms?password=${hidden}`,
            sendsmsParams: { username: 'rapidsms', password: hidden },
            statusUrl: `http://127.0.0.1:1/status.xml?password=${hidden}`,
          },
          other: {
            engine: 'http',
            outgoingUrl: `http://127.0.0.1:1/?api_key=${hidden}&to=%(identity)s&text=%(text)s`,
            outgoingHeaders: { authorization: `Bearer ${hidden}` },
          },
        },
      },
      env: { EVENTSTORE_URL: `esdb://router:${hidden}@127.0.0.1:1?tls=true` },
    }),
  );
  t.true(found.length > 10);
  t.deepEqual(
    found.filter((finding) => JSON.stringify(finding).includes(hidden)),
    [],
  );
});
