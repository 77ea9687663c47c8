import type { AnyApp } from '../../src/apps/app.js';
import { connectionOf } from '../../src/domain/connection.js';
import { endOf, findConversations, readConversation } from '../../src/replay/conversations.js';
import type { Finder } from '../../src/replay/finder.js';
import type { ToldEvent } from '../../src/replay/groups.js';
import { isDifference, type Kind } from '../../src/replay/kinds.js';
import { StoredRecipients } from '../../src/replay/recipients.js';
import type { Replayed } from '../../src/replay/replayed.js';
import { Rerun, type RerunNeeds } from '../../src/replay/rerun.js';
import type { EventStore } from '../../src/store/port.js';

/** Watches over nothing. */
export const unwatched: RerunNeeds['watch'] = { begin: () => undefined, end: () => [] };

/** What a replay in this very thread finds of all conversations of a store. */
export const replayed = async (
  store: EventStore,
  apps: readonly AnyApp[],
  options: Partial<RerunNeeds & Finder> = {},
): Promise<readonly Replayed[]> => {
  const found: Replayed[] = [];
  const end = await endOf(store);
  if (end === undefined) return found;
  const read = (stream: string) => asStored(readConversation(store, stream, end));
  const recipients = new StoredRecipients(apps, read);
  const { streams } = await findConversations(store, { end });
  for (const stream of streams) {
    const needs = {
      apps,
      ports: { microseconds: () => 0, limit: <T>(work: Promise<T>) => work },
      maxTexts: 100,
      backends: new Set(['a', 'b']),
      played: new Set<string>(),
      recipients,
      watch: unwatched,
      fromHere: false,
      showsAll: true,
      wants: () => true,
      tell: (one: Replayed) => found.push(one),
      ...options,
    };
    const rerun = new Rerun(connectionOf(stream) ?? { backend: '', identity: '' }, needs, needs);
    for await (const events of read(stream)) for (const event of events) await rerun.take(event);
    await rerun.end();
  }
  return found;
};

/** As a thread reads them of a file. */
async function* asStored(
  pieces: ReturnType<typeof readConversation>,
): AsyncGenerator<readonly ToldEvent[], void, undefined> {
  for await (const events of pieces)
    yield events.map((event) => ({ ...event, json: JSON.stringify(event.data) }));
}

export const countsOf = (found: readonly Replayed[]): Partial<Record<Kind, number>> => {
  const counts: Partial<Record<Kind, number>> = {};
  for (const { kind } of found) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

export const differing = (found: readonly Replayed[]): readonly Replayed[] =>
  found.filter(({ kind }) => isDifference(kind));
