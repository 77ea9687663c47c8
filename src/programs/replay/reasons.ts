import { conversationStream } from '../../domain/connection.js';
import type { RecordedEvent } from '../../domain/event.js';
import type { MessageRouted } from '../../domain/events.js';
import type { Codes } from '../../explain/codes.js';
import { systemClock } from '../../main/clock.js';
import { codesOf } from '../../main/codeOfToday.js';
import type { Config } from '../../main/config/config.js';
import { Rehearsal } from '../../replay/rehearsal.js';
import type { Replayed } from '../../replay/replayed.js';
import type { TallyState } from '../../replay/tally.js';
import { type Asked, whyOf } from '../../replay/why.js';
import type { OpenStore } from '../../store/port.js';
import type { ReplayRequest } from './request.js';

type Examples = TallyState['examples'];

/** The differences that are shown, each with what came to be otherwise on the way to it. */
export const withReasons = async (
  store: OpenStore,
  config: Config,
  appsConfig: Config,
  { allowed }: Pick<ReplayRequest, 'allowed'>,
  examples: Examples,
): Promise<Examples> => {
  const all = Object.entries(examples);
  if (all.length === 0) return examples;
  const { apps, defaultResponse, routing } = appsConfig;
  const { phaseTimeoutMs, maxTexts } = routing;
  const rehearsal = new Rehearsal({ apps, defaultResponse, allowed, phaseTimeoutMs, maxTexts }, systemClock);
  try {
    const today = await rehearsal.ask({ steps: [], backend: '' });
    const codes = codesOf(store, config);
    const told: [string, readonly Replayed[]][] = [];
    for (const [kind, list] of all) {
      const reasoned: Replayed[] = [];
      for (const one of list) reasoned.push(await withReason(store, codes, today.apps, one));
      told.push([kind, reasoned]);
    }
    return Object.fromEntries(told);
  } catch {
    // What was found is told without reasons, too.
    return examples;
  } finally {
    await rehearsal.stop();
  }
};

const withReason = async (
  store: OpenStore,
  codes: Codes,
  apps: Asked['apps'],
  replayed: Replayed,
): Promise<Replayed> => {
  const { shown } = replayed;
  const answers = shown?.rerun.answers;
  if (shown === undefined || answers === undefined) return replayed;
  const { connection, revision, text } = shown;
  const verdict = await eventAt(store, conversationStream(connection), revision);
  const { trace, by } = (verdict?.data ?? {}) as Partial<MessageRouted['data']>;
  if (verdict === undefined || trace === undefined) return replayed;
  const then = {
    answers: trace,
    apps: (await codes.of(verdict))?.run.apps ?? [],
    isWithoutTexts: by === undefined,
  };
  return { ...replayed, shown: { ...shown, why: whyOf(text, then, { answers, apps }) } };
};

const eventAt = async (
  store: OpenStore,
  stream: string,
  revision: number,
): Promise<RecordedEvent | undefined> => {
  for await (const event of store.readStream(stream, { from: BigInt(revision), maxCount: 1 })) return event;
  return undefined;
};
