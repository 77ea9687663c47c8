import type { AnyApp } from '../apps/app.js';
import { PhaseTimeout } from '../apps/phases.js';
import { loadApps } from './loadApps.js';
import type { AppsToPrepare } from './protocol.js';
import { refuseBuiltins } from './refuse/builtins.js';
import { foreseeChance } from './refuse/chance.js';
import { stopClocks } from './refuse/clock.js';
import { type Family, families } from './refuse/families.js';
import type { Watching } from './watching.js';

/**
 * Loads the apps into this thread, once all that reaches out of it is refused.
 *
 * @throws {UnfitApp}
 */
export const prepareApps = async (
  settings: AppsToPrepare,
  watching: Watching,
): Promise<readonly AnyApp[]> => {
  const allowed: ReadonlySet<Family> = new Set(settings.allowed);
  const note = (call: string) => watching.note(call);
  // What an app leaves behind must not end the thread: as in a router.
  process.on('unhandledRejection', () => {}).on('uncaughtException', () => {});
  if (!allowed.has('clock')) stopClocks(() => watching.nowMs, note);
  if (!allowed.has('chance')) foreseeChance(watching.seeded, note);
  if (allowed.size < families.length) refuseBuiltins(allowed, note);
  watching.guardGlobals();
  const apps = await loadApps(settings.apps, settings, watching);
  watching.loaded();
  return apps;
};

/** Our own, from before they are refused. */
const { setTimeout: later, clearTimeout: never } = globalThis;

/** The result of the work, or {@link PhaseTimeout} when it takes too long. It goes by no method of promises: an app may have changed these. */
export const limitTo =
  (phaseTimeoutMs: number) =>
  async <T>(work: Promise<T>): Promise<T> => {
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<T>((resolve, reject) => {
        timer = later(
          () => reject(new PhaseTimeout(`took longer than ${phaseTimeoutMs} ms`)),
          phaseTimeoutMs,
        );
        void handOver(work, resolve, reject);
      });
    } finally {
      never(timer);
    }
  };

const handOver = async <T>(
  work: Promise<T>,
  resolve: (result: T) => void,
  reject: (error: unknown) => void,
): Promise<void> => {
  try {
    resolve(await work);
  } catch (error) {
    reject(error);
  }
};
