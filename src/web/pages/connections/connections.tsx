// `/connections/`: whom do we talk to?
import { shortenedNumber } from '../../../access/numbers.js';
import type { ListSource } from '../../../audit/lists/ask.js';
import {
  askConnections,
  type ConnectionsAnswer,
  type ConnectionsAsked,
  type KnownConnection,
} from '../../../audit/lists/connections.js';
import { conversationStream } from '../../../domain/connection.js';
import type { Ask } from '../asking.js';
import { addressOf, type Parts, partsIn, valueIn, without } from '../lists/address.js';
import { isWholeNumber, openedPart, type Seals, sealedPart, sealedParts } from '../lists/numbers.js';
import type { Chip } from '../lists/parts.js';
import { turnedTo } from '../lists/turning.js';
import type { Answer, PageRoute } from '../route.js';
import { ConnectionsPage } from './page.js';

/** What the page asks of the router. */
export interface ConnectionsNeeds {
  /** By who looks. */
  readonly source: (by: string) => ListSource;
  readonly seals: Seals;
}

const path = '/connections/';
const filterNames = ['q', sealedPart, 'backend', 'status'];
/** What a page shows. */
const limit = 50;

export const connectionPages = (needs: ConnectionsNeeds): readonly PageRoute[] => [
  { method: 'GET', path, right: 'see', answer: (ask) => show(needs, ask) },
];

const show = async (needs: ConnectionsNeeds, ask: Ask): Promise<Answer> => {
  const filters = partsIn(ask.query, filterNames);
  const { visitor, query } = ask;
  // Who may not see numbers cannot find them digit by digit either: what they type is looked for as it is.
  const hidden = sealedParts(filters, visitor, needs.seals, { any: ['q'], whole: [] });
  if (hidden !== undefined) return { kind: 'elsewhere', path: addressOf(path, hidden) };
  const turned = await turnedTo({
    query,
    ask: (order, after) => found(needs.source(visitor.by), needs.seals, filters, { order, after, limit }),
    itemsOf: ({ connections }: ConnectionsAnswer) => connections,
    withItems: (answer, connections: readonly KnownConnection[]) => ({ ...answer, connections }),
    placeOf: (one) => ({ at: one.lastSeenAt, id: conversationStream(one) }),
  });
  if (turned === undefined) return { kind: 'elsewhere', path: addressOf(path, filters) };
  const { answer, before, after } = turned;
  const turn = (name: string, cursor: string | undefined) =>
    cursor === undefined ? undefined : addressOf(path, [...filters, [name, cursor]]);
  return {
    kind: 'page',
    title: 'Connections',
    ...(before === undefined ? { live: ['messages'] } : {}),
    body: (
      <ConnectionsPage
        answer={answer}
        filters={filters}
        chips={chipsOf(filters, needs.seals)}
        newer={turn('before', before)}
        older={turn('after', after)}
      />
    ),
  };
};

type Page = Pick<ConnectionsAsked, 'order' | 'limit' | 'after'>;

/** What may be a whole number may be the beginning of a longer one, where nobody has it. */
const found = async (
  source: ListSource,
  seals: Seals,
  filters: Parts,
  page: Page,
): Promise<ConnectionsAnswer> => {
  const given = (name: string) => valueIn(filters, name).trim() || undefined;
  const [typed, sealed] = [given('q'), openedPart(filters, seals)];
  const asked = { backend: given('backend'), status: given('status'), ...page };
  if (sealed !== undefined) return askConnections(source, { ...asked, identity: sealed });
  if (typed !== undefined && isWholeNumber(typed)) {
    const answer = await askConnections(source, { ...asked, identity: typed });
    if (answer.matching > 0) return answer;
  }
  return askConnections(source, { ...asked, beginning: typed });
};

const chipsOf = (filters: Parts, seals: Seals): readonly Chip[] =>
  filters.map(([name, value]) => ({
    part: name === 'q' || name === sealedPart ? 'who' : name === 'status' ? 'last text' : name,
    said: name === sealedPart ? shortenedNumber(seals.open(value) ?? '') : value,
    href: addressOf(path, without(filters, name)),
  }));
