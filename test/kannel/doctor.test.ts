// What `threadless doctor` finds out about a real Kannel, without a text.
import test, { type ExecutionContext } from 'ava';
import { allAdvise, diagnose, findingOf, newFolder, sourcesOf } from '../programs/doctor/support.js';
import { FakeNetwork } from './support/fakeNetwork.js';
import { type Kannel, startKannel } from './support/kannel.js';

const examined = async (t: ExecutionContext, kannel: Kannel, more: object = {}) => {
  const { sendsmsUrl, sendsmsParams, adminPort } = kannel;
  const statusUrl = `http://127.0.0.1:${adminPort}/status.xml?password=change-me`;
  const kannelHere = { engine: 'kannel', sendsmsUrl, sendsmsParams, statusUrl, ...more };
  const backends = { httptester: null, kannel: kannelHere };
  const found = await diagnose(await sourcesOf({ data: newFolder(t), keys: { backends } }));
  allAdvise(t, found);
  return found;
};

test('a Kannel that works, one that refuses the password, and one without phones or smsbox', async (t) => {
  const kannel = await startKannel({ routerPort: 1 });
  t.teardown(() => kannel.stop());

  const noPhones = await examined(t, kannel);
  t.regex(findingOf(t, noPhones, 'backend.answers', 'well').says, /Kannel answers at .* and knows the user/);
  t.regex(
    findingOf(t, noPhones, 'backend.view', 'broken').says,
    /connection fake to the network is connecting, 0 texts/,
  );

  const network = await FakeNetwork.connect(kannel.smscPort);
  t.teardown(() => network.close());
  await kannel.untilPhonesConnected();
  const works = await examined(t, kannel);
  t.regex(findingOf(t, works, 'backend.view', 'well').says, /Kannel is running, fake online/);

  const refused = await examined(t, kannel, { sendsmsParams: { username: 'rapidsms', password: 'wrong' } });
  t.regex(
    findingOf(t, refused, 'backend.answers', 'broken').says,
    /refuses the router .*403: Authorization failed/,
  );
  const denied = { statusUrl: `http://127.0.0.1:${kannel.adminPort}/status.xml?password=wrong` };
  t.regex(
    findingOf(t, await examined(t, kannel, denied), 'backend.view', 'look').says,
    /refuses the password of statusUrl/,
  );

  await kannel.stopSmsbox();
  const alone = await examined(t, kannel);
  t.regex(findingOf(t, alone, 'backend.view', 'broken').says, /No smsbox is connected/);
  t.regex(findingOf(t, alone, 'backend.answers', 'broken').says, /cannot be reached/);

  // None of it was a text.
  t.deepEqual(network.texts, []);
});
