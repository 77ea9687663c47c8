import test from 'ava';
import { type AnyApp, defineApp } from '../../src/apps/app.js';
import { builtinApps } from '../../src/apps/builtin.js';
import type { IncomingMessage, OutgoingMessage } from '../../src/apps/message.js';
import { runOutgoing } from '../../src/apps/outgoing.js';
import { connection, now, ports, repliesOf, route, routed } from './support.js';

const phases = ['filter', 'parse', 'handle', 'default', 'cleanup'] as const;

/** An app that notes each phase it is asked in, and answers what it is told to. */
const spy = (
  name: string,
  asked: string[],
  answers: Partial<Record<(typeof phases)[number], unknown>> = {},
): AnyApp =>
  defineApp({
    name,
    ...Object.fromEntries(
      phases.map((phase) => [
        phase,
        () => {
          asked.push(`${name}.${phase}`);
          return answers[phase];
        },
      ]),
    ),
  });

const throwing = (name: string, phase: (typeof phases)[number]): AnyApp =>
  defineApp({
    name,
    [phase]: (message: IncomingMessage) => {
      message.respond('half done');
      throw new Error('boom');
    },
  });

const answering = (name: string, phase: (typeof phases)[number], text: string, result?: boolean): AnyApp =>
  defineApp({
    name,
    [phase]: (message: IncomingMessage) => {
      message.respond(text);
      return result;
    },
  });

test('the phases come in order, in each all apps in theirs', async (t) => {
  const asked: string[] = [];
  const { outcome } = await routed([spy('a', asked), spy('b', asked)], 'x');
  t.deepEqual(
    asked,
    phases.flatMap((phase) => [`a.${phase}`, `b.${phase}`]),
  );
  t.is(outcome, 'unhandled');
});

test('a filter that says true stops everything', async (t) => {
  const asked: string[] = [];
  const { outcome, app } = await routed([spy('a', asked, { filter: true }), spy('b', asked)], 'x');
  t.deepEqual(asked, ['a.filter']);
  t.is(outcome, 'filtered');
  t.is(app, 'a');
});

test('replies queued before a filter are dropped, and the trace says how many', async (t) => {
  const apps = [answering('early', 'filter', 'hello'), spy('stop', [], { filter: true })];
  const { texts, trace } = await routed(apps, 'x');
  t.deepEqual(texts, []);
  t.like(trace.at(-1), { app: 'stop', phase: 'filter', result: 'true', dropped: 1 });
});

for (const truthy of [1, 'yes', {}, undefined, false]) {
  test(`only true handles a message: not ${JSON.stringify(truthy)}`, async (t) => {
    const asked: string[] = [];
    const { outcome } = await routed([spy('a', asked, { handle: truthy }), spy('b', asked)], 'x');
    t.true(asked.includes('b.handle'));
    t.is(outcome, 'unhandled');
  });
}

test('what parse answers is ignored, what it finds is there for others', async (t) => {
  const parser = defineApp({
    name: 'parser',
    parse: (message) => {
      message.fields.number = 3;
      message.text = message.text.trim();
      return true;
    },
  });
  const reader = defineApp({
    name: 'reader',
    handle: (message) => {
      message.respond(`${String(message.fields.number)} ${message.text} (${message.rawText})`);
      return true;
    },
  });
  t.deepEqual(repliesOf(await routed([parser, reader], ' x ')), ['3 x ( x )']);
});

test('handled skips the other apps of the phase and default, not cleanup', async (t) => {
  const asked: string[] = [];
  const { outcome, app } = await routed([spy('a', asked, { handle: true }), spy('b', asked)], 'x');
  t.deepEqual(asked.slice(4), ['a.handle', 'a.cleanup', 'b.cleanup']);
  t.is(outcome, 'handled');
  t.is(app, 'a');
});

test('default is not asked when an app has responded without handling', async (t) => {
  const asked: string[] = [];
  const { outcome, app, texts } = await routed([answering('a', 'parse', 'hi'), spy('b', asked)], 'x');
  t.false(asked.includes('b.default'));
  t.is(outcome, 'answered');
  t.is(app, 'a');
  t.is(texts.length, 1);
});

test('default stops at the first app that says true', async (t) => {
  const asked: string[] = [];
  const { outcome, app } = await routed([spy('a', asked, { default: true }), spy('b', asked)], 'x');
  t.deepEqual(asked.slice(6), ['a.default', 'a.cleanup', 'b.cleanup']);
  t.is(outcome, 'defaulted');
  t.is(app, 'a');
});

test('replies leave in the order they were made, cleanup included', async (t) => {
  const apps = [
    answering('z', 'cleanup', 'three'),
    answering('a', 'parse', 'one'),
    answering('b', 'handle', 'two'),
  ];
  t.deepEqual(repliesOf(await routed(apps, 'x')), ['one', 'two', 'three']);
});

