// Lets the apps answer messages in a thread of its own, in memory: nothing of a store is needed.
import { parentPort, workerData } from 'node:worker_threads';
import type { AnyApp } from '../apps/app.js';
import { takesOf } from '../apps/takes.js';
import { runScript, ScriptError } from '../testing/script.js';
import { Simulation } from '../testing/simulation.js';
import { prepareApps } from './prepareApps.js';
import { Pulse } from './pulse.js';
import type { Answer, Question, RehearsalSettings } from './question.js';
import { rehearse } from './rehearse.js';
import { Watching } from './watching.js';

if (parentPort === null) throw new Error('This is the beginning of a thread.');
const port = parentPort;
const settings = workerData as RehearsalSettings;
const watching = new Watching(new Pulse(settings.pulse));
const prepared = prepareApps(settings, watching);
const { phaseTimeoutMs, maxTexts } = settings;

const answerTo = async ({ steps, script, backend }: Question): Promise<Answer> => {
  const simulation = new Simulation(await prepared, { phaseTimeoutMs, maxTexts });
  const reactions = await rehearse(simulation, steps, (seed, now) => void watching.begin(seed, now));
  const fault = script === undefined ? undefined : await faultIn(script, backend);
  return {
    apps: (await prepared).map(shownOf),
    reactions,
    noted: watching.noted(),
    ...(fault === undefined ? {} : { fault }),
  };
};

const shownOf = ({ name, handle }: AnyApp): Answer['apps'][number] => {
  const takes = takesOf(handle);
  return { name, ...(takes === undefined ? {} : { takes }) };
};

const faultIn = async (script: string, backend: string): Promise<string | undefined> => {
  try {
    await runScript(await prepared, script, { connection: { backend }, phaseTimeoutMs, maxTexts });
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
