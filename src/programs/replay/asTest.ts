import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Connection } from '../../domain/connection.js';
import { conversationNamed } from '../../main/adapters/conversations.js';
import { systemClock } from '../../main/clock.js';
import type { Config } from '../../main/config/config.js';
import type { ConfigSources } from '../../main/config/load.js';
import type { Answer, RehearsedStep } from '../../replay/question.js';
import { Rehearsal } from '../../replay/rehearsal.js';
import { transcriptOf } from '../../replay/transcript.js';
import { openToRead } from '../openToRead.js';
import { configsFor } from './configs.js';
import { Gathered } from './gather.js';
import { ofNobody } from './madeUp.js';
import { remarksOn } from './remarks.js';
import { NothingToReplay, type ReplayRequest } from './request.js';
import { type Ask, simplest } from './simplest.js';
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

/** There is no room for the test where it is to be, or none may be written there: in a sentence. */
export class NotWritten extends Error {
  override readonly name = 'NotWritten';
}

/**
 * Writes a conversation, and those that wrote into it, as a test that passes with the apps as they are now.
 *
 * @throws {ConfigError}
 * @throws {NotFound}
 * @throws {NothingToReplay}
 * @throws {UnfitApp}
 * @throws {NoTest}
 * @throws {NotWritten}
 */
export const writeTest = async (
  request: AsTestRequest,
  sources: ConfigSources = {},
): Promise<TestWritten> => {
  const file = resolve(request.file);
  if (existsSync(file)) throw isThere(file);
  const { config, appsConfig } = configsFor(sources, request.apps);
  const store = await openToRead(config);
  try {
    const connection = await conversationNamed(store, config, request.conversation);
    const gathered = await Gathered.around(store, connection, request);
    if (gathered.scenes.length === 0)
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
  const { phaseTimeoutMs, maxTexts } = routing;
  const settings = { apps, defaultResponse, allowed: request.allowed, phaseTimeoutMs, maxTexts };
  const rehearsal = new Rehearsal(settings, systemClock);
  try {
    const { backend } = connection;
    const ask = (steps: readonly RehearsedStep[]) => rehearsal.ask({ steps, backend });
    const { asTheyWere, failing } = await stage(gathered, ask);
    const known = gathered.steps();
    const told = known.map(withoutUntold);
    const plain = await ask(told);
    const shown = request.keep
      ? { steps: told, answer: plain, isOther: false, kept: [] }
      : await ofNobody(told, gathered, plain, ask);
    const { reactions } = shown.answer;
    const { steps, precision } = await simplest(shown.steps, reactions, ask);
    const lines = transcriptOf(steps, reactions, backend, precision);
    const { fault } = await rehearsal.ask({ steps: [], backend, script: lines.join('\n') });
    if (fault !== undefined) throw new NoTest(`The transcript does not hold: ${fault}.`);
    writeWhole(file, testOf(lines, config, backend, file));
    const remarks = remarksOn({ gathered, asTheyWere, plain, shown, failing });
    return { messages: gathered.scenes.length, conversations: gathered.conversations, remarks };
  } finally {
    await rehearsal.stop();
  }
};

/** All of it, or nothing: half a test is none. */
const writeWhole = (file: string, text: string): void => {
  try {
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') throw isThere(file);
    rmSync(file, { force: true });
    throw new NotWritten(`${file} cannot be written: ${message}.`);
  }
};

const isThere = (file: string): NoTest => new NoTest(`${file} is there already: name another file.`);

/** Asks the apps until all are known who get texts, and those messages are left out on which an app fails. */
const stage = async (
  gathered: Gathered,
  ask: Ask,
): Promise<{ readonly asTheyWere: Answer; readonly failing: number }> => {
  let failing = 0;
  for (;;) {
    const asTheyWere = await ask(gathered.steps());
    const failed = gathered.leaveOut(asTheyWere.reactions);
    failing += failed;
    if (failed === 0 && !(await gathered.meet(asTheyWere.reactions))) return { asTheyWere, failing };
  }
};

/** What a transcript cannot say of a message. */
const withoutUntold = (step: RehearsedStep): RehearsedStep => {
  if (step.kind !== 'message') return step;
  const { told: _told, ...said } = step;
  return said;
};
