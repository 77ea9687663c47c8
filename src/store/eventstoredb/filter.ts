import { eventTypeFilter, type SubscribeToAllOptions, streamNameFilter } from '@eventstore/db-client';
import { type CompiledFilter, compileFilter, matches } from '../filter.js';
import type { EventFilter } from '../port.js';
import { hiddenPrefix, isHidden } from './hidden.js';
import { knownPlace, type Place } from './position.js';
import type { ReadEvent } from './recorded.js';

/** A subscription tells how far it is each time it has looked at 32 × so many events. */
const checkpointInterval = 32;

/** What the server is asked to leave out. It filters by stream or by type, not by both; the rest is looked at here. */
export const serverFilter = (
  filter: EventFilter | undefined,
  checkpointReached: (place: Place) => void,
): NonNullable<SubscribeToAllOptions['filter']> => {
  const common = {
    checkpointInterval,
    checkpointReached: async (_subscription: unknown, told: Place) => {
      const place = knownPlace(told);
      if (place) checkpointReached(place);
    },
  };
  const { types, categories } = filter ?? {};
  if (categories?.length === 0 || types?.length === 0) return eventTypeFilter({ regex: '(?!)', ...common });
  if (categories) return streamNameFilter({ prefixes: categories.map((name) => `${name}-`), ...common });
  if (types) return eventTypeFilter({ regex: `^(?:${types.map(escaped).join('|')})$`, ...common });
  return streamNameFilter({ regex: `^(?!\\$|${escaped(hiddenPrefix)})`, ...common });
};

/** True when the server can pass over most of what is stored. */
export const isSelective = ({ types, categories }: EventFilter = {}): boolean =>
  types !== undefined || categories !== undefined;

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');

/** The whole filter, and nothing hidden. @throws {StoreError} `invalid` for a time that cannot be read */
export const localFilter = (given: EventFilter | undefined): ((event: ReadEvent) => boolean) => {
  const filter = compileFilter(given);
  return (event) => !isHidden(event.streamId) && !event.type.startsWith('$') && fits(filter, event);
};

const fits = (filter: CompiledFilter, event: ReadEvent): boolean =>
  matches(filter, {
    type: event.type,
    stream: event.streamId,
    correlationId: correlationOf(event),
    time: event.created.getTime(),
  });

const correlationOf = ({ metadata }: ReadEvent): string => {
  const { $correlationId } = (metadata ?? {}) as { $correlationId?: unknown };
  return typeof $correlationId === 'string' ? $correlationId : '';
};
