import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { AuditEvent } from '../../audit/events.js';
import { noPlace } from '../../audit/live/follow.js';
import { placeOf } from '../../audit/live/place.js';
import { type Asked, AuditError } from '../../audit/reading.js';
import type { Questions } from '../../audit/recorded.js';
import { StoreError } from '../../store/port.js';
import { Problem } from './problem.js';
import type { ApiAnswer } from './route.js';

/** So many may listen at a time. */
const maxReaders = 100;
/** Between two signs of life: proxies and clients give up a connection that is silent for longer than a minute or half of one. */
const heartbeatMs = 15_000;

type Events = AsyncGenerator<AuditEvent, void, undefined>;

/**
 * `GET /api/v1/events/stream`: server-sent events. The id of each tells its place: `Last-Event-ID` goes on after it. A browser sends
 * that by itself, and would never come back from a refusal: so a place that is none of this store is told as an event of its own,
 * `notice`, and it goes on with what comes.
 */
export class LiveStreams {
  #readers = 0;

  /**
   * @param questions - of who asks
   * @param last - what the reader has had; empty: nothing
   * @param gone - the reader has gone, or the server stops: who read on comes back to the next run
   * @throws {Problem} 503 when too many listen
   */
  async answer(questions: Questions, asked: Asked, last: string, gone: AbortSignal): Promise<ApiAnswer> {
    if (this.#readers >= maxReaders)
      throw new Problem(503, `${maxReaders} readers listen already. Please try again later.`);
    this.#readers += 1;
    gone.addEventListener('abort', () => (this.#readers -= 1), { once: true });
    const { notice, question } = await resumed(questions, asked, last);
    const events = questions.tail(question, gone);
    return {
      status: 200,
      streamed: {
        type: 'text/event-stream; charset=utf-8',
        // What stands between must not keep it until there is more of it.
        headers: { 'X-Accel-Buffering': 'no' },
        content: Readable.from(frames(events, heartbeatMs, notice)),
      },
    };
  }
}

interface Resumed {
  readonly question: Asked;
  /** A frame that comes before all events. */
  readonly notice?: string;
}

/** @param last - what the reader has had; empty: nothing @throws {AuditError} for a parameter `after` that is no place of this store */
const resumed = async (questions: Questions, asked: Asked, last: string): Promise<Resumed> => {
  const [typed] = asked.after ?? [];
  if (last === '') {
    if (typed !== undefined && (await questions.place(typed)).after === undefined) throw noPlace(typed);
    return { question: asked };
  }
  const { after: _after, since: _since, ...rest } = asked;
  const { after, notice } = await questions.place(last);
  const question = after === undefined ? rest : { ...rest, after: [after] };
  if (notice === undefined) return { question };
  const goesOn =
    after === undefined
      ? 'What came since is not known: it goes on with what comes now.'
      : 'It goes on with what came after it.';
  // From here on the reader is there.
  const id = after === undefined ? `id: ${await questions.end()}\n` : '';
  return { question, notice: `${id}event: notice\ndata: ${JSON.stringify(`${notice} ${goesOn}`)}\n\n` };
};

/** Events as the lines of a stream, with a sign of life after each silence. @param notice - a frame that comes before them */
export async function* frames(
  events: Events,
  silenceMs: number,
  notice = '',
): AsyncGenerator<string, void, undefined> {
  // The head goes out with the first line: whoever asked knows that it is heard.
  yield `: listening\n\n${notice}`;
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

const frameOf = (event: AuditEvent): string => `id: ${placeOf(event)}\ndata: ${JSON.stringify(event)}\n\n`;
