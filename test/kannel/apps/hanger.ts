/** An app with a fault: at `hang` it never comes back. */
export default {
  name: 'hanger',
  handle(message: { readonly text: string }): boolean | Promise<boolean> {
    return message.text === 'hang' ? new Promise<boolean>(() => {}) : false;
  },
};
