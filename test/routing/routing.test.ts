import { randomUUID } from 'node:crypto';
import test from 'ava';
import { type AnyApp, defineApp } from '../../src/apps/app.js';
import { builtinApps } from '../../src/apps/builtin.js';
import { conversationStream } from '../../src/domain/connection.js';
import type { MessageRouted } from '../../src/domain/events.js';
import { type OpenStore, StoreError } from '../../src/store/port.js';
import { all, counter, eventually, openStore, routingOn, textsOf } from './support.js';

const { echo } = builtinApps({ defaultResponse: 'What?' }) as { echo: AnyApp };
const backend = 'kannel';
const stream = conversationStream({ backend, identity: '123' });

test('an inline message is answered when received, routed and sent are stored', async (t) => {
  const { store, routing, intake } = routingOn(await openStore(), [echo]);
  routing.start();
  await intake.receive(backend, { identity: '123', text: 'echo hi' }, 'inline');
  t.deepEqual(
    (await all(store)).map(({ type, stream }) => [type, stream]),
    ['MessageReceived', 'MessageRouted', 'MessageSent'].map((type) => [type, stream]),
  );
  await routing.stop();
});

test('a queued message is answered when it is stored, and routed the same way', async (t) => {
  const { store, routing, intake } = routingOn(await openStore(), [echo]);
  await intake.receive(backend, { identity: '123', text: 'echo hi' }, 'queued');
  t.is((await all(store)).length, 1);
  routing.start();
  t.deepEqual(textsOf(await eventually(store, 1, 'MessageSent')), ['hi']);
  await routing.stop();
});

test('what was received and not routed before a crash is routed once, by the next run', async (t) => {
  const store = await openStore();
  const before = routingOn(store, [echo]);
  for (let nth = 0; nth < 50; nth += 1) {
    await before.intake.receive(backend, { identity: `${nth % 7}`, text: `echo ${nth}` }, 'queued');
  }
  // A run that is never told to stop, beside the next: as after a crash, and worse.
  before.routing.start();
  const after = routingOn(store, [echo]);
  after.routing.start();
  const routed = await eventually(store, 50, 'MessageRouted');
  await Promise.all([before.routing.stop(), after.routing.stop()]);
  t.is(new Set(routed.map(({ data }) => (data as MessageRouted['data']).messageId)).size, 50);
  t.is((await all(store, { types: ['MessageRouted'] })).length, 50);
  t.is((await all(store, { types: ['MessageSent'] })).length, 50);
});

test('what was routed before a crash is not handed to the apps again, though no mark was kept', async (t) => {
  const store = await openStore();
  let calls = 0;
  const counting = defineApp({
    name: 'counting',
    handle: (message) => {
      calls += 1;
      message.send('chief', `${calls}`);
      return message.text !== 'fail' ? true : Promise.reject(new Error('boom'));
    },
  });
  const before = routingOn(store, [counting]);
  before.routing.start();
  for (let nth = 0; nth < 20; nth += 1) {
    await before.intake.receive(
      backend,
      { identity: `${nth}`, text: nth % 5 === 0 ? 'fail' : 'x' },
      'inline',
    );
  }
  const after = routingOn(store, [counting]);
  after.routing.start();
  await after.intake.receive(backend, { identity: 'new', text: 'x' }, 'queued');
  await eventually(store, 17, 'MessageRouted');
  await Promise.all([before.routing.stop(), after.routing.stop()]);
  // The one that came last may have been taken by both, as both still run.
  t.true(calls <= 22, `${calls} calls for 21 messages`);
  t.is((await all(store, { types: ['MessageSent'] })).length, 17);
});

