// Runs conversations anew in a thread of its own. Before the apps are loaded, all that reaches out of it is refused.
import { parentPort, workerData } from 'node:worker_threads';
import { PhaseTimeout } from '../apps/phases.js';
import { loadApps } from './loadApps.js';
import type { FromThread, ThreadSettings, ToThread } from './protocol.js';
import { StoredRecipients } from './recipients.js';
import { refuseBuiltins } from './refuse/builtins.js';
import { foreseeChance } from './refuse/chance.js';
import { stopClocks } from './refuse/clock.js';
import { type Family, families } from './refuse/families.js';
import { Line } from './threadLine.js';
import { Watching } from './watching.js';
import { Work } from './work.js';

if (parentPort === null) throw new Error('This is the beginning of a thread.');
const port = parentPort;
const settings = workerData as ThreadSettings;
const watching = new Watching(settings.pulse);
const note = (call: string) => watching.note(call);
const allowed: ReadonlySet<Family> = new Set(settings.allowed);

// Our own, from before they are refused.
const { setTimeout: later, clearTimeout: never } = globalThis;
const { phaseTimeoutMs } = settings;
const limit = async <T>(work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = later(() => reject(new PhaseTimeout(`took longer than ${phaseTimeoutMs} ms`)), phaseTimeoutMs);
  });
  return Promise.race([work, late]).finally(() => never(timer));
};

// What an app leaves behind must not end the thread: as in a router.
process.on('unhandledRejection', () => {}).on('uncaughtException', () => {});

const line = new Line((message: FromThread) => port.postMessage(message));

const begin = async (): Promise<Work> => {
  if (!allowed.has('clock')) stopClocks(() => watching.nowMs, note);
  if (!allowed.has('chance')) foreseeChance(watching.seeded, note);
  if (allowed.size < families.length) refuseBuiltins(allowed, note);
  const apps = await loadApps(settings.apps, settings, watching);
  watching.end();
  const recipients = new StoredRecipients(apps, (stream) => line.read(stream, () => watching.alive()));
  const ports = { microseconds: () => 0, limit };
  return new Work(settings, { apps, ports, recipients, watch: watching }, watching);
};

const work = begin();
port.on('message', (message: ToThread) => {
  if (message.kind === 'conversation') line.answered(message);
  else
    line.enqueue(async () =>
      port.postMessage({ kind: 'done', nth: message.nth, results: await (await work).run(message.chunks) }),
    );
});
work.then(
  () => port.postMessage({ kind: 'ready' }),
  (error: Error) => port.postMessage({ kind: 'unfit', problem: error.message, noted: watching.noted() }),
);
