// The harness itself, with the bare echo in the router's place: what Kannel does, without us.
import test, { type ExecutionContext } from 'ava';
import { startEcho } from '../bench/echo.js';
import { measureRoundTrips } from '../bench/roundTrip.js';
import { settingOf, withSettings } from './support/conf.js';
import { FakeNetwork } from './support/fakeNetwork.js';
import { startFakesmsc } from './support/fakesmsc.js';
import { startFront } from './support/front.js';
import { type KannelOptions, startKannel } from './support/kannel.js';
import { startLeashed } from './support/leashed.js';
import { freePorts } from './support/ports.js';
import { eventually, within } from './support/wait.js';

const startKannelFor = async (t: ExecutionContext, options: KannelOptions) => {
  const kannel = await startKannel(options);
  t.teardown(() => kannel.stop());
  const network = await FakeNetwork.connect(kannel.smscPort);
  t.teardown(() => network.close());
  await kannel.untilPhonesConnected();
  return { kannel, network };
};

/** Kannel with the echo behind it. */
const startEchoing = async (t: ExecutionContext, settings: KannelOptions['settings'] = {}) => {
  const [port = 0] = await freePorts(1);
  const { kannel, network } = await startKannelFor(t, { routerPort: port, settings });
  const echo = await startEcho({ port, sendsmsUrl: kannel.sendsmsUrl, sendsmsParams: kannel.sendsmsParams });
  t.teardown(() => echo.close());
  return { kannel, network, echo };
};

/** Kannel with something behind it that notes what it is called with. */
const startNoting = async (t: ExecutionContext, settings: KannelOptions['settings'] = {}) => {
  const front = await startFront();
  t.teardown(() => front.close());
  const { kannel, network } = await startKannelFor(t, { routerPort: front.port, settings });
  const fieldsOf = (url: string): Record<string, string> =>
    // As written in the URL: percent-encoded.
    Object.fromEntries(
      url
        .slice(url.indexOf('?') + 1)
        .split('&')
        .map((pair) => pair.split('=') as [string, string]),
    );
  const calls = (): Record<string, string>[] => front.passed.map(({ url }) => fieldsOf(url));
  const untilCalls = (count: number): Promise<Record<string, string>[]> =>
    eventually(`${count} calls`, 15_000, () => (calls().length >= count ? calls() : undefined));
  return { kannel, network, front, untilCalls };
};

test.serial('a text comes back to its phone', async (t) => {
  const { network } = await startEchoing(t);

  network.send('echo hi there', { from: '123' });

  t.like(await network.waitFor(1, 10_000), [{ from: '789', to: '123', text: 'hi there', parts: 1 }]);
});

test.serial("Kannel's own fakesmsc gets its answer", async (t) => {
  const [port = 0] = await freePorts(1);
  const kannel = await startKannel({ routerPort: port });
  t.teardown(() => kannel.stop());
  const echo = await startEcho({ port, sendsmsUrl: kannel.sendsmsUrl, sendsmsParams: kannel.sendsmsParams });
  t.teardown(() => echo.close());

  const fakesmsc = await startFakesmsc(kannel.smscPort, ['123 789 text echo two words']);
  t.teardown(() => fakesmsc.stop());

  const [answer] = await fakesmsc.waitFor(1, 10_000);
  t.is(answer?.bytes.toString(), 'two words');
});

test.serial('500 phones get their own answers, once each', async (t) => {
  const { network, echo } = await startEchoing(t);

  const { messages } = await measureRoundTrips(network, { messages: 500, phones: 500, inFlight: 50 });

  t.is(messages, 500);
  t.is(network.texts.length, 500);
  t.is(echo.failed(), 0);
});

test.serial('every kind of text arrives with its bytes, charset and coding', async (t) => {
  const { network, untilCalls } = await startNoting(t);
  const phone = { from: '123' };

  const sent: [send: () => void, expected: Record<string, string>][] = [
    [() => network.send('a  b', phone), { text: 'a+b', raw: 'a++b', charset: 'UTF-8', coding: '0' }],
    [() => network.send('', phone), { text: '', charset: 'UTF-8', coding: '0' }],
    [() => network.send('é€', phone), { text: '%C3%A9%E2%82%AC', charset: 'UTF-8', coding: '0' }],
    [
      () => network.sendData(Uint8Array.of(65, 255, 0), phone),
      { text: 'A%FF%00', charset: '8-BIT', coding: '1' },
    ],
    [() => network.sendData(Uint8Array.of(), phone), { text: '', charset: '8-BIT', coding: '1' }],
    [
      () => network.sendUcs2('Прив', phone),
      { text: '%04%1F%04%40%048%042', charset: 'UTF-16BE', coding: '2' },
    ],
    // %a is squeezed byte by byte: the last byte of Р (U+0420) is a space. Only %b is whole.
    [() => network.sendUcs2('ПР', phone), { text: '%04%1F%04', raw: '%04%1F%04+', charset: 'UTF-16BE' }],
  ];
  for (const [index, [send, expected]] of sent.entries()) {
    send();
    const calls = await untilCalls(index + 1);
    t.like(calls[index], { id: '123', to: '789', smsc: 'fake', ...expected });
  }
});

test.serial('with mo-recode a UCS-2 text arrives as UTF-8', async (t) => {
  const { network, untilCalls } = await startNoting(t, { smsbox: { 'mo-recode': true } });

  network.sendUcs2('café Р', { from: '123' });

  const [call] = await untilCalls(1);
  t.like(call, { text: 'caf%C3%A9+%D0%A0', charset: 'UTF-8', coding: '0' });
});

