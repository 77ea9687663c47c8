import type { JSX } from 'preact';
import { shortenedNumber } from '../../../access/numbers.js';
import type { Act } from '../../../audit/lists/acts.js';
import { shortenedText } from '../../../audit/shortened.js';
import { useAsk } from '../asking.js';

/** What each type of event says that someone did. */
const said: Readonly<Record<string, string>> = {
  MessageSent: 'sent a text',
  MessageRequeued: 'requeued a message',
  MessageDiscarded: 'discarded a message',
  InboundRequeued: 'had a refused request read anew',
  InboundDiscarded: 'discarded a refused request',
  BackendPaused: 'paused a backend',
  BackendResumed: 'resumed a backend',
  WebhookCallRequeued: 'had a webhook called again',
  AuditAsked: 'asked',
  UserAdded: 'added a user',
  UserRoleChanged: 'changed the role of a user',
  UserRemoved: 'removed a user',
  PasswordLinkMade: 'made a link for a password',
  PasswordChanged: 'changed a password',
  SessionOpened: 'logged in',
  SessionClosed: 'logged out',
  SessionsClosed: 'logged out everywhere',
  TokenAdded: 'added a token',
  TokenRevoked: 'revoked a token',
};

/** A type that this version has no words for is told by its name. */
export const doneBy = (type: string): string => said[type] ?? type;

/** What exactly, beside whose conversation it was. */
export const Details = ({ act }: { readonly act: Act }): JSX.Element => {
  const { visitor, formats } = useAsk();
  const { about, question, rows, complete, messageId, rejection, name, role, scopes, from } = act;
  const parts: readonly (string | undefined)[] = [
    typeof about === 'string' ? `for ${about}` : undefined,
    questionSaid(question, visitor.seesNumbers),
    typeof rows === 'number'
      ? `${formats.number(rows)} read${complete === false ? ', broken off' : ''}`
      : undefined,
    typeof messageId === 'string' ? `message ${messageId}` : undefined,
    typeof rejection === 'string' ? `request ${rejection}` : undefined,
    typeof name === 'string' ? name : undefined,
    typeof role === 'string' ? `role ${role}` : undefined,
    Array.isArray(scopes) ? `scopes ${scopes.join(', ')}` : undefined,
    typeof from === 'string' && visitor.seesNumbers ? `from ${from}` : undefined,
  ];
  return <span dir="auto">{parts.filter((part) => part !== undefined).join(' · ')}</span>;
};

const whose = ['identity', 'to', 'from'];

const questionSaid = (question: unknown, seesNumbers: boolean): string | undefined => {
  if (typeof question !== 'object' || question === null) return undefined;
  const parts = Object.entries(question as Readonly<Record<string, unknown>>).map(([part, value]) => {
    if (seesNumbers) return `${part} “${String(value)}”`;
    return `${part} “${whose.includes(part) ? shortenedNumber(String(value)) : shortenedText(String(value))}”`;
  });
  return parts.length === 0 ? 'all of them' : parts.join(', ');
};