test('a text for a backend that is not there fails the message instead of getting lost', async (t) => {
  const astray = defineApp({
    name: 'astray',
    handle: (message) => message.send({ backend: 'nope', identity: '1' }, 'x'),
  });
  const nobody = defineApp({ name: 'nobody', handle: (message) => message.send('', 'x') });
  for (const [app, error] of [
    [astray, /backend nope.*kannel/],
    [nobody, /identity/],
  ] as const) {
    const { store, routing, intake } = routingOn(
      await openStore(),
      [app],
      {},
      { backends: new Set([backend]) },
    );
    routing.start();
    await intake.receive(backend, { identity: '123', text: 'x' }, 'inline');
    const [failure] = await all(store, { types: ['RoutingFailed'] });
    t.like(failure?.data, { app: app.name });
    t.regex((failure?.data as { error?: string } | undefined)?.error ?? '', error);
    t.is((await all(store, { types: ['MessageSent'] })).length, 0);
    await routing.stop();
  }
});

test('a redelivery is stored, recognised and not answered again, however much later', async (t) => {
  const { store, routing, intake } = routingOn(await openStore(), [echo], { actors: 1 });
  routing.start();
  const text = { identity: '123', text: 'echo hi', gateway: { id: 'G1' } };
  const first = await intake.receive(backend, text, 'inline');
  for (let nth = 0; nth < 20; nth += 1) {
    await intake.receive(backend, { identity: `${nth}`, text: 'echo x' }, 'inline');
    await intake.receive(backend, { identity: '123', text: 'x', gateway: { id: `other ${nth}` } }, 'inline');
  }
  const again = await intake.receive(backend, text, 'inline');
  const routed = await all(store, { types: ['MessageRouted'] });
  t.like(routed.find(({ data }) => (data as MessageRouted['data']).messageId === again)?.data, {
    outcome: 'duplicate',
    duplicateOf: first,
  });
  t.is((await all(store, { types: ['MessageSent'], correlationId: again })).length, 0);
  await routing.stop();
});

test('answers of one conversation are decided in the order of its messages', async (t) => {
  const { store, routing, intake } = routingOn(await openStore(), [counter], { lanes: 3 });
  routing.start();
  const texts = Array.from({ length: 100 }, (_, nth) => `m${nth}`);
  await Promise.all(texts.map((text) => intake.receive(backend, { identity: '123', text }, 'inline')));
  t.deepEqual(
    textsOf(await all(store, { types: ['MessageSent'] })),
    texts.map((text, nth) => `${text} ${nth + 1}`),
  );
  await routing.stop();
});

test("an app's memory survives eviction and restart", async (t) => {
  const store = await openStore();
  for (let run = 0; run < 3; run += 1) {
    const { routing, intake } = routingOn(store, [counter], { actors: 2 });
    routing.start();
    for (const identity of ['1', '2', '3', '4']) {
      await intake.receive(backend, { identity, text: 'n' }, 'inline');
    }
    await routing.stop();
  }
  const last = (await all(store, { types: ['MessageSent'] })).slice(-4);
  t.deepEqual(textsOf(last), ['n 3', 'n 3', 'n 3', 'n 3']);
});

test('an app that throws sends the message to the dead letters; others go on; requeued it is routed anew', async (t) => {
  let mended = false;
  const moody = defineApp({
    name: 'moody',
    handle: (message) => {
      if (message.text === 'bad' && !mended) throw new Error('boom');
      message.respond('fine');
      return true;
    },
  });
  const { store, routing, intake } = routingOn(await openStore(), [moody]);
  routing.start();
  const messageId = await intake.receive(backend, { identity: '123', text: 'bad' }, 'inline');
  await intake.receive(backend, { identity: '123', text: 'good' }, 'inline');
  const [failure] = await all(store, { types: ['RoutingFailed'] });
  t.like(failure?.data, { messageId, app: 'moody', phase: 'handle' });
  t.is((await all(store, { types: ['MessageSent'] })).length, 1);

  mended = true;
  const id = '019aa000-0000-7000-8000-0000000000ff';
  const metadata = { $correlationId: messageId, schema: 1 };
  const data = { messageId, direction: 'inbound', by: 'me', requeuedAt: 'now' };
  await store.append(stream, [{ id, type: 'MessageRequeued', data, metadata }]);
  const sent = await eventually(store, 2, 'MessageSent');
  t.like(sent[1]?.data, { inResponseTo: messageId });
  await routing.stop();
});

