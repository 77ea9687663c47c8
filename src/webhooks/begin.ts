import { isoTime } from '../domain/clock.js';
import type { NewEvent } from '../domain/event.js';
import { checkpointName, parseCheckpoint, type WebhookCheckpoint } from './checkpoint.js';
import { isOurs, schema, type WebhookBegun, webhookStream } from './events.js';
import { whereReached } from './reached.js';
import type { WebhookTools } from './tools.js';

/**
 * Where to go on. Without a checkpoint, or with one that is no place in this store any more: where it was when it last stopped in
 * order, or where it began, which are events. Then what was told since is told once more.
 *
 * @param isRefused - a position that the store has refused before
 * @throws {StoreError}
 */
export const whereToBegin = async (
  tools: WebhookTools,
  isRefused: (position: string) => boolean,
): Promise<WebhookCheckpoint> => {
  const { checkpoints, store, settings, log } = tools;
  const text = await checkpoints.load(checkpointName(settings.name));
  const kept = text === undefined ? undefined : parseCheckpoint(settings.name, text);
  if (kept === undefined) return recorded(tools);
  if (store.isPosition(kept.position) && !isRefused(kept.position)) return kept;
  log.warn({ checkpoint: kept.position }, 'the checkpoint of a webhook is no place in the store: told again');
  return recorded(tools);
};

/** As far as events tell it. What happened before a webhook was there it is not told. */
const recorded = async (tools: WebhookTools): Promise<WebhookCheckpoint> => {
  const { store, settings } = tools;
  let last: bigint | undefined;
  for await (const event of store.readStream(webhookStream(settings.name), { direction: 'backwards' })) {
    last ??= event.revision;
    if (isOurs(event, 'WebhookBegun')) return { position: event.position, lines: [] };
    const reached = isOurs(event, 'WebhookReached') ? await whereReached(tools, event) : undefined;
    if (reached !== undefined) return reached;
  }
  return { position: await begin(tools, last), lines: [] };
};

/** @param last - revision of the stream */
const begin = async (
  { store, settings, clock, newId }: WebhookTools,
  last: bigint | undefined,
): Promise<string> => {
  const id = newId();
  const begun: NewEvent<WebhookBegun> = {
    type: 'WebhookBegun',
    data: { webhook: settings.name, begunAt: isoTime(clock.now()) },
    id,
    metadata: { $correlationId: id, schema },
  };
  const expectedRevision = last ?? 'none';
  return (await store.append(webhookStream(settings.name), [begun], { expectedRevision })).position;
};
