import { existsSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Connection, connectionOf, conversationStream } from '../../domain/connection.js';
import { Pseudonyms } from '../../explain/anonymous.js';
import { findConversation } from '../../explain/find.js';
import { systemClock } from '../../main/clock.js';
import type { Config } from '../../main/config/config.js';
import type { ConfigSources } from '../../main/config/load.js';
import type { Answer, RehearsedMessage } from '../../replay/question.js';
import { Rehearsal } from '../../replay/rehearsal.js';
import { type Precision, rounded, sendSame, transcriptOf } from '../../replay/transcript.js';
import { openToRead } from '../openToRead.js';
import { configsFor } from './configs.js';
import { type Gathered, gather } from './gather.js';
import { NothingToReplay, type ReplayRequest } from './request.js';
import { testOf } from './testFile.js';

export interface AsTestRequest extends Pick<ReplayRequest, 'apps' | 'since' | 'until' | 'allowed'> {
  readonly conversation: string;
  /** Where the test is written. */
  readonly file: string;
  /** Numbers and names stay as they are. */
  readonly keep: boolean;
}

/** What was written. */
export interface TestWritten {
  readonly messages: number;
  readonly conversations: number;
  /** What whoever keeps the test should know, in sentences. */
  readonly remarks: readonly string[];
}

/** The test cannot be written, in a sentence. */
export class NoTest extends Error {
  override readonly name = 'NoTest';
}

/**
 * Writes a conversation, and those that wrote into it, as a test that passes with the apps as they are now.
 *
 * @throws {ConfigError}
 * @throws {NotFound}
 * @throws {NothingToReplay}
 * @throws {UnfitApp}
 * @throws {NoTest}
 */
export const writeTest = async (
  request: AsTestRequest,
  sources: ConfigSources = {},
): Promise<TestWritten> => {
  const file = resolve(request.file);
  if (existsSync(file)) throw new NoTest(`${file} is there already: name another file.`);
  const { config, appsConfig } = configsFor(sources, request.apps);
  const store = await openToRead(config);
  try {
    const names = config.backends.map(({ name }) => name);
    const connection = await findConversation(store, request.conversation, names);
    const gathered = await gather(store, connection, request);
    if (gathered.messages.length === 0)
      throw new NothingToReplay(
        `There is nothing to write: looked for decided messages of ${request.conversation}.`,
      );
    return await rehearse(gathered, connection, request, appsConfig, file);
  } finally {
    await store.close();
  }
};

const rehearse = async (
  gathered: Gathered,
  connection: Connection,
  request: AsTestRequest,
  config: Config,
  file: string,
): Promise<TestWritten> => {
  const { apps, defaultResponse, routing } = config;
  const { allowed } = request;
  const settings = { apps, defaultResponse, allowed, phaseTimeoutMs: routing.phaseTimeoutMs };
  const rehearsal = new Rehearsal(settings, systemClock);
  try {
    const { backend } = connection;
    const shown = request.keep ? gathered : ofNobody(gathered);
    const { messages, before: remembered } = shown;
    const ask = (told: readonly RehearsedMessage[]) => rehearsal.ask({ remembered, messages: told, backend });
    const asTheyWere = await rehearsal.ask({
      remembered: gathered.before,
      messages: gathered.messages,
      backend,
    });
    const exact = await ask(messages);
    const precision = await leastPrecision(messages, exact, ask);
    const scenes = exact.reactions.map((reaction, nth) => ({ message: messages[nth] ?? nobody, reaction }));
    const lines = transcriptOf(remembered, scenes, backend, precision);
    const { fault } = await rehearsal.ask({
      remembered: [],
      messages: [],
      backend,
      script: lines.join('\n'),
    });
    if (fault !== undefined) throw new NoTest(`The transcript does not hold: ${fault}.`);
    writeFileSync(file, testOf(lines, config, backend, file), { flag: 'wx' });
    return {
      messages: messages.length,
      conversations: gathered.conversations.length,
      remarks: remarksOn(asTheyWere, exact, gathered),
    };
  } finally {
    await rehearsal.stop();
  }
};

const nobody: RehearsedMessage = { from: { backend: '', identity: '' }, text: '' };

/** As few digits as give the same answers: none where no app goes by the time. */
const leastPrecision = async (
  messages: readonly RehearsedMessage[],
  exact: Answer,
  ask: (messages: readonly RehearsedMessage[]) => Promise<Answer>,
): Promise<Precision> => {
  for (const precision of ['none', 'minutes', 'seconds'] as const) {
    const told = messages.map(({ from, text, at = 0 }) => {
      const time = rounded(at, precision);
      return { from, text, ...(time === undefined ? {} : { at: time }) };
    });
    if (sendSame((await ask(told)).reactions, exact.reactions)) return precision;
  }
  return 'milliseconds';
};

/** The same messages of made-up people: names are known by the facts that were recorded of them. */
const ofNobody = ({
  messages,
  before,
  conversations,
  facts,
}: Gathered): Pick<Gathered, 'messages' | 'before'> => {
  const pseudonyms = new Pseudonyms();
  for (const stream of conversations) {
    const connection = connectionOf(stream);
    if (connection !== undefined) pseudonyms.person(connection);
  }
  pseudonyms.namesIn(facts.map(({ data }) => data));
  const others = new Map<string, string>();
  const identityOf = (connection: Connection): string => {
    const stream = conversationStream(connection);
    const known = others.get(stream);
    if (known !== undefined) return known;
    const madeUp = pseudonyms.connection(connection).identity;
    // Too short for a number that is anyone's: then it is still not to be found by.
    const identity = madeUp === connection.identity ? `100${others.size + 1}` : madeUp;
    others.set(stream, identity);
    return identity;
  };
  const whoever = (from: Connection) => ({ backend: from.backend, identity: identityOf(from) });
  return {
    messages: messages.map(({ from, text, ...rest }) => ({
      ...rest,
      from: whoever(from),
      text: pseudonyms.text(text),
    })),
    before: before.map(({ from, type, data }) => ({
      from: whoever(from),
      type,
      data: pseudonyms.value(data),
    })),
  };
};

const remarksOn = (asTheyWere: Answer, exact: Answer, { differing }: Gathered): readonly string[] => {
  const calls = [...new Set(exact.noted.map(({ app, call }) => `${call} (${app})`))];
  const outcomes = ({ reactions }: Answer) =>
    JSON.stringify(reactions.map(({ outcome, app }) => [outcome, app]));
  return [
    ...(outcomes(asTheyWere) === outcomes(exact)
      ? []
      : [
          'With made-up numbers and names apps decide otherwise than they did: --keep leaves them as they are.',
        ]),
    ...(calls.length === 0
      ? []
      : [
          `Apps reach out, or go by clock or chance, so the test may not pass elsewhere: ${calls.join(', ')}.`,
        ]),
    ...(differing(asTheyWere.reactions) === 0
      ? []
      : [
          `Answered otherwise than they were then: ${differing(asTheyWere.reactions)}. The test says what holds today.`,
        ]),
  ];
};
