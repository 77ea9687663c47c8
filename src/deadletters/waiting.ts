import type { Listed } from '../audit/lists/list.js';

/** `inbound`: an app failed on it. `outbound`: the gateway did not take it, or nobody knows. `refused`: a request that could not be read. */
export const kinds = ['inbound', 'outbound', 'refused'] as const;
export type Kind = (typeof kinds)[number];

/** What waits for a person. */
export interface Waiting {
  /** Of the message; of a refused request that of its event. */
  readonly id: string;
  readonly kind: Kind;
  readonly backend: string;
  /** Nobody is known of a refused request. */
  readonly identity?: string;
  /** Absent: it was cut away from its conversation. */
  readonly text?: string;
  /** Since when. */
  readonly at: string;
  /** The event that made it one. */
  readonly event: string;
  readonly reason: string;
  /** What the same errors have in common. */
  readonly cause: string;
  readonly request?: { readonly method: string; readonly url: string; readonly contentType: string };
  /** Of a refused request: where its event is. */
  readonly revision?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export const waitingOf = (kind: Kind, { id, at, state }: Listed): Waiting => {
  const fields = state as Fields;
  const shared = {
    id,
    kind,
    at,
    backend: textOf(fields.backend),
    reason: textOf(fields.reason),
    cause: textOf(fields.cause),
  };
  if (kind === 'refused')
    return {
      ...shared,
      event: 'InboundRejected',
      request: {
        method: textOf(fields.method),
        url: textOf(fields.url),
        contentType: textOf(fields.contentType),
      },
      revision: String(fields.revision),
    };
  return {
    ...shared,
    event: textOf(fields.event),
    identity: textOf(fields.identity),
    ...(typeof fields.text === 'string' ? { text: fields.text } : {}),
  };
};
