import { conversationTypes } from '../domain/understood.js';
import type { Mark, ProjectionStatus } from '../projections/statesFile.js';
import { lastEvent } from '../store/ends.js';
import { type EventFilter, type EventStore, isNoPlace } from '../store/port.js';
import { partBefore } from '../store/positions.js';
import { type MessagesIndex, type StatesFacts, UnreadableIndex } from './messagesIndex.js';

/** How far an answer that was made of a projection's states can be trusted: in events, since clocks may be wrong. */
export interface Freshness {
  /** `former`: as it was before it was begun anew. `incomplete`: what is not folded yet is missing. `none`: nothing is. */
  readonly states: 'complete' | 'former' | 'incomplete' | 'none';
  /** Events that are stored and not in the answer; not given for what is incomplete. */
  readonly behind?: number;
  /** There are more than that: they were not counted further. */
  readonly orMore?: boolean;
  /** Of what is being made, which part of the store lies behind it: 0 to 1. */
  readonly part?: number;
  /** Why it stands still. */
  readonly fault?: string;
  /** The same for people. Empty when all is in the answer. */
  readonly said: string;
}

/** What a projection makes lists of. */
export interface Folded {
  /** As its list is called. */
  readonly things: string;
  /** The name of the projection. */
  readonly projection: string;
  readonly filter: EventFilter;
}

const messages: Folded = {
  things: 'messages',
  projection: 'messages',
  filter: { types: conversationTypes, categories: ['conversation'] },
};
/** To count more would take longer than the answer. */
const countedByItself = 1_000;

/** @param countedAtMost - events that it is behind: to look at each takes the time of the thread that asks */
export const freshnessOf = async (
  index: Pick<MessagesIndex, 'facts'>,
  store: EventStore,
  countedAtMost = countedByItself,
  folded = messages,
): Promise<Freshness> => {
  let facts: StatesFacts | undefined;
  try {
    facts = await index.facts();
  } catch (error) {
    if (error instanceof UnreadableIndex) return { states: 'none', said: error.message };
    throw error;
  }
  if (facts === undefined)
    return {
      states: 'none',
      part: 0,
      said: `The ${folded.things} are not indexed yet: they are with the first \`threadless serve\`, or \`threadless projections rebuild ${folded.projection}\`.`,
    };
  const { status, made, shown } = facts;
  const part = await partOf(store, made);
  const fault = status.fault === undefined ? {} : { fault: status.fault };
  if (status.serves === 'incomplete')
    return { states: 'incomplete', part, ...fault, said: incomplete(status, part, folded) };
  const behind = await behindOf(store, shown, countedAtMost, folded);
  if (behind === undefined)
    return { states: 'none', part, ...fault, said: 'What is indexed is of another store than this one.' };
  const rebuilding = status.serves === 'former' ? { part } : {};
  return {
    states: status.serves,
    ...behind,
    ...rebuilding,
    ...fault,
    said: saidOf(status, behind, part, folded),
  };
};

const incomplete = ({ phase, fault = '' }: ProjectionStatus, part: number, { things }: Folded): string =>
  phase === 'catching-up'
    ? `The ${things} are being rebuilt, ${percent(part)}: what is not there yet is missing here.`
    : `The ${things} are ${phase} at ${percent(part)}, what came after it is missing here: ${fault}`;

const saidOf = (
  { serves, phase, fault = '' }: ProjectionStatus,
  { behind, orMore }: { readonly behind: number; readonly orMore: boolean },
  part: number,
  { things }: Folded,
): string => {
  const many = `${orMore ? 'more than ' : ''}${behind.toLocaleString('en')} ${behind === 1 ? 'event' : 'events'} behind`;
  const late = behind === 0 ? '' : `${many}. `;
  if (phase === 'stopped' || phase === 'refused') return `${late}The ${things} are ${phase}: ${fault}`;
  if (serves === 'former')
    return `${late}The ${things} are being rebuilt, ${percent(part)}: until then these are the former ones.`;
  return late.trim();
};

const percent = (part: number): string => `${Math.floor(part * 100)} %`;

const partOf = async (store: EventStore, mark: Mark | undefined): Promise<number> => {
  const last = await lastEvent(store);
  return last === undefined ? 1 : partBefore(mark?.position, last.position);
};

/** Undefined when the last event that was folded is not in the store. */
const behindOf = async (
  store: EventStore,
  mark: Mark | undefined,
  countedAtMost: number,
  { filter }: Folded,
): Promise<{ readonly behind: number; readonly orMore: boolean } | undefined> => {
  const last = mark?.last;
  let count = 0;
  let isFirst = last !== undefined;
  const from = last === undefined ? {} : { from: last.position };
  try {
    for await (const { id } of store.readAll({ ...from, filter, maxCount: countedAtMost + 2 })) {
      if (isFirst && id !== last?.id) return undefined;
      if (!isFirst) count += 1;
      isFirst = false;
    }
  } catch (error) {
    if (isNoPlace(error)) return undefined;
    throw error;
  }
  if (isFirst) return undefined;
  return { behind: Math.min(count, countedAtMost), orMore: count > countedAtMost };
};
