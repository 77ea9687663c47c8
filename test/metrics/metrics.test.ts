import test from 'ava';
import { Metrics } from '../../src/metrics/metrics.js';
import type { Moment } from '../../src/metrics/moment.js';
import { parseExposition, valueIn } from './exposition.js';

const receivedAt = '2026-03-04T10:00:00.000Z';
const start = Date.parse(receivedAt);

const moment: Moment = {
  version: '0.1.0',
  node: 'main',
  nodeVersion: 'v20.19.2',
  ready: true,
  storeWorks: true,
  lanes: [{ backend: 'kannel', state: 'held', waiting: 7, inFlight: 2 }],
  webhooks: [{ name: 'clinic', waiting: 3, failing: 1, lateMs: 90_000 }],
  partitions: 32,
  processes: 2,
  heartbeatAgeMs: 1_500,
  projections: [{ name: 'messages', phase: 'live', lagMs: 250 }],
};

const given = (apps: readonly string[] = ['echo'], now = start) => {
  const metrics = new Metrics({
    backends: ['kannel', 'tester'],
    played: ['tester'],
    apps,
    laneStates: ['running', 'held'],
    now: () => now,
  });
  const read = async (told: Moment = moment) => parseExposition(await metrics.text(told));
  return { metrics, read };
};

const pendingOf = (messageId: string, causeId = messageId) => ({
  message: { messageId, text: 'hello', receivedAt },
  causeId,
});
const answered = {
  kind: 'routed',
  outcome: 'handled',
  app: 'echo',
  trace: [],
  facts: [],
  texts: [{ to: { backend: 'kannel', identity: '+256700' }, text: 'hello', app: 'echo', reply: true }],
} as const;

test('what is decided counts by backend, app and outcome, and its answer by how long it took', async (t) => {
  const { metrics, read } = given(['echo'], start + 30);
  metrics.messages.received('kannel');
  metrics.messages.decided('kannel', pendingOf('m-1'), answered);
  const families = await read();
  t.is(valueIn(families, 'threadless_messages_received_total', { backend: 'kannel' }), 1);
  const routed = { backend: 'kannel', app: 'echo', outcome: 'handled' };
  t.is(valueIn(families, 'threadless_messages_routed_total', routed), 1);
  const text = { backend: 'kannel', app: 'echo', result: 'sent' };
  t.is(valueIn(families, 'threadless_texts_total', text), 1);
  t.is(valueIn(families, 'threadless_answer_seconds_sum', { backend: 'kannel' }), 0.03);
});

test('a message that a person put back, and one that comes again, say nothing of how long answers take', async (t) => {
  const { metrics, read } = given();
  metrics.messages.decided('kannel', pendingOf('m-1', 'requeued'), answered);
  metrics.messages.decided('kannel', pendingOf('m-2'), { ...answered, outcome: 'duplicate', texts: [] });
  t.is(valueIn(await read(), 'threadless_answer_seconds_count', { backend: 'kannel' }), 0);
});

test('a failure counts for its app and its phase', async (t) => {
  const { metrics, read } = given();
  const failed = { kind: 'failed', app: 'echo', phase: 'handle', error: 'no', trace: [] } as const;
  metrics.messages.decided('kannel', pendingOf('m-1'), failed);
  const families = await read();
  t.is(valueIn(families, 'threadless_app_failures_total', { app: 'echo', phase: 'handle' }), 1);
  t.is(valueIn(families, 'threadless_messages_routed_total', { outcome: 'failed', app: 'echo' }), 1);
});

test('a call that failed counts though the message went on', async (t) => {
  const { metrics, read } = given();
  const call = { phase: 'filter', app: 'echo', result: 'timeout', microseconds: 9 } as const;
  metrics.messages.decided('kannel', pendingOf('m-1'), {
    ...answered,
    trace: [call, { ...call, result: 'false' }],
  });
  t.is(valueIn(await read(), 'threadless_app_failures_total', { app: 'echo', phase: 'filter' }), 1);
});

test('played phones are left out everywhere', async (t) => {
  const { metrics, read } = given();
  metrics.messages.received('tester');
  metrics.messages.rejected('tester');
  metrics.messages.decided('tester', pendingOf('m-1'), answered);
  metrics.messages.sent('tester', false);
  const attempt = { messageId: 'm-2', result: 'accepted', tookMs: 1, atMs: start } as const;
  metrics.texts.attempted('tester', attempt);
  metrics.texts.reported('tester', 'm-2', 'delivered', start);
  const families = await read();
  const counted = [...families.values()]
    .flatMap(({ samples }) => samples)
    .filter(
      ({ name, value }) =>
        /^threadless_(messages|texts_total|attempt|deliver|requests)/.test(name) && value > 0,
    );
  t.deepEqual(counted, []);
  t.false(
    [...families.values()].some(({ samples }) => samples.some(({ labels }) => labels.backend === 'tester')),
  );
});

