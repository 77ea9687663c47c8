import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import {
  faultInConnectionString,
  namesNoUser,
  withoutCredentials,
} from '../../src/store/eventstoredb/connectionString.js';
import { connectionFor, needsStandIn } from '../oneServer/server.js';
import { collect, events, newCategory, pull } from './events.js';
import { openStore, startStandIn } from './eventstoredb-engine.js';

const onStandIn = needsStandIn(test);

for (const usable of [
  'esdb://localhost:2113?tls=false',
  'esdb://admin:changeit@node1:2113,node2:2113,node3:2113?tls=true&tlsCAFile=package.json',
  'esdb+discover://admin:p%40ss@cluster.example.org?keepAliveInterval=20000&NODE_PREFERENCE=leader',
  'esdb://a:p%3Aa%2Fs%3Fs#+!@node1/?tls=true',
]) {
  test(`a connection string passes through: ${usable}`, (t) => {
    t.is(faultInConnectionString(usable), undefined);
    t.notRegex(withoutCredentials(usable), /admin|changeit|p%/);
  });
}

for (const [connectionString, isAnonymous] of [
  ['esdb://localhost:2113', true],
  ['esdb+discover://node1,node2?tls=true&connectionName=a@b', true],
  ['esdb://router:s3cret@localhost:2113?tls=true', false],
  ['esdb://localhost?tls=true&userCertFile=a&userKeyFile=b', false],
  ['esdb://localhost?USER_CERT_FILE=a', false],
  ['esdb://localhost:2113?tls=false', false],
] as const) {
  test(`it is known whether a connection string names a user: ${connectionString}`, (t) => {
    t.is(namesNoUser(connectionString), isAnonymous);
  });
}

for (const [bad, why] of [
  ['http://u:s3cret@localhost', /expected esdb:/],
  ['esdb://u:s3cret:s3cret@localhost', /expected .* %3A for :/],
  ['esdb://u:s3cret/s3cret@localhost', /expected .* %2F for \//],
  ['esdb://u:s3cret@s3cret@localhost', /expected .* %40 for an @/],
  ['esdb://u:1?s3cret@localhost?tls=false', /expected .* %3F for \?/],
  ['esdb://u:s3cret%@localhost', /%25 for a %/],
  ['esdb://u:123456s3cret@node1:2113,node2:99999', /a port from 1 to 65535/],
  ['esdb://u:s3cret@localhost?tlsCAFile=/etc', /tlsCAFile: there is no file \/etc .*EISDIR/],
  ['esdb://u:s3cret@localhost?tlss=false', /no option tlss/],
  ['esdb://u:s3cret@localhost?tls=no', /tls: expected true or false/],
  ['esdb://u:s3cret@localhost?keepAliveInterval=soon', /keepAliveInterval: expected a whole number/],
  ['esdb://u:s3cret@localhost?nodePreference=best', /nodePreference: expected leader or/],
  ['esdb://u:s3cret@localhost?connectionName=', /connectionName: expected a value/],
  ['esdb://u:s3cret@localhost?tls=true&tlsCAFile=/no/ca.crt', /tlsCAFile: there is no file \/no\/ca\.crt/],
  ['esdb://u:s3cret@localhost?tls=true&tlsVerifyCert=false', /tlsCAFile/],
  ['esdb://u:s3cret@localhost?throwOnAppendFailure=false', /no option throwOnAppendFailure/],
] as const) {
  test(`what the client would misread or only warn about is refused, and not quoted: ${bad}`, (t) => {
    const fault = faultInConnectionString(bad) ?? '';
    t.regex(fault, why);
    t.notRegex(fault, /s3cret/);
  });
}

onStandIn('a reader that stands still holds back the server, not the memory of its process', async (t) => {
  const server = await startStandIn(t);
  const store = await openStore(t, { connectionString: server.connectionString });
  const category = newCategory();
  const large = { data: { text: 'x'.repeat(20_000) } };
  for (let count = 0; count < 40; count += 1) await store.append(`${category}-1`, events(40, large));
  const subscription = store.subscribe({ filter: { categories: [category] } });
  const next = pull(subscription);
  t.is((await next())?.kind, 'event');
  // Another reading of everything has come to its end meanwhile: the server had time to send.
  t.is((await collect(store.readStream(`${category}-1`))).length, 1_600);
  t.true(server.sent - 1_600 < 400, `${server.sent - 1_600} events were sent to a reader that took one`);
  subscription.close();
});

test.serial('a reading that is left early leaves nothing behind in memory', async (t) => {
  const store = await openStore(t, { connectionString: await connectionFor(t) });
  const stream = `${newCategory()}-1`;
  await store.append(stream, events(2));
  const leaveEarly = async (times: number) => {
    for (let n = 0; n < times; n += 1) for await (const _ of store.readStream(stream)) break;
  };
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const heapMb = () => {
    collectGarbage();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  await leaveEarly(100);
  const before = heapMb();
  await leaveEarly(1_000);
  // Each that is kept holds some 20 KB.
  const grown = heapMb() - before;
  t.true(grown < 12, `${grown.toFixed(1)} MB more after 1,000 readings`);
});
