import { PassThrough } from 'node:stream';
import type { RouterContext } from '@koa/router';
import type { AuditEvent } from '../audit/events.js';
import type { Asked } from '../audit/reading.js';
import type { Questions } from '../audit/recorded.js';

/** A line without meaning now and then: else what stands between takes a quiet connection for a dead one. */
const heartbeatMs = 15_000;

/**
 * Server-sent events as they are stored. Each has its position as its id, so that a browser, which sends the last one when it connects
 * again (`Last-Event-ID`), misses none. A reader that is slow is read for more slowly, and holds up nobody.
 *
 * @param stopping - ends all of them: a router that stops waits for its answers
 */
export const streamEvents = (
  ctx: RouterContext,
  questions: Questions,
  asked: Asked,
  stopping: AbortSignal,
): void => {
  const last = ctx.get('last-event-id');
  const tail = questions.tail(last === '' ? asked : { ...asked, after: [last] });
  const body = new PassThrough();
  const heartbeat = setInterval(() => {
    if (body.writableLength === 0) body.write(':\n\n');
  }, heartbeatMs);
  const end = () => tail.close();
  stopping.addEventListener('abort', end);
  body.once('close', end);
  ctx.res.once('close', end);
  ctx.type = 'text/event-stream';
  ctx.set('Cache-Control', 'no-store');
  ctx.body = body;
  body.write(':\n\n');
  write(tail, body)
    .catch((error: Error) => body.destroy(error))
    .finally(() => {
      clearInterval(heartbeat);
      stopping.removeEventListener('abort', end);
      body.end();
    });
};

const write = async (tail: AsyncIterable<AuditEvent>, body: PassThrough): Promise<void> => {
  for await (const event of tail) {
    const text = `id: ${event.position}\nevent: ${oneLine(event.type)}\ndata: ${JSON.stringify(event)}\n\n`;
    if (body.write(text)) continue;
    await new Promise<void>((resolve) => {
      body.once('drain', resolve).once('close', resolve);
    });
    if (body.destroyed) return;
  }
};

/** A field ends with its line. */
const oneLine = (text: string): string => text.replace(/[\r\n]/g, ' ');