test('labels are names of the configuration, written so that they are read back as they are', async (t) => {
  const odd = 'an "odd" \\ name\nof 2 lines';
  const { metrics, read } = given(['echo', odd]);
  metrics.messages.decided('kannel', pendingOf('m-1'), { ...answered, app: odd, texts: [] });
  metrics.messages.decided('gone', pendingOf('m-2'), { ...answered, app: 'of-yesterday', texts: [] });
  const families = await read();
  t.is(valueIn(families, 'threadless_messages_routed_total', { app: odd }), 1);
  t.is(valueIn(families, 'threadless_messages_routed_total', { backend: 'other', app: 'other' }), 1);
});

test('a text is followed from its decision to its hand-over, and from there to its delivery', async (t) => {
  const { metrics, read } = given();
  const attempt = { messageId: 'm-2', tookMs: 40, atMs: start + 500, decidedAt: receivedAt };
  metrics.texts.attempted('kannel', { ...attempt, result: 'throttled' });
  metrics.texts.attempted('kannel', { ...attempt, result: 'accepted', atMs: start + 2_000 });
  metrics.texts.reported('kannel', 'm-2', 'buffered', start + 3_000);
  metrics.texts.reported('kannel', 'm-2', 'delivered', start + 8_000);
  // The gateway says it once more; and of a text that another process handed over.
  metrics.texts.reported('kannel', 'm-2', 'delivered', start + 9_000);
  metrics.texts.reported('kannel', 'm-3', 'delivered', start + 9_000);
  const families = await read();
  const value = (name: string, labels = {}) => valueIn(families, `threadless_${name}`, labels);
  t.is(value('attempts_total', { result: 'throttled' }), 1);
  t.is(value('attempt_seconds_count'), 2);
  t.is(value('handover_seconds_sum'), 2);
  t.is(value('delivery_seconds_sum'), 6);
  t.is(value('delivery_seconds_count'), 1);
  t.is(value('delivery_reports_total', { status: 'delivered' }), 3);
});

test('a text that is left to a person counts by its kind', async (t) => {
  const { metrics, read } = given();
  const attempt = {
    messageId: 'm-2',
    result: 'rejected',
    tookMs: 1,
    atMs: start,
    deadLetter: 'abandoned',
  } as const;
  metrics.texts.attempted('kannel', attempt);
  t.is(valueIn(await read(), 'threadless_dead_letters_total', { kind: 'abandoned' }), 1);
});

test('appends count by how long they took, those that failed by their code', async (t) => {
  const { metrics, read } = given();
  metrics.store.appended(2, undefined);
  metrics.store.appended(9, 'unavailable');
  const families = await read();
  t.is(valueIn(families, 'threadless_store_append_seconds_count'), 1);
  t.is(valueIn(families, 'threadless_store_append_errors_total', { code: 'unavailable' }), 1);
});

test('a lane is in one state, and is gone when another process has it', async (t) => {
  const { read } = given();
  const families = await read();
  t.is(valueIn(families, 'threadless_lane_state', { state: 'held' }), 1);
  t.is(valueIn(families, 'threadless_lane_state', { state: 'running' }), 0);
  t.is(valueIn(families, 'threadless_lane_waiting', { backend: 'kannel' }), 7);
  t.is(valueIn(await read({ ...moment, lanes: [] }), 'threadless_lane_state'), undefined);
});

test('a webhook tells what waits, and is gone when another process has it', async (t) => {
  const { read } = given();
  const families = await read();
  t.is(valueIn(families, 'threadless_webhook_waiting', { webhook: 'clinic' }), 3);
  t.is(valueIn(families, 'threadless_webhook_failing', { webhook: 'clinic' }), 1);
  t.is(valueIn(families, 'threadless_webhook_late_seconds', { webhook: 'clinic' }), 90);
  t.is(valueIn(await read({ ...moment, webhooks: [] }), 'threadless_webhook_waiting'), undefined);
});

test('what is not known is not told', async (t) => {
  const { read } = given();
  t.is(valueIn(await read(), 'threadless_store_bytes'), undefined);
  t.is(valueIn(await read(), 'threadless_dead_letters'), undefined);
  t.is(valueIn(await read(), 'threadless_store_commits_total'), undefined);
  const told = { ...moment, commits: 3, storeBytes: 4_096, deadLetters: { inbound: 3 }, textsWaiting: 0 };
  t.is(valueIn(await read(told), 'threadless_store_bytes'), 4_096);
  t.is(valueIn(await read(told), 'threadless_store_commits_total'), 3);
  t.is(valueIn(await read(told), 'threadless_dead_letters', { kind: 'inbound' }), 3);
  t.is(valueIn(await read(), 'threadless_dead_letters'), undefined);
});

test('each metric says whether it is of one process or of the whole store', async (t) => {
  const { read } = given();
  for (const [name, { help }] of await read())
    if (name.startsWith('threadless_'))
      t.regex(
        help,
        /Of this process, since its start\.$|Of this process\.$|Of the whole store: alike from each process\.$/,
        name,
      );
});
