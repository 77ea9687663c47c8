// Loads one app in a thread of its own, so that one that never comes back, ends its process or prints does so there.
import { setTimeout } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { type AppsQuestion, answerOf } from './appAnswer.js';

const settlingMs = 300;

// The app's time begins now: what this thread took to get here is none of its.
parentPort?.postMessage('begun');
const answer = await answerOf(workerData as AppsQuestion);
// What it began while it was loaded may fail a moment later, which ends a router.
await setTimeout(settlingMs);
parentPort?.postMessage(answer);
