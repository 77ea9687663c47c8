// What must not lose, double or reorder a text: refusals, redeliveries, a locked store, an absent smsbox, faulty apps.
import test from 'ava';
import { needsWay } from '../oneServer/server.js';
import { getAgain } from './support/front.js';
import { appPath, defaultResponse, startWhole } from './support/setUp.js';
import { dataOf, readEvents } from './support/store.js';
import { eventually } from './support/wait.js';

const patienceMs = 20_000;

test.serial('a message that was refused with 503 is routed once when it is offered again', async (t) => {
  const { network, router, front } = await startWhole(t);
  front.refuse(2, 503);

  network.send('echo hi', { from: '123' });

  await network.waitFor(1, patienceMs);
  t.deepEqual(
    front.passed.filter(({ url }) => url.includes('text=echo')).map(({ status }) => status),
    [503, 503, 200],
  );
  t.is(new Set(front.passed.map(({ url }) => url)).size, 1);
  const events = await readEvents(router);
  t.is(dataOf(events, 'MessageRouted').length, 1);
  t.deepEqual(network.textsTo('123'), ['hi']);
});

test.serial('a message that is offered three times is routed once, after a restart too', async (t) => {
  const { network, router, front } = await startWhole(t);
  network.send('echo hi', { from: '123' });
  await network.waitFor(1, patienceMs);
  const [{ url } = { url: '' }] = front.passed;

  t.is(await getAgain(front.port, url), 200);
  await router.terminate();
  await router.restart();
  t.is(await getAgain(front.port, url), 200);

  // What the phone gets is in order, so whatever the repeats could have caused comes before this.
  network.send('echo marker', { from: '123' });
  await network.waitFor((texts) => texts.some(({ text }) => text === 'marker'), patienceMs);
  t.deepEqual(network.textsTo('123'), ['hi', 'marker']);
  const events = await readEvents(router);
  const routed = dataOf(events, 'MessageRouted').filter(({ outcome }) => outcome !== 'duplicate');
  t.is(routed.length, 2);
  t.is(dataOf(events, 'MessageSent').length, 2);
});

test.serial('the same message offered ten times at once is routed once', async (t) => {
  const { network, router, front, backend } = await startWhole(t);
  const url = `/backend/${backend}/?id=123&text=echo+once&charset=UTF-8&coding=0&smsid=0198c0de-0000-7000-8000-000000000002`;

  const statuses = await Promise.all(Array.from({ length: 10 }, () => getAgain(front.port, url)));

  t.deepEqual(new Set(statuses), new Set([200]));
  network.send('echo marker', { from: '123' });
  await network.waitFor((texts) => texts.some(({ text }) => text === 'marker'), patienceMs);
  t.deepEqual(network.textsTo('123'), ['once', 'marker']);
  t.is(dataOf(await readEvents(router), 'MessageSent').length, 2);
});

needsWay(test)('while the store is locked a message is refused, then taken', async (t) => {
  const { network, router, front } = await startWhole(t);
  // The store's file is there once something is stored.
  network.send('echo before', { from: '122' });
  await network.waitFor(1, patienceMs);
  // Its delivery reports are stored too: none may wait for the lock.
  await eventually('the reports', patienceMs, async () => {
    const events = await readEvents(router);
    return dataOf(events, 'DeliveryReported').length >= 2;
  });

  const unlock = await router.engine.block();
  try {
    network.send('echo patience', { from: '123' });
    await eventually('a refusal', patienceMs, () => front.passed.some(({ status }) => status === 503));
    t.deepEqual(network.textsTo('123'), []);
  } finally {
    unlock();
  }

  await network.waitFor((texts) => texts.some(({ to }) => to === '123'), patienceMs);
  t.deepEqual(network.textsTo('123'), ['patience']);
  const events = await readEvents(router);
  const received = dataOf(events, 'MessageReceived').filter(({ text }) => text === 'echo patience');
  t.is(received.length, 1);
});

