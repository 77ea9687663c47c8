// What is told of webhooks, from what whoever works on them has kept.
import test, { type ExecutionContext } from 'ava';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import type { Told } from '../../../src/webhooks/checkpoint.js';
import { secret } from '../../webhooks/support/receiver.js';
import { diagnose, findingOf, newFolder, sourcesOf, storeIn } from './support.js';

const at = '2026-03-06T08:15:30.000Z';
const clinic = { url: 'http://us:geheim@127.0.0.1:9/hook', secret };
const well = { isLive: true, waiting: 0, failing: 0 };

const found = async (t: ExecutionContext, told: Told, aside = 0) => {
  const data = newFolder(t);
  await storeIn(
    data,
    Array.from({ length: aside + 1 }, (_, nth) =>
      nth === 0
        ? { stream: 'webhook-clinic', type: 'WebhookBegun', data: { webhook: 'clinic', begunAt: at } }
        : {
            stream: 'webhook-clinic',
            type: 'WebhookCallAbandoned',
            data: {
              eventId: String(nth),
              stream: 'conversation-a:1',
              revision: '0',
              type: 'message.received',
            },
          },
    ),
  );
  const store = await openSqliteStore({ path: `${data}/events.sqlite` });
  await store.checkpoints.save('webhook-clinic', JSON.stringify({ position: '1', lines: [], told }));
  await store.close();
  return diagnose(await sourcesOf({ data, keys: { webhooks: { clinic } } }));
};

test('a webhook that takes what it is told is well', async (t) => {
  const finding = findingOf(t, await found(t, well), 'webhooks.clinic', 'well');
  t.regex(finding.says, /clinic takes what it is told/);
});

test('a receiver that refuses is told with its answer, and without our credentials', async (t) => {
  const failure = { at, code: 'refused', detail: 'answered 500: geheim' };
  const told = { ...well, waiting: 3, failing: 1, oldest: at, failure };
  const finding = findingOf(t, await found(t, told), 'webhooks.clinic', 'look');
  t.regex(finding.says, /3 calls wait, the oldest for .*answered 500/);
  t.regex(finding.advice ?? '', /put aside/);
  t.notRegex(JSON.stringify(finding), /geheim|whsec/);
});

test('a receiver that is away is told', async (t) => {
  const failure = { at, code: 'unreachable', detail: 'no connection: ECONNREFUSED' };
  const finding = findingOf(
    t,
    await found(t, { ...well, waiting: 1, failing: 1, failure }),
    'webhooks.clinic',
    'look',
  );
  t.regex(finding.advice ?? '', /Nothing answers at http:.*nothing is lost/);
});

test('calls that were put aside are counted, with what to do', async (t) => {
  const finding = findingOf(t, await found(t, well, 2), 'webhooks.clinic.aside', 'look');
  t.regex(finding.says, /^2 calls of the webhook clinic were put aside/);
  t.regex(finding.advice ?? '', /threadless webhooks resend clinic all/);
});

test('what is not configured is not told', async (t) => {
  const data = newFolder(t);
  const all = await diagnose(await sourcesOf({ data }));
  t.false(all.some(({ group }) => group === 'webhooks'));
});
