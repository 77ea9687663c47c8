import type { AnyApp } from '../apps/app.js';
import type { Connection } from '../domain/connection.js';
import type { Pending } from '../domain/conversation.js';
import type { NewEvent } from '../domain/event.js';
import type { MessageReceived } from '../domain/events.js';
import { isForeign, isNewer } from '../domain/understood.js';
import type { Actor } from '../routing/actor.js';
import { compare } from './compare.js';
import { type Decided, decidedThen, type Recorded } from './decided.js';
import { type Group, isMember, isVerdict, type ToldEvent } from './groups.js';
import type { Kind, NotRun } from './kinds.js';
import { LastLines } from './lastLines.js';
import type { Replayed } from './replayed.js';
import { type Decision, type RunNeeds, runMessage, textsElsewhere } from './runMessage.js';
import { Story } from './story.js';

export interface RerunNeeds extends RunNeeds {
  readonly apps: readonly AnyApp[];
  /** The memory is that of what was recorded: what would each message have got by itself? */
  readonly fromHere: boolean;
  /** Whether a message is to be run; the others are part of the story as they were. */
  wants(message: MessageReceived['data']): boolean;
  tell(replayed: Replayed): void;
}

/** Runs the messages of one conversation anew, as its events come by. */
export class Rerun {
  /** As it was recorded, and as it would have been: one and the same as long as nothing differs. */
  #then: Story;
  #now: Story;
  #group: (Group & { members: NewEvent[] }) | undefined;
  /** Dead letters, as long as nobody has put them back with success. */
  readonly #failed = new Map<string, Replayed>();
  readonly #lines = new LastLines();
  #isCut = false;
  #begun = false;

  constructor(
    readonly connection: Connection,
    private readonly needs: RerunNeeds,
  ) {
    this.#then = new Story(connection, needs.apps);
    this.#now = this.#then;
  }

  /** The next event of the conversation that {@link matters}. */
  async take(event: ToldEvent): Promise<void> {
    if (!this.#begun) this.#isCut = event.revision > 0;
    this.#begun = true;
    if (this.#group !== undefined && isMember(event, this.#group)) {
      this.#group.members.push(event);
      return;
    }
    await this.#closeGroup();
    if (isVerdict(event)) this.#group = { verdict: event, members: [] };
    else this.#pass(event);
  }

  /** There are no more. */
  async end(): Promise<void> {
    await this.#closeGroup();
    for (const { message } of this.#then.whole().conversation.waiting.values()) {
      this.#failed.delete(message.messageId);
      this.#tellNotRun('undecided', message);
    }
    for (const replayed of this.#failed.values()) this.needs.tell(replayed);
  }

  /** What no decision of an app led to: it happens in both stories. */
  #pass(event: ToldEvent): void {
    this.#lines.add(event);
    if (isNewer(event)) this.#tellNewer(event);
    this.#addToBoth({ revision: event.revision, events: [event] });
  }

  #addToBoth(entry: Parameters<Story['add']>[0]): void {
    this.#then.add(entry);
    if (this.#now !== this.#then) this.#now.add(entry);
  }

  /** A message in the hands of a newer version: counted when it comes in, or when that version has settled it. */
  #tellNewer({ type, data }: ToldEvent): void {
    const { messageId } = data as { readonly messageId?: unknown };
    if (typeof messageId !== 'string') return;
    const { conversation } = this.#then.whole();
    const waiting = (conversation.waiting.get(messageId) ?? conversation.failed.get(messageId))?.message;
    this.#failed.delete(messageId);
    if (waiting !== undefined) this.#tellNotRun('newer', waiting);
    else if (type === 'MessageReceived') this.needs.tell({ kind: 'newer', messageId });
  }

