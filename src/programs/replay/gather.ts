import {
  type Connection,
  connectionOf,
  conversationStream,
  isSameConnection,
} from '../../domain/connection.js';
import type { RehearsedReaction, RehearsedStep } from '../../replay/question.js';
import { type RecordedDecision, RecordedStory } from '../../replay/recordedStory.js';
import { type Scene, scenesOf } from '../../replay/scenes.js';
import { Staging, sentThen } from '../../replay/staging.js';
import type { OpenStore } from '../../store/port.js';

interface Range {
  /** Messages received at or after: ISO, UTC. */
  readonly since?: string;
  /** Messages received before: ISO, UTC. */
  readonly until?: string;
}

/** Conversations that talk to each other, read as far as a test of one of them needs them. */
export class Gathered {
  readonly #stories = new Map<string, RecordedStory>();
  readonly #alsoTo = new Map<string, Connection[]>();
  scenes: readonly Scene[] = [];
  /** Conversations wrote to each other at the same moment: no order of them is that of then. */
  isTangled = false;

  private constructor(private readonly store: OpenStore) {}

  /** A conversation with those whose messages led to texts in it. */
  static async around(store: OpenStore, connection: Connection, range: Range): Promise<Gathered> {
    const gathered = new Gathered(store);
    const own = await gathered.#read(connection);
    const senders = new Map<string, Connection>();
    for (const { from } of own.texts.values())
      if (from !== undefined) senders.set(conversationStream(from), from);
    senders.delete(conversationStream(connection));
    const others: RecordedStory[] = [];
    for (const from of senders.values()) others.push(await gathered.#read(from));
    const isWanted = ({ message: { receivedAt } }: RecordedDecision) =>
      (range.since === undefined || receivedAt >= range.since) &&
      (range.until === undefined || receivedAt < range.until);
    const talking = others.filter(({ decisions }) =>
      decisions.some((one) => isWanted(one) && one.elsewhere.some((to) => isSameConnection(to, connection))),
    );
    const { scenes, isTangled } = scenesOf([own, ...talking], isWanted);
    gathered.scenes = scenes;
    gathered.isTangled = isTangled;
    for (const { decision } of gathered.scenes) for (const to of decision.elsewhere) await gathered.#read(to);
    return gathered;
  }

  /** Conversations that say something in the transcript. */
  get conversations(): number {
    return new Set(this.scenes.map(({ story }) => story)).size;
  }

  /** Everyone who is spoken of, and what apps remembered of them. */
  get everyone(): readonly RecordedStory[] {
    return [...this.#stories.values()];
  }

  steps(): readonly RehearsedStep[] {
    return new Staging(this.#stories, this.scenes, this.#alsoTo).steps();
  }

  /** Messages on which an app fails do not fit into a transcript. @returns how many these are */
  leaveOut(reactions: readonly RehearsedReaction[]): number {
    const before = this.scenes.length;
    this.scenes = this.scenes.filter((_scene, nth) => reactions[nth]?.error === undefined);
    return before - this.scenes.length;
  }

  /** Apps write to others than they did then: what is known of these matters as well. @returns false when all of them are known */
  async meet(reactions: readonly RehearsedReaction[]): Promise<boolean> {
    let isNew = false;
    for (const [nth, { story, decision }] of this.scenes.entries()) {
      const known = [story.connection, ...decision.elsewhere, ...this.#metBy(decision)];
      for (const { backend, identity } of reactions[nth]?.sent ?? []) {
        const to = { backend, identity };
        if (known.some((one) => isSameConnection(one, to))) continue;
        await this.#read(to);
        this.#alsoTo.set(decision.message.messageId, [...this.#metBy(decision), to]);
        isNew = true;
      }
    }
    return isNew;
  }

  /** The messages that are not answered as they were. */
  differing(reactions: readonly RehearsedReaction[]): readonly string[] {
    return this.scenes.flatMap((scene, nth) => {
      const then = sentThen(scene, this.#stories, this.#metBy(scene.decision));
      const now = (reactions[nth]?.sent ?? []).map(({ backend, identity, text }) => ({
        backend,
        identity,
        text,
      }));
      return inOrder(then) === inOrder(now) ? [] : [scene.decision.message.messageId];
    });
  }

  #metBy({ message }: RecordedDecision): readonly Connection[] {
    return this.#alsoTo.get(message.messageId) ?? [];
  }

  async #read(connection: Connection): Promise<RecordedStory> {
    const stream = conversationStream(connection);
    const known = this.#stories.get(stream);
    if (known !== undefined) return known;
    const story = new RecordedStory(connectionOf(stream) ?? connection);
    this.#stories.set(stream, story);
    for await (const event of this.store.readStream(stream)) story.add(event);
    return story;
  }
}

/** Those to one after those to another: between them there is no order. */
const inOrder = (texts: readonly (Connection & { readonly text: string })[]): string => {
  const byRecipient = new Map<string, string[]>();
  for (const { text, ...to } of texts) {
    const stream = conversationStream(to);
    byRecipient.set(stream, [...(byRecipient.get(stream) ?? []), text]);
  }
  return JSON.stringify([...byRecipient].sort(([one], [other]) => (one < other ? -1 : 1)));
};