test('an app that hangs is cut short and its message kept', async (t) => {
  const hanging = defineApp({ name: 'hanging', handle: () => new Promise(() => {}) });
  const { store, routing, intake } = routingOn(await openStore(), [hanging], { phaseTimeoutMs: 10 });
  routing.start();
  await intake.receive(backend, { identity: '123', text: 'x' }, 'inline');
  const [failure] = await all(store, { types: ['RoutingFailed'] });
  t.regex((failure?.data as { error?: string } | undefined)?.error ?? '', /longer than 10 ms/);
  await routing.stop();
});

const chatty = (count: number) =>
  defineApp({
    name: 'chatty',
    handle: (message) => {
      for (let nth = 1; nth <= count; nth += 1) message.respond(`${nth}`);
      return true;
    },
  });

test('fifty answers to one message are sent in order', async (t) => {
  const { store, routing, intake } = routingOn(await openStore(), [chatty(50)]);
  routing.start();
  await intake.receive(backend, { identity: '123', text: 'x' }, 'inline');
  t.deepEqual(
    textsOf(await all(store, { types: ['MessageSent'] })),
    Array.from({ length: 50 }, (_, nth) => `${nth + 1}`),
  );
  await routing.stop();
});

test('a runaway app is stopped before it floods the gateway', async (t) => {
  const { store, routing, intake } = routingOn(await openStore(), [chatty(101)]);
  routing.start();
  await intake.receive(backend, { identity: '123', text: 'x' }, 'inline');
  t.is((await all(store, { types: ['MessageSent'] })).length, 0);
  t.like((await all(store, { types: ['RoutingFailed'] }))[0]?.data, { app: 'chatty' });
  await routing.stop();
});

test('what cannot be stored sends the message to the dead letters instead of holding up the lane', async (t) => {
  const huge = defineApp({
    name: 'huge',
    handle: (message) => {
      message.respond('x'.repeat(2_000_000));
      return true;
    },
  });
  const { store, routing, intake } = routingOn(await openStore(), [huge]);
  routing.start();
  await intake.receive(backend, { identity: '123', text: 'x' }, 'inline');
  t.is((await all(store, { types: ['RoutingFailed'] })).length, 1);
  await routing.stop();
});

/** A store that refuses its first appends of decisions. */
const refusing = (store: OpenStore, times: number): OpenStore => {
  let left = times;
  return Object.assign(Object.create(store) as OpenStore, {
    append: async (...[name, events, options]: Parameters<OpenStore['append']>) => {
      if (events[0]?.type === 'MessageRouted' && left > 0) {
        left -= 1;
        throw new StoreError('unavailable', 'locked');
      }
      return store.append(name, events, options);
    },
    readStream: store.readStream.bind(store),
    readAll: store.readAll.bind(store),
    subscribe: store.subscribe.bind(store),
  });
};

test('a decision that the store cannot take now is taken again until it can', async (t) => {
  const store = await openStore();
  const { routing, intake } = routingOn(refusing(store, 3), [echo]);
  routing.start();
  await intake.receive(backend, { identity: '123', text: 'echo hi' }, 'inline');
  t.deepEqual(textsOf(await all(store, { types: ['MessageSent'] })), ['hi']);
  await routing.stop();
});

test('texts to others go to their conversations, through the outgoing phase by what is known of them', async (t) => {
  const relay = defineApp({
    name: 'relay',
    handle: (message) => {
      message.send('456', 'to 456');
      message.send({ backend: 'other', identity: '789' }, 'to 789');
      message.respond('relayed');
      return true;
    },
  });
  const consent = defineApp<boolean>({
    name: 'consent',
    initial: true,
    evolve: () => false,
    filter: (message) => {
      if (message.text !== 'STOP') return false;
      message.record({ type: 'OptedOut', data: {} });
      return true;
    },
    outgoing: (_message, { state }) => state,
  });
  const { store, routing, intake } = routingOn(await openStore(), [consent, relay]);
  routing.start();
  await intake.receive(backend, { identity: '456', text: 'STOP' }, 'inline');
  const messageId = await intake.receive(backend, { identity: '123', text: 'x' }, 'inline');
  const events = await all(store, { correlationId: messageId, types: ['MessageSent', 'MessageCancelled'] });
  t.deepEqual(
    new Set(events.map(({ type, stream, data }) => `${type} ${stream} ${(data as { text: string }).text}`)),
    new Set([
      'MessageCancelled conversation-kannel:456 to 456',
      'MessageSent conversation-other:789 to 789',
      'MessageSent conversation-kannel:123 relayed',
    ]),
  );
  await routing.stop();
});

