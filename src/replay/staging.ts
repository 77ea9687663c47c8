import { type Connection, conversationStream } from '../domain/connection.js';
import type { RehearsedMessage, RehearsedStep, RehearsedText } from './question.js';
import type { RecordedCounts, RecordedStory, RecordedText } from './recordedStory.js';
import { type Scene, seenThere } from './scenes.js';

/** What is known of a conversation when someone else's text goes there. */
interface Sight {
  readonly counts: RecordedCounts;
  /** Facts up to this revision. */
  readonly revision: number;
}

/** Sets the scenes: before each message, what apps must know of whoever sends it and of whoever gets a text, as it was known then. */
export class Staging {
  readonly #told: ReadonlySet<string>;
  /** What the transcript itself makes of a conversation so far. */
  readonly #counts = new Map<string, RecordedCounts>();
  /** How many facts of a conversation are told, or not to be told any more. */
  readonly #factsTold = new Map<string, number>();

  /** @param stories - by the names of their streams: all that scenes have to do with */
  constructor(
    private readonly stories: ReadonlyMap<string, RecordedStory>,
    private readonly scenes: readonly Scene[],
    /** Who gets texts today of whom nothing is recorded with a message. */
    private readonly alsoTo: ReadonlyMap<string, readonly Connection[]>,
  ) {
    this.#told = new Set(scenes.map(({ decision }) => decision.id));
  }

  steps(): readonly RehearsedStep[] {
    return this.scenes.flatMap((scene) => this.#stepsOf(scene));
  }

  #stepsOf({ story, decision }: Scene): readonly RehearsedStep[] {
    const { counts, revision, message, at } = decision;
    // The message itself counts when it comes in.
    const before = { ...counts, received: Math.max(0, counts.received - 1) };
    const own = this.#remind(story, { counts: before, revision: revision - 1 });
    const others = this.#recipientsOf({ story, decision });
    const theirs = others.flatMap(([other, sight]) => this.#remind(other, sight));
    this.#count(story, { received: 1, sent: story.answersTo(message.messageId).filter(isSent).length });
    for (const { messageId, ...to } of decision.elsewhere) {
      const other = this.stories.get(conversationStream(to));
      if (other?.texts.get(messageId)?.isSent === true) this.#count(other, { sent: 1 });
    }
    const { text, ...told } = message;
    const sends: RehearsedMessage = {
      kind: 'message',
      from: story.connection,
      text,
      at: Date.parse(at),
      told,
    };
    return [...own, ...theirs, sends];
  }

  /** Facts that no message of the transcript leads to, and the counts. */
  #remind(story: RecordedStory, { counts, revision }: Sight): readonly RehearsedStep[] {
    const { connection: from, facts } = story;
    const stream = conversationStream(from);
    const steps: RehearsedStep[] = [];
    let next = this.#factsTold.get(stream) ?? 0;
    for (let fact = facts[next]; fact !== undefined && fact.revision <= revision; fact = facts[next]) {
      const { type, data, causeId } = fact;
      if (!this.#told.has(causeId ?? '')) steps.push({ kind: 'fact', from, type, data });
      next += 1;
    }
    this.#factsTold.set(stream, next);
    const { received = 0, sent = 0 } = this.#counts.get(stream) ?? {};
    const isOther = counts.received !== received || counts.sent !== sent;
    this.#counts.set(stream, counts);
    const { firstReceivedAt, ...numbers } = counts;
    const since = firstReceivedAt === undefined ? {} : { since: Date.parse(firstReceivedAt) };
    return [...steps, { kind: 'counts', from, ...numbers, ...since, isOther }];
  }

  #recipientsOf({ decision }: Scene): readonly (readonly [RecordedStory, Sight])[] {
    const { elsewhere, isOlder, at, message } = decision;
    const found = new Map<string, readonly [RecordedStory, Sight]>();
    const add = (to: Connection, revisionIn: (story: RecordedStory) => number) => {
      const stream = conversationStream(to);
      const story = this.stories.get(stream);
      if (story === undefined || found.has(stream)) return;
      const revision = revisionIn(story);
      found.set(stream, [story, { counts: story.countsAt(revision), revision }]);
    };
    for (const { messageId, ...to } of elsewhere) add(to, (other) => seenThere(other, messageId, isOlder));
    for (const to of this.alsoTo.get(message.messageId) ?? [])
      add(to, (story) => {
        const [text] = story.answersTo(message.messageId);
        return text === undefined ? story.storedBy(Date.parse(at)) : text.revision - 1;
      });
    return [...found.values()];
  }

  #count(story: RecordedStory, more: { readonly received?: number; readonly sent?: number }): void {
    const stream = conversationStream(story.connection);
    const { received, sent } = this.#counts.get(stream) ?? { received: 0, sent: 0 };
    this.#counts.set(stream, { received: received + (more.received ?? 0), sent: sent + (more.sent ?? 0) });
  }
}

/** What was sent to whom in answer to a message, as it was recorded: first to whoever sent it. */
export const sentThen = (
  { story, decision }: Scene,
  stories: ReadonlyMap<string, RecordedStory>,
  alsoTo: readonly Connection[],
): readonly RehearsedText[] => {
  const { messageId } = decision.message;
  const others = [...decision.elsewhere, ...alsoTo].flatMap(
    (to) => stories.get(conversationStream(to)) ?? [],
  );
  return [...new Set([story, ...others])].flatMap((one) =>
    one
      .answersTo(messageId)
      .filter(isSent)
      .map(({ text }) => ({ ...one.connection, text })),
  );
};

const isSent = (text: RecordedText): boolean => text.isSent;
