import type { AnyApp } from '../apps/app.js';
import { type Connected, type Line, parseScript, ScriptError } from './scriptLines.js';
import { Simulation, type SimulationOptions } from './simulation.js';

export { ScriptError };

/**
 * Runs a transcript of messages and expected answers:
 *
 * ```
 * # a comment
 * 1112223333 = registration.ContactRegistered {"name":"Asha"}    what was remembered before
 * 1112223333 = 12 received, 9 sent, since 202601010600    what the conversation had been before; the first time may be left out
 * 1112223333 > register Asha
 * 1112223333 < Thank you for registering, Asha!
 * | And welcome.                        the text goes on in another line
 * 1112223333@202601021200 > hello       the time that the apps go by, UTC; seconds and .123 may follow
 * 1112223333 <!                         no answer (any more)
 * 1112223333(chat) > hello              on another backend
 * "office #1" >> " as\tJSON "           what a line cannot hold: an identity, or a text, as JSON
 * ```
 *
 * Strict: answers must come in order, and none may be left over when the next message is sent or the script ends.
 *
 * @throws {ScriptError} at the first line that does not hold
 */
export const runScript = async (
  apps: readonly AnyApp[],
  script: string,
  options: SimulationOptions = {},
): Promise<Simulation> => {
  const simulation = new Simulation(apps, options);
  const backend = options.connection?.backend ?? 'mockbackend';
  const waiting: Waiting[] = [];
  for (const line of parseScript(script)) {
    const whom = { backend: line.whom.backend ?? backend, identity: line.whom.identity };
    if (line.kind === 'remembers') simulation.remembered(line.app, [line.fact], whom);
    else if (line.kind === 'had') {
      const { received, sent, since } = line;
      const first = since === undefined ? {} : { firstReceivedAt: since.toISOString() };
      simulation.had({ received, sent, ...first }, whom);
    } else if (line.kind === 'sends') {
      refuseLeftOver(waiting, line.line);
      const reaction = await simulation.receive(line.text, {
        from: whom,
        ...(line.at ? { at: line.at } : {}),
      });
      if (reaction.error !== undefined)
        throw new ScriptError(line.line, `${reaction.app} failed: ${reaction.error}`);
      for (const { backend: sentBy, identity, text } of reaction.sent)
        waiting.push({ backend: sentBy, identity, text, line: line.line });
    } else expectNext(waiting, line, whom);
  }
  refuseLeftOver(waiting);
  return simulation;
};

type Waiting = Required<Connected> & { readonly text: string; readonly line: number };

const expectNext = (
  waiting: Waiting[],
  expected: Extract<Line, { kind: 'expects' | 'expects silence' }>,
  whom: Required<Connected>,
): void => {
  const index = waiting.findIndex(
    ({ backend, identity }) => identity === whom.identity && backend === whom.backend,
  );
  const next = waiting[index];
  if (expected.kind === 'expects silence') {
    if (next === undefined) return;
    throw new ScriptError(
      expected.line,
      `expected no answer to ${whom.identity}, got ${JSON.stringify(next.text)}`,
    );
  }
  if (next?.text !== expected.text) {
    const got = next === undefined ? 'no answer' : JSON.stringify(next.text);
    throw new ScriptError(
      expected.line,
      `expected ${JSON.stringify(expected.text)} to ${whom.identity}, got ${got}`,
    );
  }
  waiting.splice(index, 1);
};

const refuseLeftOver = ([left]: readonly Waiting[], line?: number): void => {
  if (left === undefined) return;
  throw new ScriptError(
    line ?? left.line,
    `an answer to ${left.identity} was not expected: ${JSON.stringify(left.text)}`,
  );
};
