const againByCode = {
  /** Not an export, or of a newer version of the format. */
  unreadable: false,
  /** A line, or what lines there are, is not what was written. */
  altered: false,
  /** It ends before its footer. */
  truncated: false,
  /** The target has other events in one of the streams. */
  conflict: false,
  /** The target cannot hold an event of the export: too large for it, say. */
  refused: false,
  /** The target takes nothing now. */
  unavailable: true,
  /** A file is in the way. */
  exists: false,
  /** A stream that is to be left out is not there: a name mistyped would erase no one. */
  missing: false,
  /** An export that was cut off does not come from this store. */
  mismatch: false,
} as const;

export type TransferErrorCode = keyof typeof againByCode;

/** Why a store could not be moved, in a sentence for the person who moves it. */
export class TransferError extends Error {
  override readonly name = 'TransferError';
  readonly code: TransferErrorCode;
  /** True when the same call may succeed later. */
  readonly retryable: boolean;

  constructor(code: TransferErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.retryable = againByCode[code];
  }
}
