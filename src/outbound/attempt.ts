import type { Clock, NewId } from '../domain/clock.js';
import type { DomainEvent } from '../domain/event.js';
import type { Log } from '../domain/log.js';
import type { EventStore } from '../store/port.js';
import type { CircuitBreaker, GatewaySign, Permit } from './circuitBreaker.js';
import { type Accepted, type Gateway, SendError } from './gateway.js';
import { type Handover, type HandoverState, moveTo } from './handover.js';
import type { LaneRecord } from './laneRecord.js';
import { type EndedAttempt, endedAttempt, type OutboundListener } from './listener.js';
import { acceptedEvent, asNewEvents, type Failure, failureEvents, takenEvent } from './outcomeEvents.js';
import { type CountedVerdict, type Random, verdictOn } from './policy.js';
import { wasReported } from './progress.js';
import type { RateLimiter } from './rateLimiter.js';
import type { Outcome } from './recordOutcome.js';
import type { LaneSettings } from './settings.js';
import type { Recorded } from './untilRecorded.js';

export interface AttemptTools {
  readonly backend: string;
  readonly store: EventStore;
  readonly gateway: Gateway;
  readonly breaker: CircuitBreaker;
  readonly rateLimiter: RateLimiter;
  readonly record: LaneRecord;
  /** However long it takes. */
  readonly untilRecorded: (outcome: Outcome) => Promise<Recorded>;
  /** Of the store, when the lane began to read it. */
  readonly timeline: number;
  readonly settings: LaneSettings;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly log: Log;
  /** False: no attempt may begin. It is released soon, or may go on. */
  readonly hasLease: () => boolean;
  /** Aborts when the lane stops: no attempt begins after it. */
  readonly stopping: AbortSignal;
  /** Told before and after each call of the gateway: +1, -1. */
  readonly inFlight: (change: 1 | -1) => void;
  readonly listener?: OutboundListener;
}

/**
 * One attempt of a handover and the record of it. While the gateway is away it waits here. How it ended the state of
 * the handover tells: over, or due again at `dueAt`; and what was in flight or taken and still is could not be recorded before
 * the lane had to stop. `accepted` is called when the gateway has taken the text, before that is recorded.
 */
export const createAttempt = (tools: AttemptTools) => {
  const { store, breaker, untilRecorded, timeline, settings, clock, random, newId, log } = tools;
  const tell = (attempt: EndedAttempt) => tools.listener?.attempted(tools.backend, attempt);

  /** @returns false when it could not be recorded: it never can, or the lane had to stop */
  const record = async (
    handover: Handover,
    events: readonly DomainEvent[],
    next: HandoverState,
  ): Promise<boolean> => {
    const { request } = handover;
    const recorded = await untilRecorded({ request, events: asNewEvents(handover, events, newId), timeline });
    if (recorded !== 'given up') moveTo(handover, recorded === 'never' ? 'ended' : next);
    return recorded === 'recorded';
  };

  /** @returns true when a report has told that the gateway has it, and nothing is to be tried */
  const endsByReport = async (handover: Handover): Promise<boolean> => {
    if (handover.state === 'outcomeUnknown' && (await wasReported(store, handover.request)))
      moveTo(handover, 'taken');
    if (handover.state !== 'taken') return false;
    await record(handover, [takenEvent(handover, clock.now())], 'ended');
    return true;
  };

  return async (handover: Handover, accepted: () => void): Promise<void> => {
    if (await endsByReport(handover)) return;
    for (let counted = false; !counted; ) {
      const waits = !breaker.isRunning;
      const permit = await enter(tools);
      if (permit === undefined) return;
      if (handover.withdrawn) {
        breaker.release(permit);
        moveTo(handover, 'ended');
        return;
      }
      // It may have waited for hours: the report may have come meanwhile.
      if (waits && (await endsByReport(handover))) {
        breaker.release(permit);
        return;
      }
      if (tools.stopping.aborted) return;
      if (breaker.isPausedByPerson || !tools.hasLease()) breaker.release(permit);
      else counted = await tryOnce(handover, permit, accepted);
    }
  };

  /** @returns false when the gateway was away or refused us: that counts for nothing */
  async function tryOnce(handover: Handover, permit: Permit, accepted: () => void): Promise<boolean> {
    moveTo(handover, 'inFlight');
    const beganAt = clock.steady();
    const answer = await call(tools, handover);
    const ended = { atMs: clock.now(), tookMs: Math.round(clock.steady() - beganAt) };
    if (!('code' in answer)) {
      breaker.settle(permit, 'answered', answer.answer);
      tools.record.taken();
      accepted();
      tell(endedAttempt(handover, 'accepted', ended));
      log.info({ stream: handover.request.stream, messageId: handover.text.messageId }, 'dispatched');
      await record(handover, [acceptedEvent(handover, answer, ended)], 'ended');
      return true;
    }
    breaker.settle(permit, signByCode[answer.code], answer.detail);
    tools.record.failed(answer.code, answer.detail);
    const verdict = verdictOn(answer.code, handover.attempts + 1, settings, random);
    tell(endedAttempt(handover, answer.code, ended, verdict));
    if (verdict.do === 'pause' || verdict.do === 'hold') {
      moveTo(handover, 'waiting');
      return false;
    }
    tellFailed(log, handover, answer, verdict);
    const events = failureEvents(handover, answer, verdict, ended);
    if ((await record(handover, events, stateAfter(verdict))) && 'delayMs' in verdict) {
      handover.attempts += 1;
      handover.dueAt = ended.atMs + verdict.delayMs;
    }
    return true;
  }
};

