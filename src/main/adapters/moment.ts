import { stat } from 'node:fs/promises';
import type { Waiting } from '../../audit/figures/waiting.js';
import type { Clock } from '../../domain/clock.js';
import type { Moment, ProjectionMoment, WebhookMoment } from '../../metrics/moment.js';
import type { Outbound } from '../../outbound/outbound.js';
import type { Projections } from '../../projections/process/projections.js';
import type { OpenStore } from '../../store/port.js';
import type { Health } from '../../web/health.js';
import type { Webhooks } from '../../webhooks/webhooks.js';
import type { Member } from '../../workers/member.js';
import { type Config, playedIn } from '../config/config.js';
import { storeFile } from '../dataFolder.js';
import { version } from '../version.js';
import type { AuditIndex } from './auditIndex.js';

export interface MomentNeeds {
  readonly config: Config;
  readonly store: OpenStore;
  readonly outbound: Outbound;
  readonly webhooks: Webhooks;
  readonly member: Member;
  readonly projections: Projections;
  readonly auditIndex: AuditIndex;
  readonly health: Health;
  readonly clock: Clock;
}

/** Longer than it takes their process to tell how they are. */
const silentAtMostMs = 5_000;

/** How all of it is now. What cannot be looked up is left out: a scrape tells what is known. */
export const momentOf = async (needs: MomentNeeds): Promise<Moment> => {
  const { config, store, outbound, member, projections, health } = needs;
  const [readiness, waiting, storeBytes] = await Promise.all([
    health.readiness(),
    waitingNow(needs),
    bytesOf(config),
  ]);
  const { held, own } = member.status;
  return {
    version,
    node: config.node,
    nodeVersion: process.version,
    ready: readiness.ready,
    storeWorks: readiness.store === true,
    lanes: outbound.status(),
    webhooks: webhookMoments(needs),
    partitions: own.routing,
    processes: Object.keys(held).filter((holder) => holder !== 'free').length,
    heartbeatAgeMs: member.silentMs,
    ...(store.commits === undefined ? {} : { commits: store.commits }),
    ...(storeBytes === undefined ? {} : { storeBytes }),
    projections: projectionMoments(projections, needs.clock.now()),
    ...(waiting === undefined ? {} : { deadLetters: countsOf(waiting), textsWaiting: waiting.texts }),
  };
};

const webhookMoments = ({ webhooks, clock }: MomentNeeds): readonly WebhookMoment[] =>
  webhooks.status().map(({ name, waiting = 0, failing = 0, oldest }) => {
    const lateMs = oldest === undefined ? 0 : Math.max(0, clock.now() - Date.parse(oldest));
    return { name, waiting, failing, lateMs };
  });

/** @param now - milliseconds since 1970 */
export const projectionMoments = (projections: Projections, now: number): readonly ProjectionMoment[] => {
  const silentMs = projections.silentMs > silentAtMostMs ? projections.silentMs : 0;
  return projections.statuses().map(({ name, phase, waitingSince }) => {
    const waitedMs = waitingSince === undefined ? 0 : now - Date.parse(waitingSince);
    return { name, phase, lagMs: Math.max(0, waitedMs, silentMs) };
  });
};

const countsOf = ({ letters }: Waiting): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(letters).map(([kind, { n }]) => [kind, n]));

/** Undefined while nothing is indexed, or what is cannot be read. */
const waitingNow = async ({ auditIndex, config }: MomentNeeds): Promise<Waiting | undefined> => {
  try {
    return await auditIndex.figures.waiting(playedIn(config.backends));
  } catch {
    return undefined;
  }
};

const bytesOf = async (config: Config): Promise<number | undefined> => {
  if (config.eventStore.engine !== 'sqlite') return undefined;
  const file = storeFile(config);
  const sizes = await Promise.all(
    [file, `${file}-wal`].map((path) =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};
