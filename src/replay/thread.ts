// Runs conversations anew in a thread of its own. Before the apps are loaded, all that reaches out of it is refused.
import { parentPort, workerData } from 'node:worker_threads';
import { Leftovers } from './leftovers.js';
import { openFile } from './openFile.js';
import { limitTo, prepareApps } from './prepareApps.js';
import type { FromThread, ThreadSettings, ToThread } from './protocol.js';
import { Pulse } from './pulse.js';
import { StoredRecipients } from './recipients.js';
import { Line } from './threadLine.js';
import { Watching } from './watching.js';
import { Work } from './work.js';

if (parentPort === null) throw new Error('This is the beginning of a thread.');
const port = parentPort;
const settings = workerData as ThreadSettings;
const watching = new Watching(new Pulse(settings.pulse), settings.looksClosely);
const line = new Line((message: FromThread) => port.postMessage(message));

const begin = async (): Promise<Work> => {
  // Opened before files are refused.
  const file = settings.file === undefined ? undefined : await openFile(settings.file, settings.end);
  const leftovers = new Leftovers();
  const apps = await prepareApps(settings, watching);
  const recipients = new StoredRecipients(
    apps,
    (stream) => file?.read(stream) ?? line.read(stream, () => watching.alive()),
  );
  const ports = { microseconds: () => 0, limit: limitTo(settings.phaseTimeoutMs) };
  const needs = { apps, ports, recipients, watch: watching, leftovers };
  return new Work(settings, needs, watching, (stream) => file?.read(stream) ?? []);
};

const work = begin();

const done = async ({ nth, chunks }: Extract<ToThread, { kind: 'work' }>): Promise<FromThread> => {
  try {
    const results = await (await work).run(chunks);
    return watching.isMisled() ? { kind: 'misled' } : { kind: 'done', nth, results };
  } catch (error) {
    if (watching.isMisled()) return { kind: 'misled' };
    throw error;
  }
};

port.on('message', (message: ToThread) => {
  if (message.kind === 'conversation') line.answered(message);
  else line.enqueue(async () => port.postMessage(await done(message)));
});
work.then(
  ({ apps }) => port.postMessage({ kind: 'ready', apps }),
  (error: Error) => port.postMessage({ kind: 'unfit', problem: error.message, noted: watching.noted() }),
);
