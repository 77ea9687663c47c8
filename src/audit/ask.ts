import { type Cursor, readCursor } from './cursor.js';
import { type Asked, type RangeWish, Reading, type Surroundings } from './reading.js';
import { type Unit, units } from './time/buckets.js';
import { directions, outcomes, statuses } from './values.js';

/** The parts that stand for fields of few values, and the fields. */
export const facets = {
  direction: 'direction',
  backend: 'backend',
  app: 'app',
  status: 'status',
  outcome: 'outcome',
  code: 'code',
} as const;
export type FacetName = keyof typeof facets;
/** What groups are made by, besides units of time and facets: these look at each message. */
export const others = ['identity', 'text'] as const;
export type GroupName = Unit | FacetName | (typeof others)[number];

export interface MessagesQuestion extends RangeWish {
  readonly facets: Readonly<Partial<Record<FacetName, readonly string[]>>>;
  readonly identity: string | undefined;
  readonly correlation: string | undefined;
  /** As typed. */
  readonly words: string | undefined;
  /** Milliseconds. */
  readonly slowerThan: number | undefined;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  readonly after: Cursor | undefined;
  readonly by: readonly GroupName[];
  /** Of groups, so many at most. */
  readonly maxGroups: number | undefined;
  /** Backends that are not counted. */
  readonly leftOut: readonly string[];
  /** With groups: how long things took. */
  readonly times: boolean;
  /** It asks how many there are, and not which. */
  readonly counts: boolean;
}

export interface EventsQuestion extends RangeWish {
  readonly types: readonly string[] | undefined;
  readonly categories: readonly string[] | undefined;
  /** Of one stream, or of the conversation with one identity. */
  readonly stream: string | undefined;
  readonly identity: string | undefined;
  /** With an identity alone. */
  readonly backend: string | undefined;
  readonly correlation: string | undefined;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
  /** A position. */
  readonly after: string | undefined;
}

const rangeParts = ['since', 'until', 'zone', 'order', 'limit', 'after'] as const;
export const messagesParts = [
  ...rangeParts,
  ...(Object.keys(facets) as FacetName[]),
  ...(['identity', 'to', 'from', 'correlation', 'words', 'slowerThan', 'by', 'times', 'testers'] as const),
];
export const eventsParts = [
  ...rangeParts,
  ...(['type', 'category', 'stream', 'identity', 'backend', 'correlation'] as const),
];

/** What is named in a configuration, and by gateways. */
export const openFacets = ['backend', 'app', 'code'] as const;
/** The values of the others are known beforehand. */
const closed: Readonly<Partial<Record<FacetName, readonly string[]>>> = {
  direction: directions,
  status: statuses,
  outcome: [...outcomes, 'none'],
};

/** @throws {AuditError} */
export const messagesQuestion = (asked: Asked, surroundings: Surroundings): MessagesQuestion => {
  const read = new Reading(asked, surroundings, messagesParts);
  const words = read.one('words');
  const after = read.one('after');
  const cursor = after === undefined ? undefined : readCursor(after);
  if (after !== undefined && cursor === undefined)
    read.fail('after', 'what the page before gave for the next one', after);
  const who = whoOf(read);
  const counts = read.list('by').length > 0 || read.flag('times');
  const isOfOne = [who.facets.backend, who.identity, read.one('correlation')].some(
    (given) => given !== undefined,
  );
  return {
    ...read.range(),
    ...who,
    leftOut:
      (counts || leavesOut(read)) && !isOfOne && !read.flag('testers') ? (surroundings.played ?? []) : [],
    correlation: read.one('correlation'),
    words,
    slowerThan: read.duration('slowerThan'),
    order: read.choice('order', ['newest', 'oldest'], 'newest'),
    limit: read.limit(),
    after: cursor,
    by: groupsOf(read),
    maxGroups: read.one('limit') === undefined ? undefined : read.limit(),
    times: read.flag('times'),
    counts,
  };
};

/** Of a list too, when it is said. */
const leavesOut = (read: Reading): boolean => read.one('testers') === 'false';

/** To a number is what went out to it, from a number what came in from it. */
const whoOf = (read: Reading): Pick<MessagesQuestion, 'facets' | 'identity'> => {
  const [to, from] = [read.one('to'), read.one('from')];
  const chosen: Partial<Record<FacetName, readonly string[]>> = {};
  for (const name of Object.keys(facets) as FacetName[]) {
    const known = closed[name];
    const given = known === undefined ? read.list(name) : read.listOf(name, known);
    if (given.length > 0) chosen[name] = given.map((value) => (value === 'none' ? '' : value));
  }
  if (to !== undefined && from !== undefined)
    read.fail('from', 'one of to and from: a message goes one way', from);
  if (to !== undefined) chosen.direction = ['out'];
  if (from !== undefined) chosen.direction = ['in'];
  return { facets: chosen, identity: to ?? from ?? read.one('identity') };
};

const groupsOf = (read: Reading): readonly GroupName[] => {
  const all: readonly GroupName[] = [...units, ...(Object.keys(facets) as FacetName[]), ...others];
  const by = read
    .list('by')
    .map((name) => all.find((known) => known === name) ?? read.fail('by', `some of ${all.join(', ')}`, name));
  const times = by.filter((name) => units.some((unit) => unit === name));
  if (times.length > 1) read.fail('by', `one of ${units.join(', ')}`, times.join(','));
  return [...new Set(by)];
};

/** @throws {AuditError} */
export const eventsQuestion = (asked: Asked, surroundings: Surroundings): EventsQuestion => {
  const read = new Reading(asked, surroundings, eventsParts);
  const [backend, identity] = [read.one('backend'), read.one('identity')];
  if (backend !== undefined && identity === undefined)
    read.fail('backend', 'an identity with it: events are by conversation', backend);
  const [types, categories] = [read.list('type'), read.list('category')];
  return {
    ...read.range(),
    types: types.length === 0 ? undefined : types,
    categories: categories.length === 0 ? undefined : categories,
    stream: read.one('stream'),
    identity,
    backend,
    correlation: read.one('correlation'),
    order: read.choice('order', ['newest', 'oldest'], 'newest'),
    limit: read.limit(),
    after: read.one('after'),
  };
};
