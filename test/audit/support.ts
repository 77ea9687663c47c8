import type { ExecutionContext } from 'ava';
import { askGroups, askMessages, type MessagesSource } from '../../src/audit/answers.js';
import { messagesQuestion } from '../../src/audit/ask.js';
import { StatesIndex } from '../../src/audit/messagesIndex.js';
import type { Asked } from '../../src/audit/reading.js';
import { ProjectionRun } from '../../src/projections/run.js';
import { StatesFile } from '../../src/projections/statesFile.js';
import { openMemoryStore } from '../../src/store/memory/open.js';
import type { EventStore } from '../../src/store/port.js';
import { type Happening, happened, ours, phone, store } from '../projections/support/history.js';
import { quickClock } from '../projections/support/world.js';
import { silentLog } from '../support/log.js';

export const now = Date.parse('2026-03-20T12:00:00Z');
export const time = (day: number, hour = 0, ms = 0) =>
  new Date(Date.UTC(2026, 2, day, hour, 0, 0, ms)).toISOString();

export const received = (messageId: string, receivedAt: string, text = 'hi', stream = phone()): Happening =>
  happened('MessageReceived', { messageId, text, receivedAt }, stream);
export const routed = (
  messageId: string,
  routedAt: string,
  outcome = 'handled',
  app?: string,
  stream = phone(),
) =>
  happened(
    'MessageRouted',
    { messageId, outcome, trace: [], routedAt, ...(app === undefined ? {} : { app }) },
    stream,
  );
export const sent = (messageId: string, sentAt: string, text = 'hi', app = 'echo', stream = phone()) =>
  happened('MessageSent', { messageId, text, sentAt, app }, stream);
export const reported = (messageId: string, reportedAt: string, status = 'delivered', stream = phone()) =>
  happened('DeliveryReported', { messageId, status, code: '1', reportedAt }, stream);

/** Folds what a store holds into states, with what is indexed of them. */
export const fold = async (events: EventStore, states: StatesFile, name = 'messages'): Promise<void> => {
  const run = new ProjectionRun(ours(name), {
    store: events,
    states,
    clock: quickClock,
    log: silentLog,
  });
  run.start();
  await run.settled;
  await run.stop();
};

export const asked = (parts: Readonly<Record<string, string>>): Asked =>
  Object.fromEntries(Object.entries(parts).map(([part, value]) => [part, [value]]));

export const questionOf = (parts: Readonly<Record<string, string>>, played: readonly string[] = []) =>
  messagesQuestion(asked(parts), { now, zone: 'UTC', played, called: (part) => part });

/** A history, ready to be asked about. */
export const told = async (t: ExecutionContext, history: readonly Happening[]) => {
  const events = await openMemoryStore();
  await store(events, history);
  const states = await StatesFile.open(':memory:');
  t.teardown(() => states.close());
  await fold(events, states);
  const source: MessagesSource = { index: new StatesIndex(states), store: events, now: () => now };
  return {
    events,
    states,
    source,
    messages: (parts: Readonly<Record<string, string>> = {}) => askMessages(source, questionOf(parts)),
    groups: (parts: Readonly<Record<string, string>>, played: readonly string[] = []) =>
      askGroups(source, questionOf(parts, played)),
    ids: async (parts: Readonly<Record<string, string>> = {}) =>
      (await askMessages(source, questionOf(parts))).messages.map(({ messageId }) => messageId),
  };
};
