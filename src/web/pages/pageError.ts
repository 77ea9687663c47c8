/** Thrown by a page for what is not there, or was asked for wrongly: told in the frame. */
export class PageError extends Error {
  override readonly name = 'PageError';

  constructor(
    readonly status: 400 | 403 | 404 | 409 | 410 | 413 | 503,
    message: string,
  ) {
    super(message);
  }
}
