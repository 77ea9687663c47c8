import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { RouterContext } from '@koa/router';
import type { AuditEvent } from '../audit/events.js';
import { type Asked, AuditError } from '../audit/reading.js';
import type { Questions } from '../audit/recorded.js';
import { StoreError } from '../store/port.js';

/** So many may listen at a time. */
const maxReaders = 100;
/** Between two signs of life: proxies and clients give up a connection that is silent for longer than a minute or half of one. */
const heartbeatMs = 15_000;

/** `GET /api/v1/events/stream`: server-sent events. The id of each is its position: `Last-Event-ID` goes on after it. */
export class LiveStreams {
  #readers = 0;

  /** @param stopping - aborts when the server stops: the streams end, and their readers come back to the next run */
  constructor(private readonly stopping: AbortSignal) {}

  /** @param questions - of who asks */
  answer(ctx: RouterContext, questions: Questions, asked: Asked): void {
    if (this.#readers >= maxReaders) {
      ctx.status = 503;
      ctx.set('Retry-After', '10');
      ctx.body = `${maxReaders} readers listen already. Please try again later.\n`;
      return;
    }
    const gone = new AbortController();
    const last = ctx.get('Last-Event-ID');
    const question = last === '' ? asked : { ...asked, after: [last] };
    const events = questions.tail(question, AbortSignal.any([this.stopping, gone.signal]));
    this.#readers += 1;
    ctx.res.once('close', () => {
      this.#readers -= 1;
      gone.abort();
    });
    ctx.type = 'text/event-stream; charset=utf-8';
    ctx.set('Cache-Control', 'no-store');
    // What stands between must not keep it until there is more of it.
    ctx.set('X-Accel-Buffering', 'no');
    ctx.body = Readable.from(frames(events, heartbeatMs));
  }
}

/** Events as the lines of a stream, with a sign of life after each silence. */
export async function* frames(
  events: AsyncGenerator<AuditEvent, void, undefined>,
  silenceMs: number,
): AsyncGenerator<string, void, undefined> {
  // The head goes out with the first line: whoever asked knows that it is heard.
  yield ': listening\n\n';
  try {
    for (let next = events.next(); ; ) {
      const item = await within(next, silenceMs);
      if (item === undefined) {
        yield ': alive\n\n';
        continue;
      }
      if (item.done === true) return;
      next = events.next();
      yield frameOf(item.value);
    }
  } catch (error) {
    // The status has gone out already.
    if (!(error instanceof AuditError || error instanceof StoreError)) throw error;
    yield `event: error\ndata: ${JSON.stringify(error.message)}\n\n`;
  } finally {
    await events.return();
  }
}

/** Undefined: it was silent for so long, and is still awaited. */
const within = async <Item>(item: Promise<Item>, silenceMs: number): Promise<Item | undefined> => {
  const done = new AbortController();
  const silence = setTimeout(silenceMs, undefined, { signal: done.signal }).catch(() => undefined);
  try {
    return await Promise.race([item, silence]);
  } finally {
    done.abort();
  }
};

const frameOf = (event: AuditEvent): string => `id: ${event.position}\ndata: ${JSON.stringify(event)}\n\n`;
