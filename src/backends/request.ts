// One HTTP request to a gateway, and the one place that tells "surely not sent" from "maybe sent".
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { got, RequestError, TimeoutError } from 'got';
import type { SendErrorCode } from '../domain/events.js';
import { SendError } from '../outbound/gateway.js';
import type { Asked } from './backend.js';
import { withoutSecrets } from './blank.js';

export interface GatewayRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'OPTIONS';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface GatewayAnswer {
  readonly status: number;
  readonly body: string;
  /** The Date header. */
  readonly date?: string;
  /** Where a redirect leads to. */
  readonly location?: string;
}

export interface GatewayClient {
  /**
   * One attempt, redirects not followed.
   *
   * @param timeoutMs - limit for the whole attempt, connecting included
   * @throws {SendError} `unreachable` or `unclear`, when there is no answer
   */
  request(request: GatewayRequest, timeoutMs: number): Promise<GatewayAnswer>;
  close(): void;
}

/** A gateway in the same rack answers a connect at once, one abroad within a second. */
const connectTimeoutMs = 5_000;

/**
 * An idle connection is closed by us after this, before the usual server closes it (Node's do after 5 s, Kannel's and
 * nginx' later). A server that closes one just as we use it again leaves a message `unclear`, so that must be rare.
 */
const idleTimeoutMs = 4_000;

export const createClient = (): GatewayClient => {
  const options = { keepAlive: true, timeout: idleTimeoutMs };
  const agent = { http: new HttpAgent(options), https: new HttpsAgent(options) };
  const client = got.extend({
    agent,
    retry: { limit: 0 },
    throwHttpErrors: false,
    followRedirect: false,
    decompress: false,
    headers: { 'user-agent': 'threadless-router' },
  });
  return {
    request: async ({ url, method, headers, body }, timeoutMs) => {
      const connect = Math.min(connectTimeoutMs, timeoutMs);
      const timeout = { request: timeoutMs, connect, secureConnect: connect, lookup: connect };
      try {
        const response = await client(url, {
          method,
          timeout,
          ...(headers && { headers }),
          ...(body !== undefined && { body }),
        });
        const { date, location } = response.headers;
        const told = { ...(date && { date }), ...(location && { location }) };
        return { status: response.statusCode, body: response.body, ...told };
      } catch (error) {
        return answerWithin(error);
      }
    },
    close: () => {
      agent.http.destroy();
      agent.https.destroy();
    },
  };
};

/** An error after the status line is an answer all the same, only its body is lost. */
const answerWithin = (error: unknown): GatewayAnswer => {
  if (error instanceof RequestError && error.response) return { status: error.response.statusCode, body: '' };
  throw withoutAnswer(error);
};

/**
 * As long as the connection (with TLS: the secured one) does not stand, no byte of the request has left. From then on
 * Node writes it at once, so every end without an answer is unclear: also a reset of a kept-alive connection, which
 * the server may have sent before or after it took the request.
 */
const withoutAnswer = (error: unknown): SendError => {
  if (!(error instanceof RequestError)) return new SendError('misconfigured', 'the request cannot be made');
  // got's own error carries the whole request, the password too: only what lies below it goes on.
  const options = error.cause === undefined || error instanceof TimeoutError ? {} : { cause: error.cause };
  const reason =
    error instanceof TimeoutError ? `timeout (${error.event})` : (languageOf(error) ?? error.code);
  if (error.code.startsWith('ERR_INVALID_') || error.code === 'ERR_UNSUPPORTED_PROTOCOL')
    return new SendError('misconfigured', `the request cannot be made: ${reason}`);
  if (hadConnection(error)) return new SendError('unclear', `no answer: ${reason}`, options);
  return new SendError('unreachable', `no connection: ${reason}`, options);
};

/** Of an end that answered in another language than ours: what it does not speak. */
const languageOf = (error: unknown): string | undefined => {
  const { code = '', message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (code.startsWith('HPE_') && code !== 'HPE_HEADER_OVERFLOW')
    return `what it answers is no HTTP (${code})`;
  return /wrong.version.number/i.test(`${code} ${message}`)
    ? `what it answers is no TLS (${code})`
    : undefined;
};

const hadConnection = ({ timings, request }: RequestError): boolean => {
  if (timings?.connect === undefined) return false;
  return request?.requestUrl?.protocol !== 'https:' || timings.secureConnect !== undefined;
};

/**
 * What a status says about a text, as far as HTTP alone tells: engines look at the body first where theirs says more.
 * A success that was not the expected one and a 504 (a proxy waited in vain) do not tell whether the text was taken.
 */
export const codeOfStatus = (status: number): SendErrorCode => {
  if (status === 504 || (status >= 200 && status < 300)) return 'unclear';
  if (status >= 500 || [408, 425, 429].includes(status)) return 'throttled';
  if ([400, 406, 409, 413, 414, 415, 422, 431].includes(status)) return 'rejected';
  // A redirect, a wrong password, a wrong address or method: the next text would fare no better.
  if (status < 400 || [401, 402, 403, 404, 405, 407, 410].includes(status)) return 'misconfigured';
  return 'rejected';
};

/** One request over a client of its own. @param judge - makes of the answer what it means. Never rejects */
export const askOnce = async (
  request: GatewayRequest,
  timeoutMs: number,
  judge: (answer: GatewayAnswer) => Asked,
): Promise<Asked> => {
  const client = createClient();
  try {
    const answer = await client.request(request, timeoutMs);
    const { date, location } = answer;
    return {
      ...judge(answer),
      ...(date && { date }),
      ...(isRedirect(answer) && location && { isSentOn: true }),
    };
  } catch (error) {
    const { code, message, cause } = error as SendError;
    return { verdict: languageOf(cause) === undefined ? code : 'foreign', said: message };
  } finally {
    client.close();
  }
};

const isRedirect = ({ status }: GatewayAnswer): boolean => status >= 300 && status < 400;

/** What it answered, as it may be stored: its status, where it sends us, what it says. */
export const toldBy = (answer: GatewayAnswer, secrets: readonly string[]): string => {
  const { status, body, location = '' } = answer;
  // A query may hold a key that nobody knows here.
  const target = shorten(location.replace(/([?#]).*$/s, '$1…'), secrets);
  const said = shorten(body, secrets);
  const to = isRedirect(answer) && target !== '' ? ` to ${target}` : '';
  return `${status}${to}${said === '' ? '' : `: ${said}`}`;
};

const maxAnswer = 200;

/** A body as it may be stored: one line, shortened, secrets blanked. */
export const shorten = (body: string, secrets: readonly string[]): string => {
  const told = withoutSecrets(body.slice(0, maxAnswer * 20), secrets);
  const line = told.replaceAll(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length > maxAnswer ? `${line.slice(0, maxAnswer)}…`.toWellFormed() : line.toWellFormed();
};
