import type { App } from '../../../src/apps/app.js';

/** `@identity` on the first line: the rest goes to that person of the same backend. */
export default {
  name: 'relay',
  handle: (message, { contact }) => {
    const [, identity, text] = /^@([^\n]+)\n(.+)$/su.exec(message.text) ?? [];
    if (identity === undefined || text === undefined) return undefined;
    message.send(identity, `${contact.name ?? message.connection.identity}: ${text}`);
    message.respond(`→ ${identity} ✓`);
    return true;
  },
} satisfies App;
