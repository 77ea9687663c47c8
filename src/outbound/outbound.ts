import type { Clock, NewId } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { Checkpoints, EventStore } from '../store/port.js';
import type { Gateway } from './gateway.js';
import { Lane, type LaneStatus } from './lane.js';
import type { Random } from './policy.js';
import { type LaneSettingsInput, laneSettings } from './settings.js';

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
  /** The run before this one stopped in order: no attempt of it was cut between the gateway and the store. */
  readonly cleanStart: boolean;
}

export interface Outbound {
  /** Begins to hand over what waits in the store and what is sent from now on. */
  start(): void;
  /**
   * Begins no attempt any more, waits for those under way and the record of them, and saves the checkpoints.
   *
   * @param timeoutMs - how long to wait
   * @returns true when nothing was cut short: the next start is a clean one
   */
  stop(timeoutMs: number): Promise<boolean>;
  status(): readonly LaneStatus[];
}

/** Hands every MessageSent to the gateway of its backend. One process at a time may do so for a backend. */
export const createOutbound = ({ lanes, cleanStart, log, ...shared }: OutboundParts): Outbound => {
  const running = lanes.map(({ backend, gateway, settings }) => {
    const tools = { ...shared, backend, gateway, settings: laneSettings(settings), log: named(log, backend) };
    return new Lane(tools, cleanStart);
  });
  return {
    start: () => {
      for (const lane of running) lane.start();
    },
    stop: async (timeoutMs) => {
      const ends = await Promise.all(running.map((lane) => lane.stop(timeoutMs)));
      return ends.every((inOrder) => inOrder);
    },
    status: () => running.map((lane) => lane.status),
  };
};

/** Each line of a lane tells its backend. */
const named = (log: Log, backend: string): Log => ({
  debug: (fields, message) => log.debug({ backend, ...fields }, message),
  info: (fields, message) => log.info({ backend, ...fields }, message),
  warn: (fields, message) => log.warn({ backend, ...fields }, message),
  error: (fields, message) => log.error({ backend, ...fields }, message),
});
