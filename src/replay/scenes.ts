import { conversationStream } from '../domain/connection.js';
import { comparePositions } from '../store/positions.js';
import type { RecordedDecision, RecordedStory } from './recordedStory.js';

/** A message that is to be in a transcript, and what was sent then. */
export interface Scene {
  readonly story: RecordedStory;
  readonly decision: RecordedDecision;
}

/** Up to which revision a conversation was known when a text went there from another. */
export const seenThere = ({ texts }: RecordedStory, messageId: string, isOlder: boolean): number => {
  const text = texts.get(messageId);
  return (isOlder ? (text?.revision ?? 0) - 1 : text?.seen) ?? -1;
};

export interface Scenes {
  readonly scenes: readonly Scene[];
  /** There is no order in which each of them knows what was known then: conversations wrote to each other at the same moment. */
  readonly isTangled: boolean;
}

/** A scene with those that must come after it, and how many must come before. */
interface Node {
  readonly scene: Scene;
  readonly after: Node[];
  before: number;
}

/**
 * Scenes of several conversations, one after the other so that each knows what was known then: in the order in which they were
 * stored, but for those that wrote to someone while something else was decided there. Where two did so to each other, there is
 * no such order, and it is that of the store.
 */
export const scenesOf = (
  stories: readonly RecordedStory[],
  isWanted: (decision: RecordedDecision) => boolean,
): Scenes => {
  const byStream = new Map(
    stories.map((story) => [
      conversationStream(story.connection),
      story.decisions
        .filter(isWanted)
        .map((decision): Node => ({ scene: { story, decision }, after: [], before: 0 })),
    ]),
  );
  for (const nodes of byStream.values()) {
    for (const [index, node] of nodes.entries()) {
      follow(nodes[index - 1], node);
      knowRecipients(node, byStream);
    }
  }
  return inTurn([...byStream.values()].flat());
};

const knowRecipients = (node: Node, byStream: ReadonlyMap<string, readonly Node[]>): void => {
  const { decision } = node.scene;
  for (const { messageId, ...to } of decision.elsewhere) {
    const nodes = byStream.get(conversationStream(to));
    const [first] = nodes ?? [];
    if (nodes === undefined || first === undefined || first.scene.story === node.scene.story) continue;
    const seen = seenThere(first.scene.story, messageId, decision.isOlder);
    // By what others remembered: counts can be told anywhere.
    const noted = nodes.filter((other) => remembers(other.scene));
    const next = noted.findIndex((other) => other.scene.decision.revision > seen);
    follow(next < 0 ? noted.at(-1) : noted[next - 1], node);
    follow(node, noted[next]);
  }
};

const remembers = ({ story, decision }: Scene): boolean => story.remembered.has(decision.id);

const follow = (first: Node | undefined, second: Node | undefined): void => {
  if (first === undefined || second === undefined) return;
  first.after.push(second);
  second.before += 1;
};

/** Of those that may come, always the one that was stored first. */
const inTurn = (nodes: readonly Node[]): Scenes => {
  const left = [...nodes].sort((one, other) =>
    comparePositions(one.scene.decision.position, other.scene.decision.position),
  );
  const scenes: Scene[] = [];
  let isTangled = false;
  while (left.length > 0) {
    const index = left.findIndex(({ before }) => before === 0);
    isTangled ||= index < 0;
    const [node] = left.splice(Math.max(index, 0), 1);
    if (node === undefined) break;
    scenes.push(node.scene);
    for (const next of node.after) next.before -= 1;
  }
  return { scenes, isTangled };
};