test('what an app sends from a played phone to another backend is stopped, after the apps have had their say', async (t) => {
  const relay = defineApp({
    name: 'relay',
    handle: (message) => {
      message.send({ backend: 'real', identity: '1' }, 'one');
      message.send({ backend: 'real', identity: '2' }, 'two');
      message.send('456', 'within');
      message.respond('relayed');
      return true;
    },
  });
  const careful = defineApp({
    name: 'careful',
    outgoing: ({ connection }) => connection.identity !== '2',
  });
  const backends = new Set([backend, 'real']);
  const played = new Set([backend]);
  const { store, routing, intake } = routingOn(await openStore(), [relay, careful], {}, { backends, played });
  routing.start();
  await intake.receive(backend, { identity: '123', text: 'x' }, 'inline');
  await intake.receive('real', { identity: '9', text: 'x' }, 'inline');
  const told = (await all(store, { types: ['MessageSent', 'MessageCancelled'] })).map(
    ({ type, stream, data }) =>
      `${type} ${stream.replace('conversation-', '')} ${(data as { cancelledBy?: string }).cancelledBy ?? ''}`,
  );
  t.deepEqual(
    new Set(told.slice(0, 4)),
    new Set([
      'MessageCancelled real:1 httptester',
      'MessageCancelled real:2 careful',
      `MessageSent ${backend}:456 `,
      `MessageSent ${backend}:123 `,
    ]),
  );
  // From a real phone everything goes out, to a played one as well.
  t.true(told.slice(4).includes('MessageSent real:1 '));
  await routing.stop();
});

test('each decision names the run of the router, and up to where the conversation was known', async (t) => {
  const by = { node: 'main', run: randomUUID() };
  const sign = defineApp({
    name: 'sign',
    outgoing: (message) => {
      message.text += ' (clinic)';
    },
  });
  const relay = defineApp({
    name: 'relay',
    handle: (message) => {
      message.send('456', 'to 456');
      message.respond('relayed');
      return true;
    },
  });
  const { store, routing, intake } = routingOn(await openStore(), [sign, relay], {}, { decider: () => by });
  routing.start();
  await routing.send({ text: 'hello', connections: [{ backend, identity: '456' }] });
  await intake.receive(backend, { identity: '123', text: 'x' }, 'inline');
  const [hello, received, ...others] = await all(store);
  t.like(hello, { type: 'MessageSent', data: { by, decidedText: 'hello', text: 'hello (clinic)' } });
  t.false('seen' in (hello?.data ?? {}));
  const there = others.find(({ stream }) => stream === hello?.stream);
  t.like(there, { type: 'MessageSent', data: { seen: '0', from: { backend, identity: '123' } } });
  t.false('by' in (there?.data ?? {}));
  const routed = others.find(({ type }) => type === 'MessageRouted');
  t.like(routed, { data: { by, seen: String(received?.revision) } });
  const reply = others.find(({ stream, type }) => stream === received?.stream && type === 'MessageSent');
  t.like(reply, { data: { decidedText: 'relayed', text: 'relayed (clinic)' } });
  t.false('seen' in (reply?.data ?? {}));
  await routing.stop();
});

