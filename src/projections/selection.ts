import type { EventFilter } from '../store/port.js';
import type { Definition } from './inside/dialect.js';

/** What a projection reads. */
export interface Selection {
  readonly filter: EventFilter;
  /** The streams it names, when it names streams: a filter of the store knows categories only. */
  readonly streams: ReadonlySet<string> | undefined;
}

/** Which events a projection's handlers get, by its source and their names. */
export const selectionOf = (
  { kind, names }: NonNullable<Definition['source']>,
  handlers: readonly string[],
): Selection => {
  const types = typesOf(handlers);
  const categories =
    kind === 'categories' ? [...names] : kind === 'streams' ? categoriesOf(names) : undefined;
  return {
    filter: {
      ...(types === undefined ? {} : { types }),
      ...(categories === undefined ? {} : { categories }),
    },
    streams: kind === 'streams' ? new Set(names) : undefined,
  };
};

const typesOf = (handlers: readonly string[]): readonly string[] | undefined => {
  if (handlers.includes('$any')) return undefined;
  return handlers
    .map((name) => (name === '$deleted' ? '$streamDeleted' : name))
    .filter((name) => !['$init', '$initShared', '$created'].includes(name));
};

/** Undefined when a stream is in none. */
const categoriesOf = (streams: readonly string[]): readonly string[] | undefined => {
  const categories = streams.map((stream) => stream.slice(0, Math.max(0, stream.indexOf('-'))));
  return categories.includes('') ? undefined : [...new Set(categories)];
};
