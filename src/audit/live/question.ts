import { type Asked, type RangeWish, Reading, type Surroundings } from '../reading.js';
import { directions, eventStatuses, outcomes } from '../values.js';

/** Which events are wanted while they happen: every given part. */
export interface LiveQuestion {
  readonly types: readonly string[] | undefined;
  readonly categories: readonly string[] | undefined;
  readonly stream: string | undefined;
  readonly correlation: string | undefined;
  readonly backends: readonly string[] | undefined;
  /** In any spelling. */
  readonly identity: string | undefined;
  readonly apps: readonly string[] | undefined;
  readonly direction: 'in' | 'out' | undefined;
  readonly outcomes: readonly string[] | undefined;
  readonly statuses: readonly string[] | undefined;
  readonly codes: readonly string[] | undefined;
  /** As typed. */
  readonly words: string | undefined;
  /** From when on, in milliseconds; undefined: from now on. */
  readonly since: number | undefined;
  /** The position of the last event that is known; it comes before `since`. */
  readonly after: string | undefined;
  readonly zone: RangeWish['zone'];
}

export const liveParts = [
  'type',
  'category',
  'stream',
  'correlation',
  'backend',
  'identity',
  'app',
  'direction',
  'outcome',
  'status',
  'code',
  'words',
  'since',
  'after',
  'zone',
] as const;

/** @throws {AuditError} */
export const liveQuestion = (asked: Asked, surroundings: Surroundings): LiveQuestion => {
  const read = new Reading(asked, surroundings, liveParts);
  const given = (values: readonly string[]) => (values.length === 0 ? undefined : values);
  const list = (part: string) => given(read.list(part));
  const { since, zone } = read.range();
  return {
    types: list('type'),
    categories: list('category'),
    stream: read.one('stream'),
    correlation: read.one('correlation'),
    backends: list('backend'),
    identity: read.one('identity'),
    apps: list('app'),
    direction: read.one('direction') === undefined ? undefined : read.choice('direction', directions, 'in'),
    outcomes: given(read.listOf('outcome', outcomes)),
    statuses: given(read.listOf('status', eventStatuses)),
    codes: list('code'),
    words: read.one('words'),
    since,
    after: read.one('after'),
    zone,
  };
};
