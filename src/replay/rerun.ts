import type { AnyApp } from '../apps/app.js';
import { type Steps, settle } from '../apps/steps.js';
import type { Connection } from '../domain/connection.js';
import type { Pending } from '../domain/conversation.js';
import type { MessageDiscarded, MessageReceived } from '../domain/events.js';
import { isForeign, isNewer } from '../domain/understood.js';
import type { Finder } from './finder.js';
import { type Group, isMember, isVerdict, type ToldEvent } from './groups.js';
import { receivedFrom, seenOf } from './judge.js';
import type { NotRun } from './kinds.js';
import { LastLines } from './lastLines.js';
import type { Replayed } from './replayed.js';
import { textsElsewhere } from './runMessage.js';
import { Story } from './story.js';
import { type AgainNeeds, type TakenAgain, takeAgain } from './takeAgain.js';

export interface RerunNeeds extends AgainNeeds {
  readonly apps: readonly AnyApp[];
  /** Whether a message is to be run; the others are part of the story as they were. */
  wants(message: MessageReceived['data']): boolean;
}

/** Runs the messages of one conversation anew, as its events come by. */
export class Rerun {
  /** As it was recorded, and as it would have been: one and the same as long as nothing differs. */
  #then: Story;
  #now: Story;
  #group: (Group & { members: ToldEvent[] }) | undefined;
  /** Dead letters, as long as nobody has put them back with success. */
  readonly #failed = new Map<string, Replayed>();
  readonly #lines = new LastLines();
  #isCut = false;
  #begun = false;

  constructor(
    readonly connection: Connection,
    private readonly needs: RerunNeeds,
    private readonly finder: Finder,
  ) {
    this.#then = new Story(connection, needs.apps);
    this.#now = this.#then;
  }

  /** The next event of the conversation that {@link matters}. */
  take(event: ToldEvent): void | Promise<void> {
    if (!this.#begun) this.#isCut = event.revision > 0;
    this.#begun = true;
    if (this.#group !== undefined && isMember(event, this.#group)) {
      this.#group.members.push(event);
      return;
    }
    const group = this.#group;
    if (group === undefined) this.#go(event);
    else return settle(this.#close(group, event));
  }

  #go(event: ToldEvent): void {
    if (isVerdict(event)) this.#group = { verdict: event, members: [] };
    else this.#pass(event);
  }

  /** There are no more. */
  async end(): Promise<void> {
    if (this.#group !== undefined) await settle(this.#close(this.#group));
    for (const { message } of this.#then.whole().waiting.values()) {
      this.#failed.delete(message.messageId);
      this.#tellNotRun('undecided', message);
    }
    for (const replayed of this.#failed.values()) this.finder.tell(replayed);
  }

  /** What no decision of an app led to: it happens in both stories. */
  #pass(event: ToldEvent): void {
    this.#lines.add(event);
    if (isNewer(event)) this.#tellNewer(event);
    else if (isForeign(event)) this.#tellForeign(event);
    else if (event.type === 'MessageDiscarded') this.#tellDiscarded(event);
    this.#addToBoth({ revision: event.revision, events: [event] });
  }

  #addToBoth(entry: Parameters<Story['add']>[0]): void {
    this.#then.add(entry);
    if (this.#now !== this.#then) this.#now.add(entry);
  }

  /** A message in the hands of a newer version: counted when it comes in, or when that version has settled it. */
  #tellNewer({ id, type, data }: ToldEvent): void {
    const { messageId } = data as { readonly messageId?: unknown };
    if (typeof messageId !== 'string') {
      if (type === 'MessageReceived') this.#tellNotRun('newer', receivedFrom(id, data));
      return;
    }
    const { waiting: open, failed } = this.#then.whole();
    const waiting = (open.get(messageId) ?? failed.get(messageId))?.message;
    this.#failed.delete(messageId);
    if (waiting !== undefined) this.#tellNotRun('newer', waiting);
    else if (type === 'MessageReceived') this.#tellNotRun('newer', receivedFrom(id, data));
  }

  /** A message of someone else's, who gave it the name of one of ours. */
  #tellForeign({ id, type, data }: ToldEvent): void {
    if (type === 'MessageReceived') this.#tellNotRun('foreign', receivedFrom(id, data));
  }

