import { inspect } from 'node:util';
import type { Router } from '../main/index.js';
import { print, printError } from '../terminal/print.js';

/** What an app leaves behind (a promise no one awaits, a timer that throws) must not stop everyone's messages. */
export const surviveStrayErrors = (): void => {
  const tell = (error: unknown) =>
    printError(`an error that no one caught, most likely of an app: ${inspect(error)}`);
  process.on('unhandledRejection', tell).on('uncaughtException', tell);
  // Who read the output has gone: to tell of that there would fail as well, again and again.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => {});
};

/**
 * SIGTERM and SIGINT: finish what is under way, then end; exit code 0 when nothing was cut short. A second signal changes
 * nothing: npm repeats to the router the Ctrl-C that the terminal has told it already.
 */
export const stopOnSignals = (router: Router): void => {
  let stopping = false;
  const stop = async (signal: string) => {
    if (stopping) return;
    stopping = true;
    print(`${signal}: finishing what is under way`);
    process.exitCode = (await router.stop()) ? 0 : 1;
    // A part that did not end in time may still hold the process.
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
};
