import type { Asked } from '../../../audit/reading.js';
import type { Ask } from '../asking.js';
import { type Parts, partsIn, valueIn } from '../lists/address.js';
import { isWholeNumber, openedPart, type Seals, sealedPart } from '../lists/numbers.js';

/** As they stand in the address. `q` is words, or a number. */
export const filterNames = [
  'q',
  'words',
  'identity',
  sealedPart,
  'direction',
  'backend',
  'app',
  'status',
  'outcome',
  'code',
  'since',
  'until',
  'slowerThan',
  'correlation',
  'testers',
  'order',
] as const;

export type FilterName = (typeof filterNames)[number];

/** In which parts a number may be typed. */
export const typedNumbers = { any: ['identity'], whole: ['q'] } as const;

export const filtersIn = (query: URLSearchParams): Parts => partsIn(query, filterNames);

/** Those that choose some of the messages. */
export const choosing = (filters: Parts): Parts => filters.filter(([name]) => name !== 'order');

const plain = ['direction', 'backend', 'app', 'outcome', 'code', 'slowerThan', 'correlation', 'testers'];

/** What the page asks, as the audit takes it. @throws {PageError} */
export const askedBy = (filters: Parts, ask: Pick<Ask, 'formats'>, seals: Seals): Asked => {
  const typed = valueIn(filters, 'q').trim();
  const [identity, words] = isWholeNumber(typed) ? [typed, ''] : ['', typed];
  const [, way = '', status = valueIn(filters, 'status')] =
    /^(in|out):(.*)$/.exec(valueIn(filters, 'status')) ?? [];
  const asked: Record<string, readonly string[]> = {};
  const put = (name: string, ...values: readonly string[]) => {
    const given = values.map((value) => value.trim()).filter((value) => value !== '');
    if (given.length > 0) asked[name] = given;
  };
  for (const [name, value] of filters) if (plain.includes(name)) put(name, ...(asked[name] ?? []), value);
  put('identity', valueIn(filters, 'identity') || identity || (openedPart(filters, seals) ?? ''));
  put('words', [words, valueIn(filters, 'words')].join(' '));
  put('status', status);
  if (way !== '') put('direction', way);
  for (const name of ['since', 'until', 'order'] as const) put(name, valueIn(filters, name));
  put('zone', ask.formats.zone.name);
  return asked;
};