for (const phase of ['filter', 'parse', 'cleanup'] as const) {
  test(`an app that throws in ${phase} is noted, what it half did is dropped, the next goes on`, async (t) => {
    const asked: string[] = [];
    const result = await routed([throwing('bad', phase), spy('good', asked)], 'x');
    t.true(asked.includes(`good.${phase}`));
    t.deepEqual(result.texts, []);
    const entry = result.trace.find(({ app }) => app === 'bad');
    t.is(entry?.result, 'threw');
    t.regex(entry?.error ?? '', /boom/);
  });
}

for (const phase of ['handle', 'default'] as const) {
  test(`an app that throws in ${phase} fails the message, with app, phase and error`, async (t) => {
    const asked: string[] = [];
    const result = await route([throwing('bad', phase), spy('good', asked)], 'x');
    t.like(result, { kind: 'failed', app: 'bad', phase });
    t.regex(result.kind === 'failed' ? result.error : '', /^Error: boom/);
    t.false(asked.includes(`good.${phase}`));
  });
}

const thrown: readonly (readonly [unknown, RegExp])[] = [
  ['plain words', /^plain words$/],
  [{ code: 7 }, /^\{ code: 7 \}$/],
  [Object.create(null), /null prototype/],
  [undefined, /^it threw undefined$/],
  [null, /^it threw null$/],
  [
    new Error('outer', { cause: new TypeError('inner') }),
    /^Error: outer at .*, because of TypeError: inner$/,
  ],
  [
    new AggregateError([new Error('one'), 'two'], 'both'),
    /both at .*because of Error: one, because of 'two'$/,
  ],
];
for (const [what, told] of thrown) {
  test(`whatever an app throws is told: ${told.source}`, async (t) => {
    const bad = defineApp({
      name: 'bad',
      handle: () => {
        throw what;
      },
    });
    const result = await route([bad], 'x');
    t.regex(result.kind === 'failed' ? result.error : '', told);
  });
}

test('an app that hangs is cut short, and what it does later is refused', async (t) => {
  let late: IncomingMessage | undefined;
  const hanging = defineApp({
    name: 'hanging',
    handle: (message) => {
      late = message;
      return new Promise(() => {});
    },
  });
  const result = await route([hanging], 'x');
  t.like(result, { kind: 'failed', app: 'hanging', phase: 'handle' });
  t.is(result.trace.at(-1)?.result, 'timeout');
  t.throws(() => late?.respond('too late'), { message: /ended/ });
});

test('a promise of true counts as true', async (t) => {
  const asynchronous = defineApp({ name: 'asynchronous', handle: () => Promise.resolve(true) });
  t.is((await routed([asynchronous], 'x')).outcome, 'handled');
});

test('an app sees its own memory, with what it has just recorded', async (t) => {
  type Visited = { type: 'Visited'; data: { place: string } };
  const visits = defineApp<readonly string[], Visited>({
    name: 'visits',
    initial: [],
    evolve: (places, { data }) => [...places, data.place],
    parse: (message) => message.record({ type: 'Visited', data: { place: message.text } }),
    handle: (message, { state }) => {
      message.respond(state.join(' '));
      return true;
    },
  });
  const first = await routed([visits], 'home');
  t.deepEqual(first.facts, [{ type: 'visits.Visited', data: { place: 'home' } }]);
  const second = await routed([visits], 'clinic', first.memory);
  t.deepEqual(repliesOf(second), ['home clinic']);
});

test('what one app knows of the person, all apps may use', async (t) => {
  type Named = { type: 'Named'; data: { name: string } };
  const names = defineApp<{ name?: string }, Named>({
    name: 'names',
    initial: {},
    evolve: (_state, { data }) => ({ name: data.name }),
    contact: (state) => state,
    parse: (message) => message.record({ type: 'Named', data: { name: 'Asha' } }),
  });
  const greeter = defineApp({
    name: 'greeter',
    handle: (message, { contact }) => {
      message.respond(`Hello ${contact.name}`);
      return true;
    },
  });
  t.deepEqual(repliesOf(await routed([names, greeter], 'x')), ['Hello Asha']);
});

test('an app whose evolve threw on what is stored fails the message instead of guessing', async (t) => {
  const broken = defineApp<number>({
    name: 'broken',
    initial: 0,
    evolve: () => {
      throw new Error('cannot fold');
    },
    parse: (message) => message.record({ type: 'Noted', data: {} }),
    handle: () => true,
  });
  const result = await route([broken], 'x');
  t.like(result, { kind: 'failed', app: 'broken', phase: 'handle' });
});

const outgoing = (name: string, asked: string[], change: (message: OutgoingMessage) => unknown): AnyApp =>
  defineApp({
    name,
    outgoing: (message) => {
      asked.push(name);
      return change(message);
    },
  });

