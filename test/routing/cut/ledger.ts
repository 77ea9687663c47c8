import type { EventLog, LoggedEvent } from '../../eventstoredb/log.js';

/** A text that the server holds, or held since it was last restored. */
interface Text {
  readonly event: LoggedEvent;
  answers: number;
  /** Its stream did not show it at some time before it was answered. */
  hidden: boolean;
  /** Whoever was to route it had it live in hand from its first moment on: then it is answered though it is hidden. */
  inHand: boolean;
}

/** What a server tells when it is put back to an earlier state. */
export interface Account {
  readonly texts: ReadonlyMap<string, Text>;
  readonly answered: ReadonlyMap<string, number>;
}

interface Told {
  readonly messageId: string;
  readonly inResponseTo?: string;
  readonly text?: string;
  readonly error?: string;
}

/**
 * What is received and answered, noted at the very moment at which the server writes it: streams are cut and $all is scavenged,
 * so that nothing can be counted there later.
 */
export class Ledger {
  /** What is wrong whatever comes after it. */
  readonly faults: string[] = [];
  /** True while all partitions are worked on by pipelines that have caught up. */
  calm = false;
  /** Streams that were made to show again what they had hidden: their apps need not remember it. */
  readonly loosened = new Set<string>();
  #texts = new Map<string, Text>();
  #answered = new Map<string, number>();
  #end: number;

  constructor(private readonly log: EventLog) {
    this.#end = log.end;
    log.changes.on('written', () => this.#look());
  }

  account(): Account {
    return {
      texts: new Map([...this.#texts].map(([id, text]) => [id, { ...text }])),
      answered: new Map(this.#answered),
    };
  }

  /** The server holds what it held then, and no one has anything of it in hand for sure. */
  restored({ texts, answered }: Account, end: number): void {
    this.#texts = new Map([...texts].map(([id, text]) => [id, { ...text, inHand: false }]));
    this.#answered = new Map(answered);
    this.#end = end;
    this.calm = false;
  }

  /** Pipelines begin anew, or someone cuts: what waits may be passed over if it is hidden. */
  disturbed(): void {
    for (const text of this.#texts.values()) text.inHand = false;
  }

  has(messageId: string): boolean {
    return this.#texts.has(messageId);
  }

  /** Texts that must still be answered, for people to read. */
  get due(): readonly string[] {
    const due = [...this.#texts.values()].filter(
      (text) => text.answers === 0 && (!text.hidden || text.inHand),
    );
    return due.map(({ event }) => `${event.stream}@${event.revision} ${toldIn(event).text}`);
  }

  isAnswered(messageId: string): boolean {
    return (this.#texts.get(messageId)?.answers ?? 0) > 0;
  }

  #look(): void {
    const { all } = this.log;
    for (let index = this.log.indexFrom(this.#end); index < all.length; index += 1) {
      const event = all[index];
      if (event?.stream.startsWith('conversation-')) this.#note(event);
    }
    this.#end = this.log.end;
    for (const text of this.#texts.values())
      if (text.answers === 0 && !text.hidden) text.hidden = this.#hides(text.event);
  }

  #hides(event: LoggedEvent): boolean {
    return this.log.streams.tombstoned(event.stream) || this.log.streams.hides(event);
  }

  #note(event: LoggedEvent): void {
    if (event.type === 'RoutingFailed') this.faults.push(`an app threw: ${toldIn(event).error}`);
    if (event.type === 'MessageSent') this.#noteAnswer(event);
    if (event.type !== 'MessageReceived') return;
    const { messageId } = toldIn(event);
    if (this.#texts.has(messageId)) this.faults.push(`received twice: ${messageId} in ${event.stream}`);
    this.#texts.set(messageId, { event, answers: 0, hidden: false, inHand: this.calm });
  }

  #noteAnswer(event: LoggedEvent): void {
    const { inResponseTo = '', text: words = '' } = toldIn(event);
    const text = this.#texts.get(inResponseTo);
    if (text === undefined) return void this.faults.push(`an answer to no text: ${words}`);
    text.answers += 1;
    if (text.answers > 1) this.faults.push(`answered ${text.answers} times: ${words} in ${event.stream}`);
    this.#checkMemory(event, Number(words.split(' ').at(-1)));
  }

  /** What the app remembers: all that its stream shows, or more, since it was loaded before a cut; never what is not there. */
  #checkMemory(event: LoggedEvent, count: number): void {
    const { stream } = event;
    const ever = (this.#answered.get(stream) ?? 0) + 1;
    this.#answered.set(stream, ever);
    const facts = this.log.streams.of(stream).events.filter(({ type }) => type === 'counter.Counted');
    const shown = facts.filter((fact) => fact.revision < event.revision && !this.#hides(fact)).length;
    const least = this.loosened.has(stream) ? 1 : Math.max(1, shown);
    if (count < least || count > ever)
      this.faults.push(`remembers ${count} of ${least} to ${ever} in ${stream}@${event.revision}`);
  }
}

const toldIn = ({ data }: LoggedEvent): Told => JSON.parse(data.toString()) as Told;
