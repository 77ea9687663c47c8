import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { got, RequestError, TimeoutError } from 'got';
import type { Call } from './calls.js';
import type { WebhookSettings } from './settings.js';
import { signatureHeaders } from './signature.js';

/** What became of one attempt. */
export type Answer =
  | { readonly isAccepted: true }
  | {
      readonly isAccepted: false;
      /** `unreachable`: nothing answers there, whatever the call. */
      readonly code: 'refused' | 'no-answer' | 'unreachable';
      /** In a line, without secrets. */
      readonly detail: string;
      /** It asked for so long a pause. */
      readonly retryAfterMs?: number;
    };

export type Refusal = Extract<Answer, { readonly isAccepted: false }>;

export interface Receiver {
  /** One attempt; redirects are not followed. Never rejects. @param cut - ends it at once */
  post(call: Call, cut: AbortSignal): Promise<Answer>;
  close(): void;
}

const connectTimeoutMs = 5_000;
/** An idle connection is closed by us before the usual server closes it. */
const idleTimeoutMs = 4_000;
/** Of an answer: nobody needs more of it. */
const [mostBytes, mostShown] = [64 * 1_024, 200];

/** @param blank - takes secrets out of what a receiver says */
export const createReceiver = (
  { url, secrets, timeoutMs }: Pick<WebhookSettings, 'url' | 'secrets' | 'timeoutMs'>,
  now: () => number,
  blank: (text: string) => string,
): Receiver => {
  const options = { keepAlive: true, timeout: idleTimeoutMs };
  const agent = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const connect = Math.min(connectTimeoutMs, timeoutMs);
  const client = got.extend({
    agent,
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    decompress: false,
    timeout: { request: timeoutMs, connect, secureConnect: connect, lookup: connect },
    headers: { 'user-agent': 'threadless-router', 'content-type': 'application/json' },
  });
  return {
    post: async (call, cut) => {
      const headers = signatureHeaders(secrets, call, now());
      const told = await attempt(client, url, { headers, body: call.body }, cut);
      return 'isAccepted' in told ? told : answerOf(told, now(), blank);
    },
    close: () => {
      agent.http.destroy();
      agent.https.destroy();
    },
  };
};

interface Told {
  readonly status: number;
  readonly body: string;
  readonly retryAfter?: string | undefined;
}

const attempt = async (
  client: typeof got,
  url: string,
  request: { readonly headers: Readonly<Record<string, string>>; readonly body: Buffer },
  cut: AbortSignal,
): Promise<Told | Answer> => {
  const enough = new AbortController();
  const end = () => enough.abort();
  cut.addEventListener('abort', end, { once: true });
  if (cut.aborted) end();
  try {
    const posting = client.post(url, { ...request, signal: enough.signal });
    void posting.on('downloadProgress', ({ transferred }) => {
      if (transferred > mostBytes) end();
    });
    const { statusCode, body, headers } = await posting;
    return { status: statusCode, body, retryAfter: headers['retry-after'] };
  } catch (error) {
    // The status line says it all, whatever became of the rest.
    const { response } = error instanceof RequestError ? error : {};
    if (response === undefined) return withoutAnswer(error);
    return { status: response.statusCode, body: '', retryAfter: response.headers['retry-after'] };
  } finally {
    cut.removeEventListener('abort', end);
  }
};

const answerOf = (
  { status, body, retryAfter }: Told,
  nowMs: number,
  blank: (text: string) => string,
): Answer => {
  if (status >= 200 && status < 300) return { isAccepted: true };
  const said = shorten(blank(body.slice(0, mostShown * 20)));
  const pause = pauseAsked(retryAfter, nowMs);
  return {
    isAccepted: false,
    code: 'refused',
    detail: said === '' ? `answered ${status}` : `answered ${status}: ${said}`,
    ...(pause === undefined ? {} : { retryAfterMs: pause }),
  };
};

const shorten = (text: string): string => {
  const line = text.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return (line.length > mostShown ? `${line.slice(0, mostShown)}…` : line).toWellFormed();
};

/** Seconds, or a date. */
const pauseAsked = (retryAfter: string | undefined, nowMs: number): number | undefined => {
  if (retryAfter === undefined) return undefined;
  const ms = /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - nowMs;
  return ms > 0 ? ms : undefined;
};

/** got's own error carries the whole request, signatures and credentials too: only its code goes on. */
const withoutAnswer = (error: unknown): Answer => {
  const isAccepted = false;
  if (!(error instanceof RequestError))
    return { isAccepted, code: 'unreachable', detail: 'the request cannot be made' };
  const reason = error instanceof TimeoutError ? `timeout (${error.event})` : error.code;
  if (hadConnection(error)) return { isAccepted, code: 'no-answer', detail: `no answer: ${reason}` };
  return { isAccepted, code: 'unreachable', detail: `no connection: ${reason}` };
};

const hadConnection = ({ timings, request }: RequestError): boolean => {
  if (timings?.connect === undefined) return false;
  return request?.requestUrl?.protocol !== 'https:' || timings.secureConnect !== undefined;
};