const known = { conversation: { connection, received: 0, sent: 0 }, memory: {}, now };

test('outgoing asks the apps in reverse, and each may change the text', async (t) => {
  const asked: string[] = [];
  const add = (letter: string) => (message: OutgoingMessage) => {
    message.text += letter;
  };
  const apps = [outgoing('a', asked, add('a')), outgoing('b', asked, add('b'))];
  const out = await runOutgoing(apps, { connection, text: '-' }, known, ports);
  t.deepEqual(asked, ['b', 'a']);
  t.like(out, { text: '-ba', cancelledBy: undefined });
});

test('outgoing: false, exactly, stops the text and names the app', async (t) => {
  const asked: string[] = [];
  const apps = [
    outgoing('a', asked, () => 0),
    outgoing('b', asked, () => false),
    outgoing('c', asked, () => null),
  ];
  const out = await runOutgoing(apps, { connection, text: 'x' }, known, ports);
  t.deepEqual(asked, ['c', 'b']);
  t.is(out.cancelledBy, 'b');
});

test('outgoing: an app that throws is noted and the text goes on as it was', async (t) => {
  const bad = outgoing('bad', [], (message) => {
    message.text = 'half';
    throw new Error('boom');
  });
  const out = await runOutgoing([bad], { connection, text: 'whole' }, known, ports);
  t.is(out.text, 'whole');
  t.is(out.trace[0]?.result, 'threw');
});

test('the trace tells what a call made of the text', async (t) => {
  const tidy = defineApp({
    name: 'tidy',
    parse: (message) => {
      message.text = message.text.trim();
    },
  });
  const { trace } = await routed([tidy, answering('a', 'handle', 'yes', true)], '  x ');
  t.deepEqual(
    trace.map(({ app, text }) => [app, text]),
    [
      ['tidy', 'x'],
      ['a', undefined],
    ],
  );
  const sign = outgoing('sign', [], (message) => {
    message.text += ' (clinic)';
  });
  const out = await runOutgoing([sign], { connection, text: 'open' }, known, ports);
  t.is(out.trace[0]?.text, 'open (clinic)');
});

test('a call that fails leaves the text as it was, and so does what goes on after its time', async (t) => {
  const throws = defineApp({
    name: 'throws',
    parse: (message) => {
      message.text = 'half';
      throw new Error('boom');
    },
  });
  let goOn = () => {};
  const late = defineApp({
    name: 'late',
    parse: async (message) => {
      await new Promise<void>((resolve) => {
        goOn = resolve;
      });
      message.text = 'late';
    },
  });
  const seen: string[] = [];
  const look = defineApp({
    name: 'look',
    handle: async (message) => {
      goOn();
      await Promise.resolve();
      seen.push(message.text);
      return true;
    },
  });
  const { trace } = await routed([throws, late, look], 'whole');
  t.deepEqual(seen, ['whole']);
  t.deepEqual(
    trace.map(({ result }) => result),
    ['threw', 'timeout', 'true'],
  );
});

test('what is no text cannot become the text', async (t) => {
  const bad = defineApp({
    name: 'bad',
    parse: (message) => {
      (message as { text: unknown }).text = 5;
    },
  });
  const { trace } = await routed([bad], 'x');
  t.regex(trace[0]?.error ?? '', /A text is a string: got number\./);
});

const { echo, ping, default: fallback } = builtinApps({ defaultResponse: 'What?' });
const builtin = [echo, ping, fallback].filter((app) => app !== undefined);

for (const [text, reply, outcome] of [
  ['echo hello', 'hello', 'handled'],
  ['Echo', 'To echo some text, send: ECHO <ANYTHING>', 'handled'],
  ['ping', 'pong', 'handled'],
  [' PING ', 'pong', 'handled'],
  ['pingpong', 'What?', 'defaulted'],
  ['', 'What?', 'defaulted'],
] as const) {
  test(`the built-in apps answer ${JSON.stringify(text)} with ${reply}`, async (t) => {
    const result = await routed(builtin, text);
    t.deepEqual(repliesOf(result), [reply]);
    t.is(result.outcome, outcome);
  });
}

test('an app that could not work is refused with a sentence', (t) => {
  const define = defineApp as (app: unknown) => unknown;
  t.throws(() => define({ name: 'a.b' }), { message: /letters, digits/ });
  t.throws(() => define({ name: 'a', handel: () => true }), { message: /unknown key handel/ });
  t.throws(() => define({ name: 'a', handle: 'yes' }), { message: /handle must be a function/ });
  t.throws(() => define({ name: 'a', evolve: () => 1 }), { message: /initial/ });
  t.throws(() => define(undefined), { message: /object/ });
});
