import { isoTime } from '../domain/clock.js';
import type { NewEvent } from '../domain/event.js';
import { checkpointName, parseCheckpoint, type WebhookCheckpoint } from './checkpoint.js';
import { isOurs, type WebhookBegun, webhookStream } from './events.js';
import type { WebhookTools } from './tools.js';

/**
 * Where to go on. Without a checkpoint, or with one that is no place in this store any more: at the beginning of the webhook,
 * which is an event, since a checkpoint may get lost. Then what was told since is told once more.
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
  if (kept === undefined) return { position: await beginning(tools), lines: [] };
  if (store.isPosition(kept.position) && !isRefused(kept.position)) return kept;
  log.warn({ checkpoint: kept.position }, 'the checkpoint of a webhook is no place in the store: told again');
  return { position: await beginning(tools), lines: [] };
};

/** What happened before a webhook was there it is not told. */
const beginning = async ({ store, settings, clock, newId }: WebhookTools): Promise<string> => {
  const stream = webhookStream(settings.name);
  let last: bigint | undefined;
  for await (const event of store.readStream(stream)) {
    if (isOurs(event, 'WebhookBegun')) return event.position;
    last = event.revision;
  }
  const id = newId();
  const begun: NewEvent<WebhookBegun> = {
    type: 'WebhookBegun',
    data: { webhook: settings.name, begunAt: isoTime(clock.now()) },
    id,
    metadata: { $correlationId: id, schema: 1 },
  };
  const { position } = await store.append(stream, [begun], { expectedRevision: last ?? 'none' });
  return position;
};
