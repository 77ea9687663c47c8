import type { App } from '../../../src/apps/app.js';
import { phrasesIn } from './phrases.js';

/** Answers what no app understood, as long as there is a letter in it. */
export default {
  name: 'fallback',
  default: (message, { contact }) => {
    if (!/\p{L}/u.test(message.text)) return false;
    message.respond(phrasesIn(contact.language).sorry);
    return true;
  },
} satisfies App;
