/** Of the page on which a user chooses a password. */
export const linkPath = (name: string, secret: string): string =>
  `/setup/?name=${encodeURIComponent(name)}&link=${secret}`;
