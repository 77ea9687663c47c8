/** A phone on a backend: who we talk to, and through which gateway. One connection is one conversation. */
export interface Connection {
  /** Name of the backend in the configuration. */
  readonly backend: string;
  /** The backend's own address for the person, usually a phone number. */
  readonly identity: string;
}

/** Whether both are the same phone on the same backend. */
export const isSameConnection = (one: Connection, other: Connection): boolean =>
  one.identity === other.identity && one.backend === other.backend;

/** The category of all conversations: EventStoreDB takes what stands before the first `-`. */
export const conversationCategory = 'conversation';

/** The stream of a connection's conversation. Both parts are percent-encoded, so any character may occur in them. */
export const conversationStream = ({ backend, identity }: Connection): string =>
  `${conversationCategory}-${encodePart(backend)}:${encodePart(identity)}`;

/** The connection whose conversation this stream is; undefined for every other stream. */
export const connectionOf = (stream: string): Connection | undefined => {
  const match = /^conversation-([^:]*):([^:]*)$/.exec(stream);
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  try {
    return { backend: decodeURIComponent(match[1]), identity: decodeURIComponent(match[2]) };
  } catch {
    return undefined;
  }
};

/** A lone surrogate has no UTF-8 form and would make encodeURIComponent throw: it becomes U+FFFD. */
const encodePart = (part: string): string => encodeURIComponent(part.toWellFormed());
