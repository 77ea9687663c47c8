import type { Clock, NewId } from '../domain/clock.js';
import type { DomainEvent } from '../domain/event.js';
import type { Log } from '../domain/log.js';
import type { EventStore } from '../store/port.js';
import type { Gate, Permit, Sign } from './gate.js';
import { type Accepted, type Gateway, SendError } from './gateway.js';
import { type Handover, wasReported } from './handover.js';
import type { Journal, Recorded } from './journal.js';
import { acceptedEvent, asNewEvents, type Failure, failureEvents, provenEvent } from './outcome.js';
import { type Random, type Verdict, verdictOn } from './policy.js';
import type { Rate } from './rate.js';
import type { LaneSettings } from './settings.js';

/** How a turn left its handover: over, due again at `dueAt`, not tried because the lane stops, or tried and not recorded. */
export type TurnEnd = 'ended' | 'later' | 'untried' | 'lost';

export interface TurnTools {
  readonly store: EventStore;
  readonly gateway: Gateway;
  readonly gate: Gate;
  readonly rate: Rate;
  readonly journal: Journal;
  /** Of the store, when the lane began to read it. */
  readonly timeline: number;
  readonly settings: LaneSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly log: Log;
  /** False: no attempt may begin. It is put down soon, or may go on. */
  readonly isHeld: () => boolean;
  /** Aborts when the lane stops: no attempt begins after it. */
  readonly stopping: AbortSignal;
  /** Told before and after each call of the gateway: +1, -1. */
  readonly inFlight: (change: 1 | -1) => void;
}

/**
 * One turn of a handover: an attempt and the record of it. While the gateway is away it waits here. `accepted` is called when
 * the gateway has taken the text, before that is recorded.
 */
export const createTurn = (tools: TurnTools) => {
  const record = async (handover: Handover, events: readonly DomainEvent[]): Promise<Recorded> => {
    const { request } = handover;
    const { newId, timeline, journal } = tools;
    const recorded = await journal({ request, events: asNewEvents(handover, events, newId), timeline });
    if (recorded !== 'given up') handover.unsettled = false;
    return recorded;
  };

  return async (handover: Handover, accepted: () => void): Promise<TurnEnd> => {
    if (handover.doubtful && (await wasReported(tools.store, handover))) handover.proven = true;
    if (handover.proven) return prove(handover);
    for (;;) {
      const permit = await enter(tools);
      if (permit === undefined) return 'untried';
      if (handover.dropped) {
        tools.gate.giveBack(permit);
        return 'ended';
      }
      const end = await attempt(handover, permit, accepted);
      if (end !== 'again') return end;
    }
  };

  async function attempt(
    handover: Handover,
    permit: Permit,
    accepted: () => void,
  ): Promise<TurnEnd | 'again'> {
    handover.unsettled = true;
    const answer = await call(tools, handover);
    const nowMs = tools.clock.now();
    if (!('code' in answer)) {
      tools.gate.settle(permit, 'answered', answer.answer);
      accepted();
      tools.log.info({ stream: handover.request.stream, messageId: handover.text.messageId }, 'dispatched');
      return endOf(await record(handover, [acceptedEvent(handover, answer, nowMs)]));
    }
    tools.gate.settle(permit, signByCode[answer.code], answer.detail);
    const verdict = verdictOn(answer.code, handover.attempts + 1, tools.settings, tools.random);
    const events = failureEvents(handover, answer, verdict, nowMs);
    if (events.length === 0) {
      handover.unsettled = false;
      return 'again';
    }
    const recorded = await record(handover, events);
    return recorded === 'recorded' ? afterFailure(handover, verdict, nowMs) : endOf(recorded);
  }

  async function prove(handover: Handover): Promise<TurnEnd> {
    return endOf(await record(handover, [provenEvent(handover, tools.clock.now())]));
  }
};

const endOf = (recorded: Recorded): TurnEnd => (recorded === 'given up' ? 'lost' : 'ended');

const signByCode = {
  unreachable: 'unreachable',
  misconfigured: 'misconfigured',
  throttled: 'answered',
  rejected: 'answered',
  unclear: 'unknown',
} as const satisfies Record<Failure['code'], Sign>;

const afterFailure = (handover: Handover, verdict: Verdict, nowMs: number): TurnEnd => {
  if (!('delayMs' in verdict)) return 'ended';
  handover.attempts += 1;
  handover.dueAt = nowMs + verdict.delayMs;
  handover.doubtful = verdict.do === 'resend';
  return 'later';
};

/** Before a lane that is not held is looked at again. */
const heldMs = 50;

/** Through the gate, then in its turn. The gate may have shut meanwhile, or the lane not be held: then once more. */
const enter = async ({ gate, rate, stopping, isHeld, clock }: TurnTools): Promise<Permit | undefined> => {
  for (;;) {
    const passing = gate.pass();
    const permit = passing instanceof Promise ? await passing : passing;
    if (permit === undefined) return undefined;
    const turn = rate(stopping);
    if (turn !== undefined) await turn;
    if (stopping.aborted) return undefined;
    if (isHeld() && (turn === undefined || permit === 'probe' || gate.isOpen)) return permit;
    gate.giveBack(permit);
    if (!isHeld()) await clock.sleep(heldMs, stopping);
  }
};

const call = async (tools: TurnTools, { text }: Handover): Promise<Accepted | Failure> => {
  tools.inFlight(1);
  try {
    return await tools.gateway.send(text, tools.settings.timeoutMs);
  } catch (error) {
    if (error instanceof SendError) return { code: error.code, detail: error.message };
    // Against its contract, so nobody knows how far it got: the code that never sends twice.
    tools.log.error({ err: error, messageId: text.messageId }, 'gateway threw what is no SendError');
    return { code: 'unclear', detail: `gateway threw: ${String(error)}` };
  } finally {
    tools.inFlight(-1);
  }
};
