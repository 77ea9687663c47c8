import { shortenedNumber } from '../access/numbers.js';
import { connectionOf, conversationStream } from '../domain/connection.js';
import type { AuditEvent } from './events.js';
import type { Message } from './messages.js';
import type { Questions } from './recorded.js';

/**
 * The same questions, asked by someone who may not see whole numbers: they may look for one that they know, and get it shortened like all
 * others. What people wrote stays as it is.
 */
export const shortenedQuestions = (questions: Questions): Questions => ({
  messages: async (asked) => {
    const answer = await questions.messages(asked);
    return 'groups' in answer
      ? { ...answer, groups: answer.groups.map(shortenedGroup) }
      : { ...answer, messages: answer.messages.map(shortenedMessage) };
  },
  allMessages: (asked) => mapped(questions.allMessages(asked), shortenedMessage),
  events: async (asked) => {
    const answer = await questions.events(asked);
    return { ...answer, events: answer.events.map(shortenedEvent) };
  },
  allEvents: async (asked) => mapped(await questions.allEvents(asked), shortenedEvent),
  tail: (asked, stop) => mapped(questions.tail(asked, stop), shortenedEvent),
  place: (told) => questions.place(told),
  end: () => questions.end(),
});

async function* mapped<Row>(
  rows: AsyncIterable<Row>,
  shortened: (row: Row) => Row,
): AsyncGenerator<Row, void, undefined> {
  for await (const row of rows) yield shortened(row);
}

const shortenedGroup = <Group extends { readonly values: Readonly<Record<string, string>> }>(
  group: Group,
): Group => {
  const { identity } = group.values;
  return identity === undefined
    ? group
    : { ...group, values: { ...group.values, identity: shortenedNumber(identity) } };
};

export const shortenedMessage = (message: Message): Message => shortenedFields(message);

/** Fields about someone, or about nobody. */
export const shortenedFields = <Fields extends { readonly identity?: string }>(fields: Fields): Fields =>
  shortenedIn(fields, fields.identity) as Fields;

export const shortenedEvent = (event: AuditEvent): AuditEvent => {
  const { stream, data } = event;
  const connection = connectionOf(stream);
  return {
    ...event,
    stream: shortenedStream(stream),
    data: shortenedIn(data, connection?.identity) as object,
  };
};

/** The stream of a conversation tells the number of it. */
const shortenedStream = (stream: string): string => {
  const connection = connectionOf(stream);
  return connection === undefined
    ? stream
    : conversationStream({ ...connection, identity: shortenedNumber(connection.identity) });
};

/** What people wrote, and what things are called by. */
const kept = new Set([
  'text',
  'rawText',
  'decidedText',
  'backend',
  'messageId',
  'correlation',
  'inResponseTo',
  'inResponseToGatewayId',
  'duplicateOf',
  'gatewayId',
  'id',
  'app',
  'sha256',
  'run',
]);
/** Someone's number, whatever it looks like. */
const whose = new Set(['identity', 'to', 'from']);
/** A request as it came: what is in it cannot be told apart. */
const dropped = new Set(['body']);

/** Every number in what is not text, wherever it stands: also within the words of a gateway. */
const shortenedIn = (value: unknown, identity: string | undefined, name = ''): unknown => {
  if (typeof value === 'string')
    return whose.has(name) ? shortenedNumber(value) : shortenedText(value, identity);
  if (Array.isArray(value)) return value.map((part) => shortenedIn(part, identity, name));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([part]) => !dropped.has(part))
      .map(([part, within]) => [part, kept.has(part) ? within : shortenedIn(within, identity, part)]),
  );
};

/** A shorter identity is part of many words. */
const tellingAtLeast = 4;
const time = /^\d{4}-\d\d-\d\dT/;
const uuid = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** Words of a machine in which numbers may stand. @param identity - of whom they tell */
export const shortenedText = (text: string, identity?: string): string => {
  if (time.test(text) || uuid.test(text)) return text;
  if (connectionOf(text) !== undefined) return shortenedStream(text);
  const plain =
    identity === undefined || identity.length < tellingAtLeast ? text : withoutOwn(text, identity);
  return plain.replaceAll(/(?:\+|%2B)?\d(?:(?:[ -]|%20)?\d){6,}/gi, (number) => shortenedNumber(number));
};

/** As it is, and as it stands in an address. */
const withoutOwn = (text: string, identity: string): string =>
  [identity, encodeURIComponent(identity.toWellFormed())].reduce(
    (left, spelling) => left.replaceAll(spelling, shortenedNumber(identity)),
    text,
  );
