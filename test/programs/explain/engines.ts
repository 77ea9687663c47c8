// What `explain` promises on every engine that lasts.
import type { ExecutionContext, Implementation } from 'ava';
import { v7 } from 'uuid';
import { LocalClock } from '../../../src/cli/clock.js';
import { zone } from '../../../src/cli/options.js';
import { storyLines } from '../../../src/cli/story/story.js';
import type { RecordedEvent } from '../../../src/domain/event.js';
import type { MessageRouted, RouterStarted } from '../../../src/domain/events.js';
import type { Explanation } from '../../../src/explain/explanation.js';
import { textsOf } from '../../../src/explain/story.js';
import { systemClock } from '../../../src/main/clock.js';
import { loadConfig } from '../../../src/main/config/load.js';
import { openStore } from '../../../src/main/dataFolder.js';
import { createPauses } from '../../../src/outbound/pauses.js';
import type { EventStore } from '../../../src/store/port.js';
import { rendered } from '../../../src/terminal/print.js';
import { event } from '../../store/events.js';
import { openClinic } from './support.js';

const at = '2026-01-02T03:04:05.000Z';

/** Times, ids and hashes are others at each run. */
export const lined = (explanation: Explanation, width?: number): string =>
  [...storyLines(explanation, new LocalClock(zone('UTC')), { width, hasUtf8: true })]
    .map((line) => rendered(line, false))
    .join('\n')
    .replace(/\d\d:\d\d:\d\d/g, 'TT:TT:TT')
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/[0-9a-f]{8}…[0-9a-f]{4}/g, 'ID')
    .replace(/#[0-9a-f]{4}/g, '#HASH')
    .replace(/\d+\.\d ms/g, 'N ms')
    .replace(/\d+ m?s\b/g, 'N ms')
    .replace(/code \d+\.\d+\.\d+/g, 'code V');

const textOf = (event: RecordedEvent | undefined): unknown =>
  (event?.data as { text?: unknown } | undefined)?.text;

const firstOf = async (store: EventStore, stream: string): Promise<RecordedEvent | undefined> => {
  for await (const event of store.readStream(stream, { maxCount: 1 })) return event;
  return undefined;
};

type Declare = (title: string, run: Implementation<[]>) => void;

/** @param urlOf - where its server is; undefined for an engine without one */
export const explainOn = (
  declare: Declare,
  urlOf: (t: ExecutionContext) => Promise<string | undefined>,
): void => {
  declare(
    'a message is explained by its id: phases, facts, answers, attempts, and the code that decided',
    async (t) => {
      const { router, backend, explain, delivered } = await openClinic(t, await urlOf(t));
      const { messageId } = await router.incoming(backend, '+256772000375', ' register Grace ');
      await delivered(1);
      const explanation = await explain({ message: messageId });
      t.is(
        lined(explanation),
        `
today
TT:TT:TT  ▸  register Grace   ID
          parse     clinic  –   made it "register Grace"
          handle    clinic  true
          handled by clinic in N ms  code V, clinic#HASH (as today)
          recorded  clinic.Registered {"name":"Grace"}
          decided   "Thank you, Grace."
          outgoing  clinic  –   made it "Thank you, Grace. (clinic)"
TT:TT:TT  ◂ Thank you, Grace. (clinic)
TT:TT:TT     attempt 1    OK  N ms`,
      );
      const [code] = explanation.codes.values();
      const started = await firstOf(router.store, `router-explain-${backend}`);
      t.is(code?.run.id, started?.id);
      const facts = started?.data as RouterStarted['data'] | undefined;
      t.is(code?.app?.sha256, facts?.apps[0]?.sha256);
    },
  );

  declare('of a text that waits since a person has paused its backend it is told who, and why', async (t) => {
    const { router, backend, explain, delivered } = await openClinic(t, await urlOf(t));
    const pauses = createPauses(router.store, systemClock, () => v7());
    await pauses.pause(backend, 'ann', 'the modem is changed');
    const { messageId } = await router.incoming(backend, '123', 'register Grace');
    const waiting = await explain({ message: messageId });
    t.regex(lined(waiting), /\n +waits: ann has paused phones-\w+ since \S+: the modem is changed$/);
    t.is((await explain({ message: messageId, anonymous: true })).waits, undefined);
    await pauses.resume(backend, 'ann');
    await delivered(1);
    t.is((await explain({ message: messageId })).waits, undefined);
  });

  declare(
    'an answer is found by its own id, a shortened one too, and told with the message that it answers',
    async (t) => {
      const { router, backend, explain, delivered } = await openClinic(t, await urlOf(t));
      const { messageId } = await router.incoming(backend, '123', 'what?');
      await delivered(1);
      const whole = await explain({ message: messageId });
      const [text] = whole.chains.flatMap(textsOf);
      const textId = text?.messageId ?? '';
      for (const asked of [textId, textId.toUpperCase(), `${textId.slice(0, 8)}…${textId.slice(-4)}`]) {
        const explanation = await explain({ message: asked });
        t.deepEqual(
          explanation.chains.map((chain) => chain.way === 'in' && chain.messageId),
          [messageId],
        );
      }
      await t.throwsAsync(explain({ message: '01a214aa-0000-7000-8000-000000000000' }), {
        message: /^There is no message 01a214aa-/,
      });
    },
  );

  declare('a text to someone else is told where it was decided, and where it arrived', async (t) => {
    const { router, backend, explain, delivered } = await openClinic(t, await urlOf(t));
    const { messageId } = await router.incoming(backend, '123', 'tell 456 come at nine');
    await delivered(2);
    t.regex(
      lined(await explain({ message: messageId })),
      new RegExp(`◂ to ${backend} 456: come at nine \\(clinic\\)\n.* attempt 1    OK`),
    );
    const there = await explain({ conversation: `${backend}:456` });
    t.regex(lined(there), new RegExp(`◂ come at nine \\(clinic\\)  after a message of ${backend} 123`));
    const text = there.chains.find((chain) => chain.way === 'out');
    const back = await explain({ message: text?.way === 'out' ? text.messageId : '' });
    t.deepEqual(back.connection, { backend, identity: '123' });
  });

  declare('a failure names app and phase; put back, the message is told with both decisions', async (t) => {
    const { router, backend, explain } = await openClinic(t, await urlOf(t));
    const { messageId } = await router.incoming(backend, '123', 'boom');
    const told = lined(await explain({ message: messageId }));
    t.regex(told, /handle {4}clinic {2}threw: Error: no such ward/);
    t.regex(
      told,
      /failed in handle of clinic in N ms: Error: no such ward.*code V, clinic#HASH \(as today\)/,
    );
  });

  declare(
    'a conversation is found by a number in any spelling, and its last messages are told',
    async (t) => {
      const { router, backend, explain } = await openClinic(t, await urlOf(t));
      for (const text of ['one', 'two', 'three']) await router.incoming(backend, '+256772000375', text);
      for (const asked of [
        `${backend}:+256772000375`,
        '+256 772-000 375',
        '256772000375',
        '00256772000375',
      ]) {
        const { chains, hasEarlier } = await explain({ conversation: asked, count: 2 });
        t.deepEqual(
          chains.map((chain) => chain.way === 'in' && textOf(chain.received)),
          ['two', 'three'],
        );
        t.true(hasEarlier);
      }
      t.is((await explain({ conversation: '256772000375' })).chains.length, 3);
      await t.throwsAsync(explain({ conversation: '999' }), {
        message: `There is no conversation with 999 in any of the backends httptester, ${backend}.`,
      });
    },
  );

  declare('at a point of it, what was known then; and what each event changed', async (t) => {
    const { router, backend, explain } = await openClinic(t, await urlOf(t));
    await router.incoming(backend, '123', 'register Grace');
    await router.incoming(backend, '123', 'register Ruth');
    const { chains } = await explain({ conversation: `${backend}:123` });
    const [first] = chains;
    const fact = first?.way === 'in' ? first.steps[0]?.facts[0] : undefined;
    const then = await explain({ conversation: `${backend}:123`, at: { revision: fact?.revision ?? 0n } });
    t.like(then.state, {
      received: 1,
      sent: 0,
      contact: { name: 'Grace' },
      apps: { clinic: { state: { name: 'Grace' } } },
    });
    t.is(then.chains.length, 1);
    t.is(then.changes, undefined);
    const now = await explain({ conversation: `${backend}:123`, withChanges: true });
    t.regex(lined(now), /- clinic\.name: "Grace"\n *\+ clinic\.name: "Ruth"/);
    t.is(now.state?.received, 2);
  });

  declare('for someone else it is of made-up people, the same by the same', async (t) => {
    const { router, backend, explain } = await openClinic(t, await urlOf(t));
    await router.incoming(backend, '+256772000375', 'register Grace');
    await router.incoming(backend, '+256772000375', 'tell +256772000376 call grace at 0772000375');
    const explanation = await explain({ conversation: `${backend}:+256772000375`, anonymous: true });
    const everything = JSON.stringify([explanation, [...explanation.codes]], (_key, value) =>
      typeof value === 'bigint' ? value.toString() : value,
    );
    t.notRegex(everything, /grace|772000375|772000376/i);
    const told = lined(explanation);
    const [, name] = /register (\w+)/.exec(told) ?? [];
    t.regex(told, new RegExp(`call ${name} at \\d{10}`));
  });

  declare('a router that wrote before its decisions named it is told as what probably decided', async (t) => {
    const { router, backend, explain, sources } = await openClinic(t, await urlOf(t));
    const messageId = '01a21400-0000-7000-8000-0000000000aa';
    const stream = `conversation-${backend}:9`;
    const metadata = { $correlationId: messageId, schema: 1 };
    const routed = {
      messageId,
      outcome: 'unhandled',
      trace: [],
      routedAt: new Date().toISOString(),
    } satisfies MessageRouted['data'];
    await router.stop();
    const store = await openStore(loadConfig(sources));
    await store.append(stream, [
      {
        id: messageId,
        type: 'MessageReceived',
        data: { messageId, text: 'old', receivedAt: routed.routedAt },
        metadata,
      },
      { id: '01a21400-0000-7000-8000-0000000000ab', type: 'MessageRouted', data: routed, metadata },
    ]);
    await store.close();
    t.regex(lined(await explain({ message: messageId })), /no app took it {2}probably code V \(as today\)/);
  });

  declare(
    'a text to someone else of a decision that does not list it is told by its correlation, from both sides',
    async (t) => {
      const { router, backend, explain, sources } = await openClinic(t, await urlOf(t));
      await router.stop();
      const store = await openStore(loadConfig(sources));
      await store.append(`conversation-${backend}:456`, [
        event({ type: 'MessageReceived', data: { messageId: v7(), text: 'hi', receivedAt: at } }),
      ]);
      const [messageId, verdict, toOther, answer] = [v7(), v7(), v7(), v7()];
      const made = (id: string, type: string, data: object, cause = verdict) => ({
        id,
        type,
        data: { messageId: id, ...data },
        metadata: { $correlationId: messageId, $causationId: cause, schema: 1 },
      });
      const text = (what: string) => ({ inResponseTo: messageId, app: 'clinic', text: what, sentAt: at });
      await store.append(`conversation-${backend}:123`, [
        made(messageId, 'MessageReceived', { text: 'tell 456', receivedAt: at }, messageId),
      ]);
      await store.append(`conversation-${backend}:456`, [made(toOther, 'MessageSent', text('come at nine'))]);
      await store.append(`conversation-${backend}:123`, [
        {
          ...made(
            verdict,
            'MessageRouted',
            { outcome: 'handled', app: 'clinic', trace: [], routedAt: at },
            messageId,
          ),
          data: { messageId, outcome: 'handled', app: 'clinic', trace: [], routedAt: at },
        },
        made(answer, 'MessageSent', text('told')),
      ]);
      await store.append(`conversation-${backend}:456`, [
        {
          ...made(v7(), 'MessageDispatched', {}, toOther),
          data: { messageId: toOther, attempt: 1, answer: 'OK', dispatchedAt: at },
        },
      ]);
      await store.close();
      const told = await explain({ message: messageId });
      const there = await explain({ conversation: `${backend}:456` });
      if (told.note !== undefined) {
        for (const { note } of [told, there])
          t.regex(note ?? '', /^Texts to others of decisions that do not list them are not looked for\. ./);
        return;
      }
      t.regex(lined(told), new RegExp(`◂ to ${backend} 456: come at nine\n.* attempt 1 .*\n.* ◂ told`));
      t.regex(lined(there), new RegExp(`◂ come at nine  after a message of ${backend} 123`));
      t.deepEqual((await explain({ message: toOther })).connection, { backend, identity: '123' });
    },
  );
};
