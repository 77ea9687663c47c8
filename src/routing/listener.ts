import type { Pending } from '../domain/conversation.js';
import type { RoutingDecision } from '../domain/decide.js';
import type { DeliveryReported } from '../domain/events.js';

/** Told of what this process has stored, when it has: for those who count. Whoever stores waits for each call, so it must be short. */
export interface RoutingListener {
  received(backend: string): void;
  /** A request that could not be understood. Repeated, it is told once. */
  rejected(backend: string): void;
  reported(backend: string, report: Pick<DeliveryReported['data'], 'messageId' | 'status'>): void;
  /** @param backend - whose message it is */
  decided(backend: string, pending: Pending, decision: RoutingDecision): void;
  /** A text on nobody's message. */
  sent(backend: string, isCancelled: boolean): void;
}