test('a job that is asked for again sends nothing twice, and tells what became of it the first time', async (t) => {
  let isOpen = false;
  const gate = defineApp({
    name: 'gate',
    outgoing: ({ connection }) => isOpen || connection.identity !== '456',
  });
  const { store, routing } = routingOn(await openStore(), [gate]);
  const connections = [
    { backend, identity: '123' },
    { backend, identity: '456' },
  ];
  const order = { text: 'closed today', connections, job: 'closing 2026-03-05', askedBy: 'asha' };
  const first = await routing.send(order);
  isOpen = true;
  const again = await routing.send({ ...order, text: 'another text' });
  t.deepEqual(
    again,
    first.map((result) => ({ ...result, repeated: true })),
  );
  const events = await all(store);
  t.deepEqual(
    events.map(({ type, data, metadata }) => [
      type,
      (data as { askedBy?: string }).askedBy,
      metadata.$correlationId,
    ]),
    [
      ['MessageSent', 'asha', 'closing 2026-03-05'],
      ['MessageCancelled', 'asha', 'closing 2026-03-05'],
    ],
  );
  const other = await routing.send({ ...order, job: 'closing 2026-03-06' });
  t.true(
    other.every(
      ({ messageId, repeated }) =>
        repeated === undefined && !first.some((one) => one.messageId === messageId),
    ),
  );
});

test('send hands a text to each connection and tells which an app stopped', async (t) => {
  const notToThem = defineApp({
    name: 'notToThem',
    outgoing: ({ connection }) => connection.identity !== '456',
  });
  const { store, routing } = routingOn(await openStore(), [notToThem]);
  const connections = [
    { backend, identity: '123' },
    { backend, identity: '456' },
  ];
  const results = await routing.send({ text: 'closed today', connections });
  t.deepEqual(
    results.map(({ sent, cancelledBy }) => [sent, cancelledBy]),
    [
      [true, undefined],
      [false, 'notToThem'],
    ],
  );
  const [sent, cancelled] = await all(store);
  t.like(sent, { type: 'MessageSent', stream, data: { text: 'closed today' } });
  t.is(sent?.metadata.$correlationId, cancelled?.metadata.$correlationId);
  t.is(cancelled?.type, 'MessageCancelled');
});

test('a start begins where everything before was routed', async (t) => {
  const store = await openStore();
  const first = routingOn(store, [echo]);
  first.routing.start();
  await first.intake.receive(backend, { identity: '123', text: 'echo hi' }, 'inline');
  const released = await first.routing.stop();
  const events = await all(store);
  t.deepEqual([...released.values()], [events.at(-1)?.position]);
});

test('messages in the hands of a newer version are left to it, those after them are routed', async (t) => {
  const store = await openStore();
  const put = (type: string, data: object, schema: number) =>
    store.append(stream, [{ id: randomUUID(), type, data, metadata: { $correlationId: 'c', schema } }]);
  const received = (messageId: string, schema: number) =>
    put(
      'MessageReceived',
      { messageId, text: `echo ${messageId}`, receivedAt: '2026-01-01T00:00:00.000Z' },
      schema,
    );
  await received('newer', 2);
  await received('taken', 1);
  await put('MessageRouted', { messageId: 'taken', outcome: 'somehow' }, 2);
  await put('counter.Counted', {}, 2);
  await received('ours', 1);

  const { routing, intake } = routingOn(store, [counter]);
  routing.start();
  await intake.receive(backend, { identity: '123', text: 'later' }, 'inline');
  await routing.stop();

  t.deepEqual(textsOf(await all(store, { types: ['MessageSent'] })), ['echo ours 1', 'later 2']);
});

test('a first start on a long history asks about what still waits and nothing else', async (t) => {
  const store = await openStore();
  const before = routingOn(store, [counter]);
  before.routing.start();
  for (let nth = 0; nth < 60; nth += 1)
    await before.intake.receive(backend, { identity: `${nth}`, text: 'x' }, 'inline');
  await before.routing.stop();
  for (const identity of ['7', 'new'])
    await before.intake.receive(backend, { identity, text: 'y' }, 'queued');
  const read: string[] = [];
  const watched: OpenStore = {
    ...store,
    readStream: (name, options) => {
      read.push(name);
      return store.readStream(name, options);
    },
  };
  const after = routingOn(watched, [counter]);
  after.routing.start();
  await eventually(store, 62, 'MessageRouted');
  await after.routing.stop();
  const expected = ['7', 'new'].map((identity) => conversationStream({ backend, identity }));
  t.deepEqual([...new Set(read)].toSorted(), expected.toSorted());
});
