import type { AnyApp } from '../apps/app.js';
import type { PhasePorts } from '../apps/phases.js';
import { type Steps, settle } from '../apps/steps.js';
import { type Connection, conversationStream, isSameConnection } from '../domain/connection.js';
import type { Pending } from '../domain/conversation.js';
import { type Appends, decideRouting, type RoutingDecision } from '../domain/decide.js';
import type { NewEvent } from '../domain/event.js';
import { decisionSteps, type Known } from '../routing/decide.js';
import type { Made, StoredText } from './decided.js';
import type { EndlessPlace } from './endless.js';
import type { Group, ToldEvent } from './groups.js';
import type { Leftovers } from './leftovers.js';

/** From before clocks are stopped. */
const { Date: OwnDate } = globalThis;

/** The conversations to which others' texts went: some stores tell of them at once. */
export interface Recipients {
  /** A text that is stored there; undefined when it is not any more. */
  text(to: Connection, messageId: string): Steps<ToldEvent | undefined>;
  /** The texts there that answer a message. */
  answersTo(to: Connection, messageId: string): Steps<readonly ToldEvent[]>;
  /** What was known of it up to a revision; undefined: nothing. */
  seenAt(to: Connection, revision: number | undefined): Steps<Known>;
  /** What was stored of it by then. @param at - milliseconds since 1970 */
  storedBy(to: Connection, at: number): Steps<Known>;
}

/** Watches over the apps while they are asked. */
export interface Watch {
  /** From here on what is called is this message's. @returns where it is known to have no end */
  begin(messageId: string, now: Date): EndlessPlace | undefined;
  /** Each once. */
  end(): readonly string[];
}

export interface RunNeeds {
  readonly apps: readonly AnyApp[];
  readonly ports: PhasePorts;
  readonly maxTexts: number;
  readonly backends: ReadonlySet<string>;
  readonly played: ReadonlySet<string>;
  readonly recipients: Recipients;
  readonly watch: Watch;
  /** Absent: what apps go on with after they have answered is not waited for. */
  readonly leftovers?: Leftovers;
}

export interface MessageToRun {
  readonly connection: Connection;
  readonly pending: Pending;
  readonly verdict: Group['verdict'];
  /** What was recorded of it in other conversations. */
  readonly elsewhere: readonly StoredText[];
}

export interface Decision {
  readonly made: Made;
  /** What it would have led to in its own conversation. */
  readonly events: () => readonly NewEvent[];
  /** Texts in other conversations that an older decision does not list. */
  readonly found: readonly StoredText[];
  readonly calls: readonly string[];
}

const none: readonly StoredText[] = [];

/** The texts that a decision led to in other conversations; undefined when one of them is there no more. */
export function* textsElsewhere(
  { recipients }: RunNeeds,
  { type, data }: Group['verdict'],
): Steps<readonly StoredText[] | undefined> {
  const listed = type === 'MessageRouted' ? data.elsewhere : undefined;
  if (listed === undefined) return none;
  const texts: StoredText[] = [];
  for (const { messageId, backend, identity } of listed) {
    const to = { backend, identity };
    const event = yield* recipients.text(to, messageId);
    if (event === undefined) return undefined;
    texts.push({ to, event });
  }
  return texts;
}

/** Lets the apps decide on a message anew, at the time and under the ids of the decision that was recorded. */
export function* runMessage(needs: RunNeeds, from: MessageToRun, known: Known): Steps<Decision> {
  const { connection, pending, verdict, elsewhere } = from;
  const at = verdict.type === 'MessageRouted' ? verdict.data.routedAt : verdict.data.failedAt;
  const now = new OwnDate(at);
  const stuck = needs.watch.begin(pending.message.messageId, now);
  if (stuck !== undefined) return { ...endless(pending, stuck), calls: needs.watch.end() };
  const { apps, ports, maxTexts, played } = needs;
  const backends = backendsFor(needs.backends, connection, elsewhere);
  const recipient =
    verdict.data.seen === undefined
      ? olderRecipientsOf(needs, pending.message.messageId, now.getTime())
      : recipientsOf(needs, elsewhere, now.getTime());
  const deciding = { apps, ports, maxTexts, backends, played, recipient };
  needs.leftovers?.forget();
  const decision = yield* decisionSteps(deciding, known, pending, now);
  const left = needs.leftovers?.goneOn();
  if (left !== undefined) yield left;
  const calls = needs.watch.end();
  const found = verdict.data.seen === undefined ? yield* unlisted(needs, from, decision) : none;
  const events = () => ownEvents(connection, decideRouting(connection, pending, decision, at));
  return { made: decision, events, found, calls };
}

