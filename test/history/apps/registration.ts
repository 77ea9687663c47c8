import type { App } from '../../../src/apps/app.js';
import type { IncomingMessage } from '../../../src/apps/message.js';
import type { DomainEvent } from '../../../src/domain/event.js';
import { behind, fill, type Phrases, phrasesIn } from './phrases.js';

interface Person {
  readonly name?: string;
  readonly language?: string;
  /** The next text is the name. */
  readonly isAsked: boolean;
}

type Fact =
  | DomainEvent<'ContactRegistered', { name: string; language: string }>
  | DomainEvent<'NameAsked', { language: string }>;

const registered = (message: IncomingMessage<Fact>, name: string, phrases: Phrases): true => {
  message.record({ type: 'ContactRegistered', data: { name, language: phrases.language } });
  message.respond(fill(phrases.welcome, { name }));
  return true;
};

/** Asks for a name, in one message or in two, and tells the other apps who it is. */
export default {
  name: 'registration',
  initial: { isAsked: false },
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'ContactRegistered':
        return { ...data, isAsked: false };
      case 'NameAsked':
        return { ...state, language: data.language, isAsked: true };
      default:
        return state;
    }
  },
  contact: ({ name, language }) => ({
    ...(name === undefined ? {} : { name }),
    ...(language === undefined ? {} : { language }),
  }),

  handle: (message, { state }) => {
    const asked = behind(message.text, 'register');
    if (asked === undefined) {
      return state.isAsked && registered(message, message.text, phrasesIn(state.language));
    }
    const { phrases, rest } = asked;
    if (rest !== '') return registered(message, rest, phrases);
    message.record({ type: 'NameAsked', data: { language: phrases.language } });
    message.respond(phrases.askName);
    return true;
  },
} satisfies App<Person, Fact>;