test.serial('the parts of a long text from a phone arrive as one', async (t) => {
  const { network, untilCalls } = await startNoting(t);
  const text = 'x'.repeat(399).concat('y');

  network.sendParts(text, { from: '123' });

  const [call] = await untilCalls(1);
  t.like(call, { raw: text });
});

test.serial('a phone puts the parts of a long answer together', async (t) => {
  const { network } = await startEchoing(t);
  const text = Array.from({ length: 80 }, (_, index) => String(index).padStart(4, '0')).join('.');

  network.send(`echo ${text}`, { from: '123' });

  t.like(await network.waitFor(1, 10_000), [{ to: '123', text, parts: 3 }]);
});

test.serial('a phone gets line breaks, UCS-2 and an empty text as they were sent', async (t) => {
  const { kannel, network } = await startNoting(t);
  const texts = ['one\ntwo\n', 'Привет\nмир Р', '中中', ' a  b ', '', 'П'.repeat(100), '€'.repeat(100)];

  for (const [index, text] of texts.entries()) {
    const coding = /[П中и]/.test(text) ? '2' : '0';
    const query = new URLSearchParams({ ...kannel.sendsmsParams, to: '123', coding, charset: 'UTF-8', text });
    const answer = await fetch(`${kannel.sendsmsUrl}?${query.toString()}`);
    t.is(answer.status, 202);
    await network.waitFor(index + 1, 10_000);
  }

  t.deepEqual(network.textsTo('123'), texts);
});

test.serial('a refused message is offered again with the same id', async (t) => {
  const { network, front, untilCalls } = await startNoting(t);
  front.refuse(2, 503);

  network.send('hi', { from: '123' });

  const calls = await untilCalls(3);
  t.is(new Set(calls.map(({ smsid }) => smsid)).size, 1);
  t.deepEqual(
    front.passed.map(({ status }) => status),
    [503, 503, 200],
  );
});

test.serial('texts that come while smsbox is away wait in bearerbox', async (t) => {
  const { kannel, network } = await startEchoing(t);
  await kannel.stopSmsbox();
  for (const text of ['one', 'two', 'three']) network.send(text, { from: '123' });
  await eventually('bearerbox to take them', 10_000, async () =>
    /received 3 \(3 queued\)/.test(await kannel.status()),
  );
  await t.throwsAsync(fetch(kannel.sendsmsUrl));

  await kannel.startSmsbox();

  await network.waitFor(3, 15_000);
  t.deepEqual(network.textsTo('123').toSorted(), ['one', 'three', 'two']);
});

test.serial('what waits in bearerbox survives its restart', async (t) => {
  const { kannel, network } = await startEchoing(t);
  await kannel.killSmsbox();
  network.send('patience', { from: '123' });
  await eventually('bearerbox to take it', 10_000, async () =>
    /received 1 \(1 queued\)/.test(await kannel.status()),
  );

  await kannel.restart();

  const again = await FakeNetwork.connect(kannel.smscPort);
  t.teardown(() => again.close());
  t.like(await again.waitFor(1, 15_000), [{ to: '123', text: 'patience' }]);
});

// Not what one would wish for, but what must be known: docs and ops/kannel.conf say it too.
test.serial('a message that smsbox offers in vain is gone when smsbox stops', async (t) => {
  const { kannel, network, front, untilCalls } = await startNoting(t);
  front.refuse(1000, 503);
  network.send('lost', { from: '123' });
  await untilCalls(1);

  await kannel.killSmsbox();
  front.refuse(0, 503);
  const before = front.passed.length;
  await kannel.startSmsbox();
  network.send('marker', { from: '124' });

  const calls = await untilCalls(before + 1);
  t.deepEqual(
    calls.slice(before).map(({ text }) => text),
    ['marker'],
  );
});

test.serial('a leashed process ends with whoever started it', async (t) => {
  const owner = startLeashed(process.execPath, [
    '--input-type=module',
    '--eval',
    `const { startLeashed } = await import(${JSON.stringify(new URL('./support/leashed.js', import.meta.url).href)});
     console.log('pid', startLeashed('sleep', ['600']).pid);
     setInterval(() => {}, 1000);`,
  ]);
  t.teardown(() => owner.stop('SIGKILL'));
  const pid = await eventually('the pid', 10_000, () => /pid (\d+)/.exec(owner.output())?.[1]);
  t.true(isAlive(Number(pid)));

  await owner.stop('SIGKILL');

  await eventually('the end of the child', 10_000, () => !isAlive(Number(pid)));
  await within('the end of the owner', 1_000, owner.gone);
});

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('settings replace those of a configuration, or are added to their group', (t) => {
  const conf = 'group = core\nport = 1\nlog-level = 0\n\n# comment\ngroup = smsc\nport = 2\n';

  const changed = withSettings(conf, { core: { port: 5, extra: true } });

  t.is(settingOf(changed, 'core', 'port'), '5');
  t.is(settingOf(changed, 'core', 'extra'), 'true');
  t.is(settingOf(changed, 'core', 'log-level'), '0');
  t.is(settingOf(changed, 'smsc', 'port'), '2');
  t.throws(() => withSettings(conf, { smsbox: {} }), { message: /smsbox/ });
});
