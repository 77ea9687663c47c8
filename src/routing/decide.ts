import type { AnyApp, Contact, ConversationFacts } from '../apps/app.js';
import type { Memory } from '../apps/memory.js';
import type { OutgoingMessage } from '../apps/message.js';
import { outgoingSteps, type WentOut } from '../apps/outgoing.js';
import { type DecidedText, type PhasePorts, phaseSteps } from '../apps/phases.js';
import { isThenable, type Steps, settle } from '../apps/steps.js';
import { type Connection, isSameConnection } from '../domain/connection.js';
import type { Pending } from '../domain/conversation.js';
import type { OutgoingDecision, RoutingDecision } from '../domain/decide.js';
import type { TraceEntry } from '../domain/events.js';
import { basisOf, changesOf } from './basis.js';

/** A conversation as the apps may see it. */
export interface Known {
  readonly conversation: ConversationFacts;
  readonly memory: Memory;
  /** The person as the apps know them by this memory, where that is known already. */
  readonly contact?: Contact | undefined;
  /** The revision of its stream up to which it is known; undefined: none. */
  readonly revision?: bigint | undefined;
}

/** What apps may decide, and with what. */
export interface Deciding {
  readonly apps: readonly AnyApp[];
  readonly ports: PhasePorts;
  readonly maxTexts: number;
  /** The names of the backends that there are; absent: any will do. */
  readonly backends?: ReadonlySet<string>;
  /** Those of them whose phones are played: what is sent from there to another backend is stopped. */
  readonly played?: ReadonlySet<string>;
  /** What is known of someone else to whom a text goes: the outgoing phase goes by the recipient, not by the sender. */
  recipient(connection: Connection): Known | Promise<Known>;
}

/** Lets the apps decide what becomes of a message. Stores nothing. */
export const decide = (
  deciding: Deciding,
  known: Known,
  pending: Pending,
  now: Date,
): RoutingDecision | Promise<RoutingDecision> => settle(decisionSteps(deciding, known, pending, now));

/** As {@link decide}, as a part of other work. */
export function* decisionSteps(
  deciding: Deciding,
  { conversation, memory, revision }: Known,
  { message, duplicateOf }: Pending,
  now: Date,
): Steps<RoutingDecision> {
  if (duplicateOf !== undefined) {
    return { kind: 'routed', outcome: 'duplicate', duplicateOf, trace: [], facts: [], texts: [] };
  }
  const { apps, ports, maxTexts } = deciding;
  const result = yield* phaseSteps(apps, { message, conversation, memory, now }, ports);
  if (result.kind === 'failed') return result;
  const astray = result.texts.find(({ to }) => deciding.backends?.has(to.backend) === false);
  if (astray !== undefined) return toNowhere(astray, result.trace, deciding.backends);
  const last = result.texts[maxTexts];
  if (last !== undefined) return tooManyTexts(last, result.trace, maxTexts);
  const sender = { conversation, memory: result.memory, contact: result.contact, revision };
  const trace = [...result.trace];
  const texts: OutgoingDecision[] = [];
  for (const text of result.texts) {
    const isReply = isSameConnection(text.to, conversation.connection);
    const found = isReply ? sender : deciding.recipient(text.to);
    const recipient = isThenable(found) ? ((yield found) as Known) : found;
    const out = yield* outgoingSteps(
      apps,
      outgoingOf(text, message.messageId),
      { conversation: recipient.conversation, memory: recipient.memory, contact: recipient.contact, now },
      ports,
    );
    trace.push(...out.trace);
    const changes = changesOf(text.text, out);
    const making = isReply ? changes : { ...changes, ...basisOf(undefined, recipient.revision) };
    const went = leavesTester(deciding, conversation.connection, text) ? stopped(out) : out;
    texts.push(sentOff(text, went, making));
  }
  const { outcome, app, facts } = result;
  return app === undefined
    ? { kind: 'routed', outcome, trace, facts, texts }
    : { kind: 'routed', outcome, app, trace, facts, texts };
}

const outgoingOf = ({ to, text, app, priority }: DecidedText, inResponseTo: string): OutgoingMessage => {
  return priority === undefined
    ? { connection: to, text, app, inResponseTo }
    : { connection: to, text, app, inResponseTo, priority };
};

const sentOff = (
  { to, app, priority, reply }: DecidedText,
  { text, cancelledBy }: WentOut,
  making: NonNullable<OutgoingDecision['making']>,
): OutgoingDecision => {
  const decided = { to, text, app, reply, making };
  if (priority === undefined && cancelledBy === undefined) return decided;
  return {
    ...decided,
    ...(priority === undefined ? {} : { priority }),
    ...(cancelledBy === undefined ? {} : { cancelledBy }),
  };
};

const leavesTester = ({ played }: Deciding, from: Connection, { to }: DecidedText): boolean =>
  to.backend !== from.backend && played?.has(from.backend) === true;

/** An app that stops it has the first word. */
const stopped = (out: WentOut): WentOut => ({ ...out, cancelledBy: out.cancelledBy ?? 'httptester' });

/** A text that no lane would ever take must not look sent. */
const toNowhere = (
  { app, to }: DecidedText,
  trace: readonly TraceEntry[],
  backends: ReadonlySet<string> = new Set(),
): RoutingDecision => ({
  kind: 'failed',
  app,
  phase: 'handle',
  error: `A text for the backend ${to.backend}, which is not configured; there are: ${[...backends].join(', ')}.`,
  trace,
});

/** A runaway app must not flood the gateway: a person looks first. */
const tooManyTexts = (
  { app }: DecidedText,
  trace: readonly TraceEntry[],
  maxTexts: number,
): RoutingDecision => ({
  kind: 'failed',
  app,
  phase: 'handle',
  error: `More than ${maxTexts} texts in answer to one message (routing.maxTexts).`,
  trace,
});
