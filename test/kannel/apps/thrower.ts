/** An app with a fault: it throws at `throw`. */
export default {
  name: 'thrower',
  handle(message: { readonly text: string }): boolean {
    if (message.text === 'throw') throw new Error('boom');
    return false;
  },
};
