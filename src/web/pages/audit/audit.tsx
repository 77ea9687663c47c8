// `/audit/`: who did what?
import { type Act, type ActsAnswer, askActs } from '../../../audit/lists/acts.js';
import type { ListSource } from '../../../audit/lists/ask.js';
import { AuditError } from '../../../audit/reading.js';
import type { Ask } from '../asking.js';
import { addressOf, type Parts, partsIn, valueIn } from '../lists/address.js';
import { turnedTo } from '../lists/turning.js';
import { PageError } from '../pageError.js';
import type { Answer, PageRoute } from '../route.js';
import { AuditPage, type AuditPageProps } from './page.js';

/** What the page asks of the router. */
export interface AuditPagesNeeds {
  /** By who looks. */
  readonly source: (by: string) => ListSource;
  /** Looks are recorded, too. */
  readonly records: boolean;
}

const path = '/audit/';
const filterNames = ['by', 'type', 'since', 'until'];
/** What a page shows. */
const limit = 50;

export const auditPages = (needs: AuditPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path, right: 'see', answer: (ask) => show(needs, ask) },
];

const show = async ({ source, records }: AuditPagesNeeds, ask: Ask): Promise<Answer> => {
  const filters = partsIn(ask.query, filterNames);
  const turned = await understood(() =>
    turnedTo({
      query: ask.query,
      ask: (order, after) =>
        askActs(source(ask.visitor.by), { ...askedBy(filters, ask), order, after, limit }),
      itemsOf: ({ acts }: ActsAnswer) => acts,
      withItems: (answer, acts: readonly Act[]) => ({ ...answer, acts }),
      placeOf: ({ at, id }) => ({ at, id }),
    }),
  );
  if (turned === undefined) return { kind: 'elsewhere', path: addressOf(path, filters) };
  const { answer, before, after } = turned;
  const turn = (name: string, cursor: string | undefined) =>
    cursor === undefined ? undefined : addressOf(path, [...filters, [name, cursor]]);
  const shown: AuditPageProps = {
    answer,
    filters,
    records,
    newer: turn('before', before),
    older: turn('after', after),
  };
  return {
    kind: 'page',
    title: 'Audit',
    ...(before === undefined ? { live: ['all'] } : {}),
    body: <AuditPage {...shown} />,
  };
};

const askedBy = (filters: Parts, { formats, now }: Ask) => {
  const all = (name: string) => filters.flatMap(([part, value]) => (part === name ? [value] : []));
  return {
    by: all('by'),
    type: all('type'),
    since: valueIn(filters, 'since') || undefined,
    until: valueIn(filters, 'until') || undefined,
    zone: formats.zone,
    now,
  };
};

const understood = async <Found,>(find: () => Promise<Found>): Promise<Found> => {
  try {
    return await find();
  } catch (error) {
    if (error instanceof AuditError) throw new PageError(400, error.message);
    throw error;
  }
};
