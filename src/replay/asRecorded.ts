import { isSameConnection } from '../domain/connection.js';
import type { DomainEvent } from '../domain/event.js';
import type { MessageCancelled, MessageSent } from '../domain/events.js';
import { inOrder, type Made, type Recorded, type StoredEvent, type StoredText } from './decided.js';

/**
 * Whether the re-run decided just what was recorded. Most do, and of these nothing need be made to look at. False where that is
 * not certain at once.
 */
export const isAsRecorded = ({ verdict, facts, texts }: Recorded, now: Made): boolean => {
  if (verdict.type === 'RoutingFailed' || now.kind === 'failed')
    return verdict.type === 'RoutingFailed' && now.kind === 'failed';
  const { messageId, outcome, app } = verdict.data;
  return (
    outcome === now.outcome &&
    app === now.app &&
    texts.length === now.texts.length &&
    facts.length === now.facts.length &&
    inOrder(verdict.id, texts).every((text, index) => isText(messageId, text, now.texts[index])) &&
    facts.every((fact, index) => isFact(fact, now.facts[index]))
  );
};

type TextNow = Extract<Made, { kind: 'routed' }>['texts'][number];

const isText = (answered: string, { to, event }: StoredText, now: TextNow | undefined): boolean =>
  now !== undefined &&
  (isPlainly(answered, event, now) || isSameText(event.data as StoredData, now)) &&
  isSameConnection(to, now.to);

const answers = ',"inResponseTo":';

/** A text without a priority, as most are: it need not be parsed to be found the same. */
const isPlainly = (answered: string, { type, json }: StoredEvent, now: TextNow): boolean => {
  const { text, app, priority, cancelledBy } = now;
  if (json === undefined || type !== 'MessageSent' || priority !== undefined || cancelledBy !== undefined)
    return false;
  const from = json.indexOf(answers);
  const told = `${answers}"${answered}","app":"${app}","text":${JSON.stringify(text)},`;
  return json.startsWith(told, from) && !json.includes('"priority":', from + told.length);
};

type StoredData = MessageSent['data'] & Partial<Pick<MessageCancelled['data'], 'cancelledBy'>>;

const isSameText = ({ text, app, priority, cancelledBy }: StoredData, now: TextNow): boolean =>
  text === now.text &&
  app === now.app &&
  cancelledBy === now.cancelledBy &&
  // What was stopped has no priority any more.
  priority === (cancelledBy === undefined ? now.priority : undefined);

const isFact = (stored: StoredEvent, now: DomainEvent | undefined): boolean =>
  stored.type === now?.type && isJson(stored.data, now.data);

/** Whether this, which came out of JSON, is what that would be. */
const isJson = (stored: unknown, made: unknown): boolean => {
  if (typeof stored !== 'object' || stored === null) return stored === made;
  if (typeof made !== 'object' || made === null || 'toJSON' in made) return false;
  if (Array.isArray(stored)) return Array.isArray(made) && isList(stored, made);
  return Object.getPrototypeOf(made) === Object.prototype && isRecord(stored, made);
};

const isList = (stored: readonly unknown[], made: readonly unknown[]): boolean =>
  stored.length === made.length && stored.every((item, index) => isJson(item, made[index]));

const isRecord = (stored: object, made: object): boolean => {
  const keys = Object.keys(made);
  return (
    keys.length === Object.keys(stored).length &&
    keys.every((key) => Object.hasOwn(stored, key) && isJson(fieldOf(stored, key), fieldOf(made, key)))
  );
};

const fieldOf = (record: object, key: string): unknown => (record as Readonly<Record<string, unknown>>)[key];
