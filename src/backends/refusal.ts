import type { Inbound, InboundRequest } from './backend.js';

type Rejected = Extract<Inbound, { kind: 'rejected' }>;

/** A request that cannot be understood. The message says what was expected. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: Rejected['status'];

  constructor(status: Rejected['status'], reason: string) {
    super(reason);
    this.status = status;
  }
}

/** A reader that may throw a {@link Refusal}, as an inbound route wants it. */
export const refusing =
  (read: (request: InboundRequest) => Inbound) =>
  (request: InboundRequest): Inbound => {
    try {
      return read(request);
    } catch (error) {
      if (error instanceof Refusal) return { kind: 'rejected', status: error.status, reason: error.message };
      throw error;
    }
  };
