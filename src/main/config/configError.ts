/** A configuration that cannot work: one line for each thing wrong, with the key's path and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(readonly problems: readonly string[]) {
    super(`The configuration cannot work:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}
