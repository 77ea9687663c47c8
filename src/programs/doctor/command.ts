/** A command to be copied into a shell: what it would take apart or expand is quoted. */
export const command = (...words: readonly string[]): string => words.map(quoted).join(' ');

const quoted = (word: string): string =>
  /^[\p{L}\p{N}_@%+=:,./-]+$/u.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
