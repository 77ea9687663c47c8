/** An app that answers `fifty` with 50 texts. */
export default {
  name: 'chatty',
  handle(message: { readonly text: string; respond(text: string): void }): boolean {
    if (message.text !== 'fifty') return false;
    for (let index = 1; index <= 50; index += 1) message.respond(`answer ${index} of 50`);
    return true;
  },
};
