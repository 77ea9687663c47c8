import type { App } from '../../../src/apps/app.js';
import type { DomainEvent } from '../../../src/domain/event.js';
import { behind, fill, phrasesIn } from './phrases.js';

type Fact =
  | DomainEvent<'SurveyBegun', { language: string }>
  | DomainEvent<'Answered', { question: number; answer: string }>;

interface Survey {
  /** The one that is open; 0 without a survey. */
  readonly question: number;
  readonly language?: string;
}

const questions = 3;

/** Gives advice, in as many short messages as it takes, and asks three questions one after the other. */
export default {
  name: 'questions',
  initial: { question: 0 },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'SurveyBegun':
        return { question: 1, language: data.language };
      case 'Answered':
        return { ...state, question: data.question === questions ? 0 : data.question + 1 };
      default:
        return state;
    }
  },

  handle: (message, { state, contact }) => {
    const asked = behind(message.text, 'ask');
    if (asked !== undefined) {
      message.respond(asked.phrases.advice, { priority: 1 });
      return true;
    }
    const begun = behind(message.text, 'survey');
    if (begun !== undefined) {
      message.record({ type: 'SurveyBegun', data: { language: begun.phrases.language } });
      message.respond(fill(begun.phrases.question, { count: 1 }));
      return true;
    }
    const { question, language } = state;
    if (question === 0) return undefined;
    message.record({ type: 'Answered', data: { question, answer: message.text } });
    const phrases = phrasesIn(language);
    const next = question === questions ? phrases.thanks : phrases.question;
    message.respond(fill(next, { count: question + 1, name: contact.name ?? '' }));
    return true;
  },
} satisfies App<Survey, Fact>;
