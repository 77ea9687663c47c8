import { notOurs } from '../../../backends/kannel/report.js';
import { systemClock } from '../../../main/clock.js';
import { createDeadLetters } from '../../../outbound/deadLetters.js';
import { showLast } from '../eventLog.js';
import type { Check } from '../examine.js';
import { takersOf } from '../facts/group.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { ago, counted } from '../words.js';

/** After so long something is in the way, in milliseconds. */
const tooLong = 10 * 60_000;

/** What waits for routing, and texts of backends that are not configured any more. */
export const waiting: Check = {
  about: 'messages.waiting',
  examine: async (installation) => {
    const work = await installation.openWork();
    if (work === undefined) return [];
    const names = new Set(installation.config.backends.map(({ name }) => name));
    const left = [...work.texts].filter(([backend]) => !names.has(backend));
    return [
      await forRouting(installation),
      ...left.map(([backend, { count, since }]) =>
        broken(
          'messages.backend',
          `${counted(count, 'text waits', 'texts wait')} for the backend ${backend}, which is not configured: nobody delivers them.`,
          `The oldest waits since ${since}. Give the configuration a backend of that name again and start the router: they leave then.`,
        ),
      ),
      ...(work.isWhole ? [] : [unread]),
    ];
  },
};

const unread = look(
  'messages.waiting',
  'Much lies behind the last place that is known to be done: only the first part of it was counted.',
  'A router that starts goes through all of it. Once it runs, ask again.',
);

const forRouting = async (installation: Installation): Promise<Finding> => {
  const messages = (await installation.openWork())?.messages;
  const processes = await installation.processes();
  if (messages === undefined) return well('messages.waiting', 'No message waits for routing.');
  const { count, since } = messages;
  const says = `${counted(count, 'message waits', 'messages wait')} for routing, since ${since}`;
  if (processes !== undefined && takersOf(processes, 'routing', 'routing').length === 0)
    return broken(
      'messages.waiting',
      `${says}, and no process routes.`,
      'Their senders are not answered. Start a router: npm start, or threadless worker beside threadless serve --no-routing.',
    );
  return installation.now - Date.parse(since) > tooLong
    ? broken(
        'messages.waiting',
        `${says}.`,
        'A process routes and does not get to them: look into its log, and at /readyz. Apps that take long, or a store that refuses something, are the usual reasons.',
      )
    : well('messages.waiting', `${says}.`);
};

/** More are counted by threadless deadletters. */
const mostLetters = 1_000;

export const letters: Check = {
  about: 'messages.deadletters',
  examine: async (installation) => {
    const store = await installation.store();
    if (store === undefined) return [];
    let count = 0;
    let last = '';
    // Listing writes nothing, so it needs no ids.
    const letters = createDeadLetters(store, systemClock, () => '');
    for await (const { event } of letters.list({ maxCount: mostLetters })) {
      count += 1;
      last = event.recordedAt;
    }
    if (count === 0) return [well('messages.deadletters', 'There are no dead letters.')];
    const many =
      count === mostLetters
        ? `${mostLetters} or more dead letters wait`
        : counted(count, 'dead letter waits', 'dead letters wait');
    return [
      look(
        'messages.deadletters',
        `${many} for a person, the last since ${last}.`,
        'See why, for each: threadless deadletters list. Then put them back (threadless deadletters requeue ID) or close them (discard).',
      ),
    ];
  },
};

/** Requests of gateways that were refused, in the last day. */
const [refusedSince, mostRefused] = [24 * 60 * 60_000, 200];

export const refused: Check = {
  about: 'messages.refused',
  examine: async (installation) => {
    const store = await installation.store();
    if (store === undefined) return [];
    const { config } = installation;
    const { engine } = config.eventStore;
    const since = new Date(installation.now - refusedSince).toISOString();
    const filter = { types: ['InboundRejected'], since };
    const found = new Map<string, { count: number; last: string; reason: string }>();
    for await (const { stream, recordedAt, data } of store.readAll({
      direction: 'backwards',
      maxCount: mostRefused,
      filter,
    })) {
      const reason = String((data as { reason?: unknown }).reason);
      const key = `${stream} ${reason}`;
      const known = found.get(key);
      found.set(key, { count: (known?.count ?? 0) + 1, last: known?.last ?? recordedAt, reason });
    }
    if (found.size === 0)
      return [well('messages.refused', 'No request of a gateway was refused in the last day.')];
    return [...found].map(([key, { count, last, reason }]) => {
      const [stream = ''] = key.split(' ');
      const backend = decodeURIComponent(stream.replace(/^inbound-/, ''));
      return look(
        'messages.refused',
        `At least ${counted(count, 'request')} of the gateway of ${backend} ${count === 1 ? 'was' : 'were'} refused in the last day (equal ones are stored once), the last ${ago(installation.now - Date.parse(last))}: ${installation.quote(reason)}`,
        reason === notOurs
          ? 'Delivery reports whose address another secret signed: data/secret was lost or replaced, or several machines have different ones. Put the old file back, or set the same `secret` for all (docs/operating.md).'
          : `The gateway calls with other parameters than the router knows: compare its get-url with docs/kannel.md or docs/http.md. The whole request is in the store, in the stream ${stream}${engine === 'sqlite' ? `: ${showLast(config, `stream = '${stream}'`)}` : '.'}`,
      );
    });
  },
};
