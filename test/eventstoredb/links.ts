import type { EventLog, LoggedEvent } from './log.js';

/**
 * The standard projections: streams of links by category, by type and by correlation. The server writes them a moment after
 * the events; the stand-in does so in the same breath, and only when it was started with them.
 */
export const linkNewEvents = (log: EventLog): void => {
  let next = 0;
  log.changes.on('written', () => {
    const fresh = log.all.slice(next);
    // What is linked now comes by this way again, and is passed over: links are of no category or type.
    next = log.all.length;
    for (const event of fresh) link(log, event);
  });
};

const link = (log: EventLog, event: LoggedEvent): void => {
  if (event.stream.startsWith('$') || event.type.startsWith('$')) return;
  const category = event.stream.includes('-') ? event.stream.slice(0, event.stream.indexOf('-')) : undefined;
  const correlation = metadataOf(event).$correlationId;
  const targets = [
    category === undefined ? undefined : `$ce-${category}`,
    `$et-${event.type}`,
    typeof correlation === 'string' ? `$bc-${correlation}` : undefined,
  ];
  for (const target of targets) if (target !== undefined) log.append(target, [linkTo(event)], 'any');
};

const linkTo = ({ revision, stream }: LoggedEvent) => ({
  id: crypto.randomUUID(),
  type: '$>',
  isJson: false,
  data: Buffer.from(`${revision}@${stream}`),
  metadata: Buffer.from('{}'),
});

export const metadataOf = ({ metadata }: LoggedEvent): Readonly<Record<string, unknown>> => {
  try {
    return (JSON.parse(metadata.toString()) ?? {}) as Record<string, unknown>;
  } catch {
    return {};
  }
};