const ownEvents = (connection: Connection, appends: Appends): readonly NewEvent[] => {
  const own = conversationStream(connection);
  return appends.find(({ stream }) => stream === own)?.events ?? [];
};

/** A backend of that time need not be there any more. */
const backendsFor = (
  configured: ReadonlySet<string>,
  { backend }: Connection,
  elsewhere: readonly StoredText[],
): ReadonlySet<string> => {
  if (elsewhere.length === 0 && configured.has(backend)) return configured;
  const others = elsewhere.map(({ to }) => to.backend);
  return [backend, ...others].every((name) => configured.has(name))
    ? configured
    : new Set([...configured, backend, ...others]);
};

/** The outgoing phase goes by the recipient as it was known then. A recipient that got nothing then: as it was stored by then. */
const recipientsOf = (
  { recipients }: RunNeeds,
  elsewhere: readonly StoredText[],
  at: number,
): ((to: Connection) => Known | Promise<Known>) => {
  // Most write to nobody else.
  let left: Map<string, StoredText[]> | undefined;
  return (to) => {
    left ??= byRecipient(elsewhere);
    const texts = left.get(conversationStream(to));
    const text = texts !== undefined && texts.length > 1 ? texts.shift() : texts?.[0];
    if (text === undefined) return settle(recipients.storedBy(to, at));
    const { seen } = text.event.data as { readonly seen?: string };
    return settle(recipients.seenAt(to, seen === undefined ? undefined : Number(seen)));
  };
};

const byRecipient = (texts: readonly StoredText[]): Map<string, StoredText[]> => {
  const found = new Map<string, StoredText[]>();
  for (const text of texts) {
    const stream = conversationStream(text.to);
    found.set(stream, [...(found.get(stream) ?? []), text]);
  }
  return found;
};

/** A decision of before it was recorded what it went by: by all that stands before its text. */
const olderRecipientsOf =
  ({ recipients }: RunNeeds, messageId: string, at: number): ((to: Connection) => Known | Promise<Known>) =>
  (to) =>
    settle(beforeAnswer(recipients, to, messageId, at));

function* beforeAnswer(recipients: Recipients, to: Connection, messageId: string, at: number): Steps<Known> {
  const [text] = yield* recipients.answersTo(to, messageId);
  return yield* text === undefined ? recipients.storedBy(to, at) : recipients.seenAt(to, text.revision - 1);
}

/** A decision of before these were listed: what it led to where the re-run would write to as well. */
function* unlisted(
  { recipients }: RunNeeds,
  { connection, pending, elsewhere }: MessageToRun,
  now: RoutingDecision,
): Steps<readonly StoredText[]> {
  const others = new Map<string, Connection>();
  for (const { to } of now.kind === 'routed' ? now.texts : [])
    if (!isSameConnection(to, connection)) others.set(conversationStream(to), to);
  if (others.size === 0) return none;
  const found: StoredText[] = [];
  for (const to of others.values()) {
    for (const event of yield* recipients.answersTo(to, pending.message.messageId))
      if (!elsewhere.some((text) => text.event.id === event.id)) found.push({ to, event });
  }
  return found;
}

const endless = ({ message, causeId }: Pending, { app, phase }: EndlessPlace): Omit<Decision, 'calls'> => {
  const error = 'It came to no end: its thread was ended.';
  const made: Made = { kind: 'failed', app, phase, error };
  const data = { messageId: message.messageId, ...made, trace: [] };
  const metadata = { $correlationId: message.messageId, $causationId: causeId, schema: 1 };
  return { made, events: () => [{ id: causeId, type: 'RoutingFailed', data, metadata }], found: [] };
};
