// Lets the apps answer messages in a thread of its own, in memory: nothing of a store is needed.
import { parentPort, workerData } from 'node:worker_threads';
import { runScript, ScriptError } from '../testing/script.js';
import { type Reaction, Simulation } from '../testing/simulation.js';
import { prepareApps } from './prepareApps.js';
import type { Answer, Question, RehearsalSettings } from './question.js';
import { newPulse, Watching } from './watching.js';

if (parentPort === null) throw new Error('This is the beginning of a thread.');
const port = parentPort;
const settings = workerData as RehearsalSettings;
const watching = new Watching(newPulse());
const prepared = prepareApps(settings, watching);
const { phaseTimeoutMs } = settings;

const answerTo = async ({ remembered, messages, script, backend }: Question): Promise<Answer> => {
  const apps = await prepared;
  const simulation = new Simulation(apps, { phaseTimeoutMs });
  for (const { from, type, data } of remembered) {
    const dot = type.indexOf('.');
    simulation.remembered(type.slice(0, dot), [{ type: type.slice(dot + 1), data }], from);
  }
  const reactions: Omit<Reaction, 'trace'>[] = [];
  for (const { from, text, at } of messages) {
    watching.begin(text, new Date(at ?? 0));
    const { trace: _trace, ...reaction } = await simulation.receive(text, {
      from,
      ...(at === undefined ? {} : { at: new Date(at) }),
    });
    reactions.push(reaction);
  }
  const fault = script === undefined ? undefined : await faultIn(script, backend);
  return { reactions, noted: watching.noted(), ...(fault === undefined ? {} : { fault }) };
};

const faultIn = async (script: string, backend: string): Promise<string | undefined> => {
  try {
    await runScript(await prepared, script, { connection: { backend }, phaseTimeoutMs });
    return undefined;
  } catch (error) {
    if (error instanceof ScriptError) return error.message;
    throw error;
  }
};

port.on('message', (question: Question) => {
  answerTo(question).then(
    (answer) => port.postMessage(answer),
    (error: Error) => port.postMessage({ problem: error.message }),
  );
});
