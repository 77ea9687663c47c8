import { availableParallelism } from 'node:os';
import { systemClock } from '../../main/clock.js';
import { type Config, playedIn } from '../../main/config/config.js';
import type { ConfigSources } from '../../main/config/load.js';
import { endOf } from '../../replay/conversations.js';
import { type Hung, replayConversations } from '../../replay/replay.js';
import type { OpenStore } from '../../store/port.js';
import { openToRead } from '../openToRead.js';
import { configsFor } from './configs.js';
import { fileOf, findWanted, nothingStored } from './find.js';
import { checkNameOfApp } from './nameOfApp.js';
import { Progress } from './progress.js';
import { withReasons } from './reasons.js';
import { NothingYet, type ReplayReport, type ReplayRequest, type ReplayWatcher } from './request.js';
import { clearAway, keep, placeFor, takeUp } from './resume.js';

/**
 * Runs the recorded messages of the configured store through the apps as they are now, and compares. It writes nothing to the
 * store and sends nothing; a router may run meanwhile.
 *
 * @param signal - stops it, and has it tell what it found until then
 * @throws {ConfigError}
 * @throws {UnfitApp} when an app cannot be loaded
 * @throws {NothingToReplay}
 */
export const replay = async (
  request: ReplayRequest,
  watcher: ReplayWatcher = {},
  signal?: AbortSignal,
  sources: ConfigSources = {},
): Promise<ReplayReport> => {
  const { config, appsConfig } = configsFor(sources, request.apps);
  const store = await openToRead(config);
  try {
    return await run(store, config, appsConfig, request, watcher, signal);
  } finally {
    await store.close();
  }
};

const run = async (
  store: OpenStore,
  config: Config,
  appsConfig: Config,
  request: ReplayRequest,
  watcher: ReplayWatcher,
  signal?: AbortSignal,
): Promise<ReplayReport> => {
  const file = placeFor(config.data, request);
  const aside = request.resume && !request.claims ? takeUp(file) : undefined;
  const end = aside?.end ?? (await endOf(store)) ?? nothingStored();
  const { streams, ...found } = await findWanted(store, config, request, end, signal);
  await checkNameOfApp(store, appsConfig, request);
  const threads = request.threads ?? availableParallelism();
  watcher.found?.({ ...found, conversations: streams.length });
  const progress = new Progress(streams, aside, request.limit);
  const hung: Hung[] = [];
  await replayConversations({
    store,
    clock: systemClock,
    settings: { ...settingsFor(appsConfig, request), ...fileOf(config), end },
    conversations: progress.left,
    threads,
    ...(signal === undefined ? {} : { signal }),
    hung: (one) => hung.push(one),
    noted: (noted) => progress.tally.note(noted),
    took: (nth, results) => {
      progress.take(nth, results);
      watcher.progress?.(progress.tally.total);
      for (const replayed of results.shown) watcher.differed?.(replayed);
    },
  });
  if (progress.tally.total === 0 && signal?.aborted === true) throw new NothingYet(hung);
  const kept = request.claims
    ? {}
    : progress.isWhole
      ? clearAway(file, request)
      : keep(file, progress.aside(end));
  const { total, differing, notRun, concerned } = progress.tally;
  const state = progress.tally.state();
  const examples = await withReasons(store, config, appsConfig, request, state.examples);
  const tally = { ...state, examples };
  return {
    messages: found.messages,
    conversations: streams.length,
    done: progress.done,
    tally,
    claims: progress.claims.state(),
    total,
    notRun,
    concerned,
    differing,
    hung,
    ...kept,
  };
};

const settingsFor = ({ apps, defaultResponse, routing, backends }: Config, request: ReplayRequest) => ({
  apps,
  defaultResponse,
  phaseTimeoutMs: routing.phaseTimeoutMs,
  maxTexts: routing.maxTexts,
  backends: backends.map(({ name }) => name),
  played: playedIn(backends),
  allowed: request.allowed,
  fromHere: request.fromHere,
  claims: request.claims,
  ...(request.since === undefined ? {} : { since: request.since }),
  ...(request.until === undefined ? {} : { until: request.until }),
  ...(request.app === undefined ? {} : { app: request.app }),
});
