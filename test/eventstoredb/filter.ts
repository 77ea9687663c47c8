import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { LoggedEvent } from './log.js';

export type Matches = (event: LoggedEvent) => boolean;

/** Undefined: the request has no filter. */
export interface Filter {
  readonly matches: Matches;
  /** How many events the server looks at before it turns to something else. */
  readonly window: number;
  /** After how many events looked at it tells how far it is. */
  readonly checkpointEvery: number;
}

type Options = ReadReq.Options;

export const filterOf = (options: Options): Filter | undefined => {
  const filter = options.getFilter();
  if (!filter) return undefined;
  const window = filter.hasMax() ? filter.getMax() : 32;
  return {
    matches: matchesOf(filter),
    window,
    checkpointEvery: window * filter.getCheckpointintervalmultiplier(),
  };
};

const matchesOf = (filter: NonNullable<ReturnType<Options['getFilter']>>): Matches => {
  const expression = filter.getStreamIdentifier() ?? filter.getEventType();
  const subject = filter.hasStreamIdentifier()
    ? ({ stream }: LoggedEvent) => stream
    : ({ type }: LoggedEvent) => type;
  const prefixes = expression?.getPrefixList() ?? [];
  if (prefixes.length > 0) return (event) => prefixes.some((prefix) => subject(event).startsWith(prefix));
  const regex = new RegExp(expression?.getRegex() ?? '', 'u');
  return (event) => regex.test(subject(event));
};
