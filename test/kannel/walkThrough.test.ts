// What a newcomer does first, and every kind of text, both ways through a real Kannel.
import test from 'ava';
import { conversationStream } from '../../src/domain/connection.js';
import { startFakesmsc } from './support/fakesmsc.js';
import { startKannel } from './support/kannel.js';
import { freePorts } from './support/ports.js';
import { startRouter } from './support/router.js';
import { backendAlone, defaultResponse, newBackend, startWhole } from './support/setUp.js';
import { dataOf, readEvents } from './support/store.js';
import { eventually } from './support/wait.js';

const patienceMs = 20_000;

test.serial('fakesmsc says echo hi and gets hi', async (t) => {
  const [port = 0] = await freePorts(1);
  const backend = newBackend();
  const kannel = await startKannel({ routerPort: port, backend });
  t.teardown(() => kannel.stop());
  const router = await startRouter({ port, config: { backends: backendAlone(backend, kannel) } });
  t.teardown(() => router.stop());

  const fakesmsc = await startFakesmsc(kannel.smscPort, ['123 789 text echo hi']);
  t.teardown(() => fakesmsc.stop());

  const [answer] = await fakesmsc.waitFor(1, patienceMs);
  t.is(answer?.to, '123');
  t.is(answer?.bytes.toString(), 'hi');
});

for (const handler of ['inline', 'queued']) {
  test.serial(`texts of all kinds come back as they were sent (${handler})`, async (t) => {
    const { network, router } = await startWhole(t, { backendConfig: { handler } });
    const long = Array.from({ length: 80 }, (_, index) => String(index).padStart(4, '0')).join('.');
    const devanagari = 'नमस्ते'.repeat(25);
    const phones: Record<string, { send: (from: string) => void; answer: string; parts?: number }> = {
      '101': { send: (from) => network.send('echo hi', { from }), answer: 'hi' },
      '102': { send: (from) => network.send('ping', { from }), answer: 'pong' },
      '103': { send: (from) => network.send('echo é €{x}', { from }), answer: 'é €{x}' },
      '104': { send: (from) => network.sendUcs2('echo Привет, МИР', { from }), answer: 'Привет, МИР' },
      '105': { send: (from) => network.sendUcs2('echo 😀 中中', { from }), answer: '😀 中中' },
      '106': { send: (from) => network.sendData(Buffer.from('echo ABC'), { from }), answer: 'ABC' },
      '107': { send: (from) => network.send('', { from }), answer: defaultResponse },
      '108': { send: (from) => network.sendUcs2('', { from }), answer: defaultResponse },
      '109': { send: (from) => network.send('what?', { from }), answer: defaultResponse },
      '110': { send: (from) => network.send(`echo ${long}`, { from }), answer: long, parts: 3 },
      '111': { send: (from) => network.sendParts(`echo ${long}`, { from }), answer: long, parts: 3 },
      '112': {
        send: (from) => network.sendUcs2(`echo ${devanagari}`, { from }),
        answer: devanagari,
        parts: 3,
      },
    };
    t.is(long.length, 399);

    for (const [phone, { send }] of Object.entries(phones)) send(phone);

    const texts = await network.waitFor(Object.keys(phones).length, patienceMs);
    for (const [phone, { answer, parts = 1 }] of Object.entries(phones)) {
      t.like(
        texts.filter(({ to }) => to === phone),
        [{ from: '789', text: answer, parts }],
        `phone ${phone}`,
      );
    }
    t.is(texts.length, Object.keys(phones).length);
    const received = dataOf(await readEvents(router), 'MessageReceived');
    t.is(received.length, texts.length);
    t.true(received.every(({ gateway }) => gateway?.id !== undefined && gateway.receiver === '789'));
  });
}

// Debian's Kannel labels no text so by itself, others do: so the label stands in the get-url.
test.serial('a text in windows-1252 is read in that charset', async (t) => {
  const { network } = await startWhole(t, {
    getQuery: 'id=%p&text=%a&charset=WINDOWS-1252&coding=0&smsid=%I',
  });

  network.sendData(Buffer.from('echo caf\xe9 \x80', 'latin1'), { from: '123' });

  t.like(await network.waitFor(1, patienceMs), [{ to: '123', text: 'café €' }]);
});

test.serial("the seed's bare get-url is enough", async (t) => {
  const { network } = await startWhole(t, { getQuery: 'id=%p&text=%a&charset=%C&coding=%c' });

  network.sendUcs2('echo Прив', { from: '123' });
  network.send('ping', { from: '124' });

  await network.waitFor(2, patienceMs);
  t.deepEqual(network.textsTo('123'), ['Прив']);
  t.deepEqual(network.textsTo('124'), ['pong']);
});

test.serial('delivery reports join the conversation of their text', async (t) => {
  const { network, router, backend } = await startWhole(t);

  network.send('echo hi', { from: '+491234' });
  await network.waitFor(1, patienceMs);

  const events = await eventually('two reports', patienceMs, async () => {
    const so = await readEvents(router);
    return dataOf(so, 'DeliveryReported').length >= 2 ? so : undefined;
  });
  const [sent] = dataOf(events, 'MessageSent');
  const reports = dataOf(events, 'DeliveryReported');
  t.deepEqual(new Set(reports.map(({ messageId }) => messageId)), new Set([sent?.messageId]));
  // Each comes by a request of its own, so in either order.
  t.deepEqual(reports.map(({ code, status }) => `${code} ${status}`).toSorted(), [
    '1 delivered',
    '8 accepted',
  ]);
  const streams = new Set(events.map(({ stream }) => stream));
  t.deepEqual(streams, new Set([conversationStream({ backend, identity: '+491234' })]));
});
