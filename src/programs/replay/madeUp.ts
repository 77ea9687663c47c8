import { type Connection, conversationStream } from '../../domain/connection.js';
import { Pseudonyms } from '../../explain/anonymous.js';
import type { Answer, RehearsedReaction, RehearsedStep, RehearsedText } from '../../replay/question.js';
import type { Gathered } from './gather.js';
import type { Ask } from './simplest.js';

/** A conversation of made-up people. */
export interface MadeUp {
  readonly steps: readonly RehearsedStep[];
  readonly answer: Answer;
  /** It is not the same conversation with other names: apps go by these. */
  readonly isOther: boolean;
  /** Words that someone had recorded as a name, and that apps go by: they stay as they are. */
  readonly kept: readonly string[];
}

/** How often it is looked what apps make of made-up people: each time it may be something else in turn. */
const mostRounds = 8;

/**
 * The same conversation of made-up people: names are known by the facts that were recorded of them. Whoever only gets texts is
 * called what the apps call them then: an office that an app writes to keeps its name.
 *
 * @param plain - what the apps answer to the real ones
 */
export const ofNobody = async (
  steps: readonly RehearsedStep[],
  gathered: Gathered,
  plain: Answer,
  ask: Ask,
): Promise<MadeUp> => {
  const names = new Names(gathered, steps);
  for (let round = 1; ; round += 1) {
    const renamed = steps.map((step) => names.renamed(step));
    const answer = await ask(renamed);
    if (!names.learn(plain, answer) || round === mostRounds)
      return { steps: renamed, answer, isOther: !names.isSame(plain, answer), kept: [...names.kept] };
  }
};

class Names {
  readonly kept = new Set<string>();
  #pseudonyms: Pseudonyms;
  readonly #texts: readonly string[];
  readonly #speakers: ReadonlySet<string>;
  /** Who is called otherwise than the pseudonyms would have it. */
  readonly #called = new Map<string, Connection>();

  constructor(
    private readonly gathered: Gathered,
    steps: readonly RehearsedStep[],
  ) {
    this.#speakers = new Set(gathered.scenes.map(({ story }) => conversationStream(story.connection)));
    this.#texts = steps.flatMap((step) => (step.kind === 'message' ? [step.text.toLowerCase()] : []));
    this.#pseudonyms = this.#invent();
  }

  renamed(step: RehearsedStep): RehearsedStep {
    const from = this.#nameOf(step.from);
    if (step.kind === 'message') return { ...step, from, text: this.#pseudonyms.text(step.text) };
    if (step.kind === 'fact') return { ...step, from, data: this.#pseudonyms.value(step.data) };
    return { ...step, from };
  }

  /** @returns true when apps go by a word that was taken for a name, or call someone otherwise who only gets texts */
  learn(plain: Answer, answer: Answer): boolean {
    let isNew = this.#learnWords(plain, answer);
    for (const [was, is] of pairsOf(plain, answer)) {
      if (this.#isSpeaker(was) || isOne(this.#nameOf(was), is)) continue;
      this.#called.set(conversationStream(was), { backend: is.backend, identity: is.identity });
      isNew = true;
    }
    // What apps go by, or call by a name of their own, is nobody's in what people write either.
    if (isNew) this.#pseudonyms = this.#invent();
    return isNew;
  }

  /** A message that is decided otherwise, and begins with what was taken for a name, most likely begins with a word of an app. */
  #learnWords(plain: Answer, answer: Answer): boolean {
    const known = this.kept.size;
    for (const [nth, text] of this.#texts.entries()) {
      if (decided(plain.reactions[nth]) === decided(answer.reactions[nth])) continue;
      const word = this.#pseudonyms.firstNameOf(text);
      if (word !== undefined) this.kept.add(word);
    }
    return this.kept.size > known;
  }

  #invent(): Pseudonyms {
    const pseudonyms = new Pseudonyms();
    for (const { connection, facts } of this.gathered.everyone) {
      const isNamed =
        !this.#called.has(conversationStream(connection)) &&
        this.#texts.some((text) => text.includes(connection.identity.toLowerCase()));
      if (isNamed || this.#isSpeaker(connection)) pseudonyms.person(connection);
      pseudonyms.namesIn(facts.map(({ data }) => data));
    }
    for (const word of this.kept) pseudonyms.keep(word);
    return pseudonyms;
  }

  isSame(plain: Answer, answer: Answer): boolean {
    const all = pairsOf(plain, answer);
    const isAsMany = all.length === count(plain) && all.length === count(answer);
    const isDecided = plain.reactions.every((one, nth) => decided(one) === decided(answer.reactions[nth]));
    return isAsMany && isDecided && all.every((pair) => this.#isSameText(...pair));
  }

  #isSameText(was: RehearsedText, is: RehearsedText): boolean {
    const [from, to, got] = [was.text, this.#pseudonyms.text(was.text), is.text].map(wordsOf);
    // What an app says itself it says as ever, and what it writes in capitals is no other name.
    const isSame = got?.every((word, index) => word === from?.[index] || word === to?.[index]);
    return isOne(this.#nameOf(was), is) && got?.length === from?.length && isSame === true;
  }

  #nameOf(connection: Connection): Connection {
    return this.#called.get(conversationStream(connection)) ?? this.#pseudonyms.connection(connection);
  }

  #isSpeaker(connection: Connection): boolean {
    return this.#speakers.has(conversationStream(connection));
  }
}

const wordsOf = (text: string): readonly string[] => text.toLowerCase().split(/\s+/);

const decided = (reaction: RehearsedReaction | undefined): string => `${reaction?.outcome} ${reaction?.app}`;

const count = ({ reactions }: Answer): number => reactions.reduce((sum, { sent }) => sum + sent.length, 0);

/** Each text to the real ones with that to the made-up ones, as far as there is one. */
const pairsOf = (plain: Answer, answer: Answer): readonly (readonly [RehearsedText, RehearsedText])[] =>
  plain.reactions.flatMap(({ sent }, nth) =>
    sent.flatMap((was, index) => {
      const is = answer.reactions[nth]?.sent[index];
      return is === undefined ? [] : [[was, is] as const];
    }),
  );

const isOne = (one: Connection, other: Connection): boolean =>
  one.backend === other.backend && one.identity === other.identity;
