import { defineApp } from '../../../../src/apps/app.js';

/** `slow 500` takes half a second. */
export default defineApp({
  name: 'slow',
  handle: async (message) => {
    const [word, ms] = message.text.split(' ');
    if (word !== 'slow') return false;
    // For a test that waits for it, in the same process.
    process.emit('slow begins' as never);
    await new Promise((resolve) => setTimeout(resolve, Number(ms)));
    message.respond('done');
    return true;
  },
});
