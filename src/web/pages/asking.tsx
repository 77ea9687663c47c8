import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { SessionKey } from '../../access/logins.js';
import type { Visitor } from '../../access/visitor.js';
import type { Connection } from '../../domain/connection.js';
import type { Formats } from './formats.js';

/** Who looks at a page, and how what they read is written. */
export interface Ask {
  /** Of the request, without its query. */
  readonly path: string;
  /** The parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly visitor: Visitor;
  /** With which the browser is logged in, if it still holds. */
  readonly session: SessionKey | undefined;
  /** From which it is asked. */
  readonly address: string;
  /** Under which this router is known to who asks: `https://router.example`. */
  readonly origin: string;
  /** What each form that changes something sends along. */
  readonly formToken: string;
  readonly formats: Formats;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Where the conversation with someone is read: without their number, for who may not see it. */
  readonly pathOf: (connection: Connection) => string;
}

/** What a page is for: reached by its parts without being handed on. */
export const Asking = createContext<Ask | undefined>(undefined);

export const useAsk = (): Ask => {
  const ask = useContext(Asking);
  if (ask === undefined) throw new Error('This part of a page is rendered outside of a page.');
  return ask;
};
