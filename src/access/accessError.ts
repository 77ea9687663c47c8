const facts = {
  'bad-name': 400,
  'bad-password': 400,
  'bad-end': 400,
  'no-scope': 400,
  'own-account': 403,
  unknown: 404,
  taken: 409,
  'dead-link': 410,
  busy: 503,
} as const;

export type AccessErrorCode = keyof typeof facts;

/** What cannot be done with a user or a token. The message is a sentence for the person who asked. */
export class AccessError extends Error {
  override readonly name = 'AccessError';
  readonly code: AccessErrorCode;
  /** Of HTTP. */
  readonly status: number;

  constructor(code: AccessErrorCode, message: string) {
    super(message);
    this.code = code;
    this.status = facts[code];
  }
}
