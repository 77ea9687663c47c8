import type { App } from '../../../src/apps/app.js';
import { behind } from './phrases.js';

/** Greets back, and leaves the message to whoever else may take it. */
export default {
  name: 'greetings',
  handle: (message, { contact }) => {
    const asked = behind(message.text, 'greeting');
    if (asked === undefined) return;
    message.respond(
      contact.name === undefined
        ? `${asked.phrases.greeting}!`
        : `${asked.phrases.greeting}, ${contact.name}!`,
    );
  },
} satisfies App;