test.serial('answers wait while smsbox is away, and leave in order when it is back', async (t) => {
  // Probing often, so that the test need not wait for the longest pause.
  const { kannel, network, router, backend } = await startWhole(t, {
    backendConfig: { probe: { firstMs: 100, maxMs: 1_000 } },
  });
  const phones = Array.from({ length: 20 }, (_, index) => `4930${100 + index}`);
  const rounds = 5;
  await kannel.stopSmsbox();

  // With smsbox away no one but us can offer messages; those that phones send meanwhile wait in bearerbox.
  for (let round = 1; round <= rounds; round += 1) {
    const statuses = await Promise.all(
      phones.map((phone) =>
        getAgain(router.port, `/backend/${backend}/?id=${phone}&text=echo+${round}&smsid=${phone}-${round}`),
      ),
    );
    t.deepEqual(new Set(statuses), new Set([200]));
  }
  network.send('echo late', { from: '499' });
  const decided = await readEvents(router);
  t.is(dataOf(decided, 'MessageSent').length, phones.length * rounds);
  t.is(dataOf(decided, 'MessageDispatched').length, 0);
  await kannel.startSmsbox();

  await network.waitFor(phones.length * rounds + 1, 60_000);
  for (const phone of phones) t.deepEqual(network.textsTo(phone), ['1', '2', '3', '4', '5'], phone);
  t.deepEqual(network.textsTo('499'), ['late']);
  const events = await eventually('all to be recorded as dispatched', patienceMs, async () => {
    const so = await readEvents(router);
    return dataOf(so, 'MessageDispatched').length === phones.length * rounds + 1 ? so : undefined;
  });
  t.deepEqual(dataOf(events, 'DispatchFailed'), []);
  t.deepEqual(dataOf(events, 'DispatchUnclear'), []);
  t.deepEqual(dataOf(events, 'MessageAbandoned'), []);
  t.deepEqual(new Set(dataOf(events, 'MessageDispatched').map(({ attempt }) => attempt)), new Set([1]));
});

test.serial('an app that throws keeps its message, and no other', async (t) => {
  const { network, router } = await startWhole(t, { apps: [appPath('thrower'), 'echo', 'default'] });

  network.send('throw', { from: '123' });
  await eventually('the failure to be recorded', patienceMs, async () => {
    const failures = dataOf(await readEvents(router), 'RoutingFailed');
    return failures.some(({ app, error }) => app === 'thrower' && error.includes('boom'));
  });
  network.send('echo next', { from: '123' });
  network.send('echo other', { from: '124' });

  await network.waitFor(2, patienceMs);
  t.deepEqual(network.textsTo('123'), ['next']);
  t.deepEqual(network.textsTo('124'), ['other']);
});

test.serial('an app that never comes back holds up its message for the time limit only', async (t) => {
  const { network, router } = await startWhole(t, {
    apps: [appPath('hanger'), 'echo', 'default'],
    config: { routing: { phaseTimeoutMs: 500 } },
  });

  network.send('hang', { from: '123' });
  network.send('echo other', { from: '124' });
  await eventually('the time limit to be recorded', patienceMs, async () => {
    const events = await readEvents(router);
    const outcomes = [...dataOf(events, 'RoutingFailed'), ...dataOf(events, 'MessageRouted')];
    return outcomes.some(({ trace }) =>
      trace.some(({ app, result }) => app === 'hanger' && result === 'timeout'),
    );
  });
  network.send('echo next', { from: '123' });

  await network.waitFor((texts) => texts.some(({ text }) => text === 'next'), patienceMs);
  t.deepEqual(network.textsTo('124'), ['other']);
  t.is(network.textsTo('123').at(-1), 'next');
});

test.serial('50 answers to one message arrive, in order', async (t) => {
  const { network, router } = await startWhole(t, { apps: [appPath('chatty'), 'default'] });

  network.send('fifty', { from: '123' });
  network.send('and then?', { from: '123' });

  await network.waitFor(51, patienceMs);
  const expected = Array.from({ length: 50 }, (_, index) => `answer ${index + 1} of 50`);
  // The two messages travel by themselves, so either may be first; the answers to one stay together.
  const fifty = network.textsTo('123').filter((text) => text !== defaultResponse);
  t.deepEqual(fifty, expected);
  t.is(dataOf(await readEvents(router), 'MessageSent').length, 51);
});
