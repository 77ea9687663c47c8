import type { EventLog, LoggedEvent, ProposedEvent } from './log.js';
import { revisionText } from './messages.js';
import {
  isMetadataStream,
  metadataEvent,
  metadataIn,
  metadataStreamOf,
  originalOf,
  tombstoneRevision,
} from './streamMetadata.js';

/**
 * The standard projections: streams of links by category, by type and by correlation, and lists of the streams, of what is there
 * and of what comes. The server writes them a moment after the events; the stand-in does so in the same breath, and only when it
 * was started with them.
 *
 * @param areHeld - as of a server that lags behind
 */
export const linkEvents = (log: EventLog, areHeld: () => boolean): void => {
  for (const event of log.all) for (const link of linksTo(event)) write(log, link);
  let next = log.end;
  log.changes.on('written', () => {
    if (areHeld()) return;
    const fresh = log.all.slice(log.indexFrom(next));
    // What is linked now comes by this way again, and is passed over: streams of links are of no category or type.
    next = log.end;
    for (const event of fresh) for (const link of linksTo(event)) write(log, link);
  });
  log.changes.on('restored', () => {
    next = log.end;
  });
};

interface Link {
  readonly stream: string;
  /** `$@` names a stream, `$>` an event. */
  readonly type?: '$@' | '$>';
  readonly to: string;
}

/** The first in a stream of links comes with metadata: everyone may read it. */
const write = (log: EventLog, { stream, type = '$>', to }: Link): void => {
  if (log.streams.of(stream).last < 0) {
    const metadata = metadataEvent('{"$acl":{"$r":"$all","$mr":"$all"}}');
    log.append(metadataStreamOf(stream), [metadata], 'any');
  }
  const event: ProposedEvent = {
    id: crypto.randomUUID(),
    type,
    isJson: false,
    data: Buffer.from(to),
    metadata: Buffer.from('{}'),
  };
  log.append(stream, [event], 'any');
};

/** Nothing of the server's own streams is linked. */
const linksTo = (event: LoggedEvent): readonly Link[] => {
  const original = originalOf(event.stream);
  if (original.startsWith('$')) return [];
  if (isMetadataStream(event.stream)) return linksToMetadata(event, original);
  return event.revision === tombstoneRevision ? linksToDeletion(event, original) : linksToEvent(event);
};

const linksToEvent = (event: LoggedEvent): readonly Link[] => {
  const { stream, type } = event;
  const to = addressOf(event);
  const category = categoryOf(stream);
  const { $correlationId } = metadataOf(event);
  return [
    ...(event.revision === 0 ? linksToStream(event, category) : []),
    // A link that was written by hand is of the category of its stream, and stands for what it links to.
    ...(category ? [{ stream: `$ce-${category}`, to: type === '$>' ? event.data.toString() : to }] : []),
    ...(type === '$>' ? [] : [{ stream: `$et-${type}`, to }]),
    ...(isName($correlationId) ? [{ stream: `$bc-${$correlationId}`, to }] : []),
  ];
};

const linksToStream = (event: LoggedEvent, category: string): readonly Link[] => [
  { stream: '$streams', to: addressOf(event) },
  ...(category ? [{ stream: `$category-${category}`, type: '$@', to: event.stream } as const] : []),
];

/** By type it is linked as if it were in the stream itself, where it is not. */
const linksToMetadata = (event: LoggedEvent, original: string): readonly Link[] => {
  const listed = event.revision === 0 ? [{ stream: '$streams', to: addressOf(event) }] : [];
  if ((metadataIn(event.data).$tb ?? 0) >= tombstoneRevision)
    return [...listed, ...linksToDeletion(event, original)];
  return [...listed, { stream: '$et-$metadata', to: `${event.revision}@${original}` }];
};

const linksToDeletion = (event: LoggedEvent, original: string): readonly Link[] => {
  const category = categoryOf(original);
  return [
    ...(category ? [{ stream: `$ce-${category}`, to: addressOf(event) }] : []),
    { stream: '$et-$deleted', to: `${revisionText(event.revision)}@${original}` },
  ];
};

const addressOf = ({ revision, stream }: LoggedEvent): string => `${revisionText(revision)}@${stream}`;

/** Empty: of none. */
const categoryOf = (stream: string): string => stream.slice(0, Math.max(0, stream.indexOf('-')));

const isName = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number';

export const metadataOf = ({ metadata }: LoggedEvent): Readonly<Record<string, unknown>> => {
  try {
    return (JSON.parse(metadata.toString()) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
};
