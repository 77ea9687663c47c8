import type { Clock, NewId } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { Checkpoints, EventStore } from '../store/port.js';
import type { Gateway } from './gateway.js';
import { Lane, type LaneRelease } from './lane.js';
import { LaneRecord, type Recent } from './laneRecord.js';
import type { LaneStatus } from './laneStatus.js';
import type { OutboundListener } from './listener.js';
import { PauseWatch } from './pauseWatch.js';
import type { Random } from './policy.js';
import { type LaneSettingsInput, laneSettings } from './settings.js';
import { UnrecordedOutcomes } from './unrecordedOutcomes.js';

export interface OutboundParts {
  readonly store: EventStore;
  readonly checkpoints: Checkpoints;
  /** One a backend. A text for a backend without a lane waits in the store until the backend is configured again. */
  readonly lanes: readonly {
    readonly backend: string;
    readonly gateway: Gateway;
    readonly settings?: LaneSettingsInput;
  }[];
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly log: Log;
  /** False: another process may be working on the lanes by now. No attempt begins then. */
  readonly hasLease: () => boolean;
  readonly listener?: OutboundListener;
}

export interface Outbound {
  /**
   * Hands over what waits in the store and what is sent from now on, for these backends and no others. May be called
   * again before it has resolved.
   *
   * @param on - the lanes that are acquired, by backend: how each was released before
   * @param timeoutMs - how long the lanes that are released may wait for their attempts in flight and the record of them.
   * Default: as long as an attempt may take
   * @returns the lanes that were released, by backend: how
   */
  work(on: ReadonlyMap<string, LaneRelease>, timeoutMs?: number): Promise<ReadonlyMap<string, LaneRelease>>;
  /** Of the lanes that are worked on here. */
  status(): readonly LaneStatus[];
  /** The same, with what their gateways did lately. */
  report(): readonly LaneReport[];
}

export type LaneReport = LaneStatus & { readonly recent: Recent };

/** For the record of an attempt, beyond the attempt itself, in milliseconds. */
const recordMs = 5_000;

/** Hands every MessageSent to the gateway of its backend. One process at a time may do so for a backend. */
export const createOutbound = ({ lanes, log, ...shared }: OutboundParts): Outbound => {
  const running = new Map<string, Lane>();
  const unrecorded = new Map(lanes.map(({ backend }) => [backend, new UnrecordedOutcomes()]));
  const records = new Map(lanes.map(({ backend }) => [backend, new LaneRecord(shared.clock)]));
  const pauses = new PauseWatch({ ...shared, log });
  /** Of each backend: resolves when nothing of an earlier lane is in flight. */
  const ended = new Map<string, Promise<unknown>>();
  const begin = (backend: string, released: LaneRelease) => {
    const parts = lanes.find((lane) => lane.backend === backend);
    const [left, record] = [unrecorded.get(backend), records.get(backend)];
    if (parts === undefined || left === undefined || record === undefined || running.has(backend)) return;
    const settings = laneSettings(parts.settings);
    const tools = {
      ...shared,
      ...parts,
      settings,
      log: named(log, backend),
      pauses,
      record,
      unrecorded: left,
    };
    const lane = new Lane(tools, released, ended.get(backend) ?? Promise.resolve());
    running.set(backend, lane);
    ended.set(backend, lane.run());
  };
  const end = async (backend: string, lane: Lane, timeoutMs: number | undefined) => {
    running.delete(backend);
    const { settings } = lanes.find((one) => one.backend === backend) ?? {};
    const released = await lane.stop(timeoutMs ?? laneSettings(settings).timeoutMs + recordMs);
    return [backend, released] as const;
  };
  return {
    work: async (on, timeoutMs) => {
      const ends = [...running].filter(([backend]) => !on.has(backend));
      for (const [backend, released] of on) begin(backend, released);
      return new Map(await Promise.all(ends.map(([backend, lane]) => end(backend, lane, timeoutMs))));
    },
    status: () => [...running.values()].map((lane) => lane.status),
    report: () =>
      [...running.values()].flatMap(({ status }) => {
        const record = records.get(status.backend);
        return record === undefined ? [] : [{ ...status, recent: record.recent }];
      }),
  };
};

/** Each line of a lane tells its backend. */
const named = (log: Log, backend: string): Log => ({
  debug: (fields, message) => log.debug({ backend, ...fields }, message),
  info: (fields, message) => log.info({ backend, ...fields }, message),
  warn: (fields, message) => log.warn({ backend, ...fields }, message),
  error: (fields, message) => log.error({ backend, ...fields }, message),
});