const stateAfter = (verdict: CountedVerdict): HandoverState => {
  if (!('delayMs' in verdict)) return 'ended';
  return verdict.do === 'resend' ? 'outcomeUnknown' : 'waiting';
};

const tellFailed = (
  log: Log,
  { request, text }: Handover,
  { code, detail }: Failure,
  verdict: CountedVerdict,
) => {
  const { level, says } = wordsFor[verdict.do];
  log[level]({ stream: request.stream, messageId: text.messageId, code, detail }, says);
};

const wordsFor: Readonly<Record<CountedVerdict['do'], { level: 'info' | 'warn'; says: string }>> = {
  retry: { level: 'info', says: 'not dispatched, another attempt is due' },
  abandon: { level: 'warn', says: 'given up: it waits in the dead letters' },
  resend: { level: 'warn', says: 'outcome unknown: perhaps sent, and sent once more' },
  leave: { level: 'warn', says: 'outcome unknown: perhaps sent, it waits in the dead letters' },
};

const signByCode = {
  unreachable: 'unreachable',
  misconfigured: 'misconfigured',
  throttled: 'answered',
  rejected: 'answered',
  unclear: 'unknown',
} as const satisfies Record<Failure['code'], GatewaySign>;

/** Before it is looked again whether the process has a lease. */
const leaseRetryMs = 50;

/**
 * With a permit, then at its rate. The breaker may have tripped meanwhile, a person have paused the lane, or the lease have expired: then
 * once more.
 */
const enter = async ({
  breaker,
  rateLimiter,
  stopping,
  hasLease,
  clock,
}: AttemptTools): Promise<Permit | undefined> => {
  for (;;) {
    const granted = breaker.acquire();
    const permit = granted instanceof Promise ? await granted : granted;
    if (permit === undefined) return undefined;
    const turn = rateLimiter(stopping);
    if (turn !== undefined) await turn;
    if (stopping.aborted) return undefined;
    const isCurrent = turn === undefined || permit === 'probe' || breaker.isRunning;
    if (hasLease() && isCurrent && !breaker.isPausedByPerson) return permit;
    breaker.release(permit);
    if (!hasLease()) await clock.sleep(leaseRetryMs, stopping);
  }
};

const call = async (tools: AttemptTools, { text }: Handover): Promise<Accepted | Failure> => {
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
