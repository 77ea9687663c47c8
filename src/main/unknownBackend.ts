/** A backend's name that the configuration does not have. */
export class UnknownBackend extends Error {
  override readonly name = 'UnknownBackend';
  readonly code = 'unknown-backend';

  constructor(backend: string, existing: readonly string[]) {
    super(`There is no backend ${backend}. The configured backends are: ${existing.join(', ') || 'none'}.`);
  }
}