  /** A message that was given up before it was decided on. */
  #tellDiscarded({ data }: ToldEvent): void {
    const { messageId, direction } = data as MessageDiscarded['data'];
    if (direction === 'outbound' || this.#failed.has(messageId)) return;
    const pending = this.#then.whole().waiting.get(messageId);
    if (pending !== undefined) this.#tellNotRun('undecided', pending.message);
  }

  #tellNotRun(kind: NotRun, message: MessageReceived['data']): void {
    if (this.needs.wants(message)) this.finder.tell({ kind, messageId: message.messageId });
  }

  /** The decision is complete. @param next - the event that shows it */
  *#close(group: Group, next?: ToldEvent): Steps<void> {
    this.#group = undefined;
    const { verdict, members } = group;
    const seen = seenOf(verdict);
    const events = [verdict, ...members];
    const pending = this.#pendingOf(verdict.data.messageId, seen);
    const again = pending === undefined ? this.#without(group) : yield* this.#run(group, pending, seen);
    for (const event of events) this.#lines.add(event);
    const { instead, isAsRecorded: areOurs = false } = again ?? {};
    if (instead !== undefined && this.#now === this.#then) this.#now = this.#then.fork();
    const { revision } = verdict;
    this.#then.add({ revision, seen, events, areOurs });
    if (this.#now !== this.#then) this.#now.add({ revision, seen, events: instead ?? events });
    if (next !== undefined) this.#go(next);
  }

  #pendingOf(messageId: string, seen: number): Pending | undefined {
    const known = this.#then.seenAt(seen).waiting.get(messageId);
    return known ?? this.#then.whole().waiting.get(messageId);
  }

  /** A verdict on what is not there: cut away, or decided before. */
  #without({ verdict }: Group): undefined {
    const { messageId } = verdict.data;
    const receivedAt = verdict.type === 'MessageRouted' ? verdict.data.routedAt : verdict.data.failedAt;
    // As far as can be told, it was received then.
    if (this.#isCut && this.needs.wants({ messageId, receivedAt, text: '' }))
      this.finder.tell({ kind: 'beheaded', messageId });
    return undefined;
  }

  /** @returns what came of it; undefined when it was not run */
  *#run(
    group: Group,
    { message, causeId }: Pending,
    seen: number,
  ): Steps<Omit<TakenAgain, 'replayed'> | undefined> {
    const { verdict } = group;
    const wasFailed = this.#failed.delete(message.messageId);
    if (!this.needs.wants(message)) return undefined;
    const isRepeated = verdict.type === 'MessageRouted' && verdict.data.outcome === 'duplicate';
    if (isRepeated) this.#tellNotRun('duplicate', message);
    else if (this.finder.ask !== undefined) yield* this.#ask(group, message, seen, wasFailed);
    else {
      const elsewhere = yield* textsElsewhere(this.needs, verdict);
      if (elsewhere !== undefined) {
        const from = { connection: this.connection, pending: { message, causeId }, verdict, elsewhere };
        const again = yield* takeAgain(this.needs, group, from, {
          known: this.#now.seenAt(seen),
          // Most stories are the same as they were.
          ...(this.#now === this.#then ? {} : { knownThen: this.#then.seenAt(seen) }),
          lines: this.#lines,
          wasFailed,
        });
        this.#tell(verdict, again.replayed);
        return again;
      }
      this.#tellNotRun('cutAway', message);
    }
    return undefined;
  }

  *#ask(group: Group, message: MessageReceived['data'], seen: number, wasFailed: boolean): Steps<void> {
    const { ask } = this.finder;
    if (!wasFailed && ask !== undefined) yield* ask(message, this.#then.seenAt(seen), group);
    this.#tell(group.verdict, { kind: 'same', messageId: message.messageId });
  }

  /** A dead letter may be put back and decided on yet: then it is told of there. */
  #tell({ type }: Group['verdict'], replayed: Replayed): void {
    if (type === 'RoutingFailed') this.#failed.set(replayed.messageId, replayed);
    else this.finder.tell(replayed);
  }
}