  #tellNotRun(kind: NotRun, message: MessageReceived['data']): void {
    if (this.needs.wants(message)) this.needs.tell({ kind, messageId: message.messageId });
  }

  async #closeGroup(): Promise<void> {
    const group = this.#group;
    if (group === undefined) return;
    this.#group = undefined;
    const { verdict, members } = group;
    const seen = seenOf(verdict);
    const recorded = { revision: verdict.revision, seen, events: [verdict, ...members] };
    const pending = this.#pendingOf(verdict.data.messageId, seen);
    const events = pending === undefined ? this.#without(group) : await this.#run(group, pending, seen);
    for (const event of recorded.events) this.#lines.add(event);
    if (events !== undefined && this.#now === this.#then) this.#now = this.#then.fork();
    this.#then.add(recorded);
    if (this.#now !== this.#then) this.#now.add(events === undefined ? recorded : { ...recorded, events });
  }

  #pendingOf(messageId: string, seen: number): Pending | undefined {
    const known = this.#then.seenAt(seen).conversation.waiting.get(messageId);
    return known ?? this.#then.whole().conversation.waiting.get(messageId);
  }

  /** A verdict on what is not there: cut away, or decided before. */
  #without({ verdict }: Group): undefined {
    if (this.#isCut) this.needs.tell({ kind: 'cutAway', messageId: verdict.data.messageId });
    return undefined;
  }

  /** @returns what is to stand in the story of the re-run in place of what was recorded, if it is something else */
  async #run(
    group: Group,
    { message, causeId }: Pending,
    seen: number,
  ): Promise<readonly NewEvent[] | undefined> {
    const { messageId } = message;
    const wasFailed = this.#failed.delete(messageId);
    if (!this.needs.wants(message)) return undefined;
    const { verdict } = group;
    if (verdict.type === 'MessageRouted' && verdict.data.outcome === 'duplicate')
      return this.#tellNotRun('duplicate', message) as undefined;
    const elsewhere = await textsElsewhere(this.needs, verdict);
    if (elsewhere === undefined) return this.#tellNotRun('cutAway', message) as undefined;
    const from = { connection: this.connection, pending: { message, causeId }, verdict, elsewhere };
    const decision = await runMessage(this.needs, from, this.#now.seenAt(seen));
    const recorded = recordedOf(this.connection, group, [...elsewhere, ...decision.found]);
    const then = decidedThen(recorded);
    const differs = compare(then, decision.now);
    const isConsequence =
      differs.length > 0 &&
      this.#now !== this.#then &&
      (await this.#isSame(from, then, this.#then.seenAt(seen)));
    const kind = kindOf(then, differs[0], decision, wasFailed);
    const shown = {
      connection: this.connection,
      text: message.text,
      receivedAt: message.receivedAt,
      differs,
      isConsequence,
      recorded: then,
      rerun: decision.now,
      calls: decision.calls,
      before: this.#lines.before(messageId),
    };
    const replayed = { kind, messageId, shown };
    if (then.kind === 'failed') this.#failed.set(messageId, replayed);
    else this.needs.tell(replayed);
    const goesOn = this.needs.fromHere || then.kind === 'failed' || kind === 'notReproducible';
    return goesOn || !changesStory(then, decision.now) ? undefined : decision.events;
  }

  /** By what was recorded before it, it would be as it was: the difference is another one's. */
  async #isSame(from: Parameters<typeof runMessage>[1], then: Decided, known: Actor): Promise<boolean> {
    const { now } = await runMessage(this.needs, from, known);
    return compare(then, now).length === 0;
  }
}

/** Older decisions do not say what they went by: by all that stands before them. */
const seenOf = ({ revision, data }: Group['verdict']): number =>
  data.seen === undefined ? revision - 1 : Number(data.seen);

const recordedOf = (
  connection: Connection,
  { verdict, members }: Group,
  elsewhere: Recorded['texts'],
): Recorded => ({
  verdict,
  facts: members.filter((event) => event.type.includes('.') && !isForeign(event)),
  texts: [
    ...members.filter(({ type }) => !type.includes('.')).map((event) => ({ to: connection, event })),
    ...elsewhere,
  ],
});

const kindOf = (
  then: Decided,
  difference: Kind | undefined,
  { calls }: Decision,
  wasFailed: boolean,
): Kind => {
  if (difference !== undefined) return calls.length > 0 ? 'notReproducible' : difference;
  if (then.kind === 'failed') return 'deadLetter';
  if (wasFailed) return 'requeued';
  return then.outcome === 'filtered' ? 'filtered' : 'same';
};

/** Whether later messages could notice: by facts, or by how many texts there were. */
const changesStory = (then: Decided, now: Decided): boolean => {
  if (then.kind === 'failed' || now.kind === 'failed') return then.kind !== now.kind;
  return JSON.stringify(then.facts) !== JSON.stringify(now.facts) || sent(then) !== sent(now);
};

const sent = (decided: Extract<Decided, { kind: 'routed' }>): number =>
  decided.texts.filter(({ stoppedBy }) => stoppedBy === undefined).length;
