import type { Router } from '../main/index.js';

/** What an app leaves behind (a promise no one awaits, a timer that throws) must not stop everyone's messages. */
export const surviveStrayErrors = (): void => {
  const tell = (error: unknown) =>
    console.error('an error that no one caught, most likely of an app:', error);
  process.on('unhandledRejection', tell).on('uncaughtException', tell);
};

/** SIGTERM and SIGINT: finish what is under way, then end; exit code 0 when nothing was cut short. */
export const stopOnSignals = (router: Router): void => {
  const stop = async (signal: string) => {
    console.log(`${signal}: finishing what is under way`);
    process.exitCode = (await router.stop()) ? 0 : 1;
    // A part that did not end in time may still hold the process.
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
};
