import { isoTime } from '../../src/domain/clock.js';
import type { RouterStarted, RouterStopped } from '../../src/domain/events.js';
import { originsOf } from './apps.js';
import { backends } from './backends.js';
import type { RouterRun } from './routers.js';
import type { World } from './world.js';

/** Puts on the agenda what each router tells when it starts, and when it stops in order before the history ends. */
export const planRuns = (world: World): void => {
  for (const run of world.routers.runs) {
    world.later(run.from - world.now, 1, () => started(world, run));
    if (run.isCut || !Number.isFinite(run.until)) continue;
    // It is the last that it does: at `until` it is gone.
    world.later(run.until - world.now - 1, 1, () => stopped(world, run.node));
  }
};

const started = (world: World, { node, version, nodeVersion, edition }: RouterRun): void => {
  world.began(node, undefined);
  const configured = backends.map(({ name, engine, config }) => [name, { engine, ...config }] as const);
  const run = world.appendFirst(node, `router-${node}`, {
    type: 'RouterStarted',
    data: {
      version,
      node,
      nodeVersion,
      apps: originsOf(edition),
      backends: Object.fromEntries(configured),
      startedAt: isoTime(world.clockOf(node)),
    },
  } satisfies RouterStarted);
  // What ran before did not record who decides.
  if (edition === '') world.began(node, run);
};

export const stopped = (world: World, node: string): void => {
  const data = { node, stoppedAt: isoTime(world.clockOf(node)) };
  world.appendFirst(node, `router-${node}`, { type: 'RouterStopped', data } satisfies RouterStopped);
};
