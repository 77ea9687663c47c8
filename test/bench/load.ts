// A load of keep-alive connections from a process of its own, so that it does not share the server's event loop.
// node load.js URL CONNECTIONS REQUESTS PHONES FROM → one line of JSON.
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Answers other than 200. */
  readonly failed: number;
}

export interface Load {
  readonly connections: number;
  readonly requests: number;
  readonly phones: number;
  /** Number of the first phone. */
  readonly from: number;
}

/** Each request is a message of its own, with a gateway id of its own, from one of `phones` senders. */
export const load = async (url: URL, { connections, requests, phones, from }: Load): Promise<LoadResult> => {
  const latencies: number[] = [];
  let next = 0;
  let failed = 0;
  const run = Math.random().toString(36).slice(2);
  const requestOf = (nth: number) =>
    `GET ${url.pathname}?id=%2B25670${1_000_000 + from + (nth % phones)}&text=echo+report+${nth}+malaria&charset=UTF-8&coding=0&smsid=${run}-${nth} HTTP/1.1\r\nHost: ${url.host}\r\n\r\n`;
  const start = performance.now();
  const oneConnection = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(url.port), url.hostname);
      let sentAt = 0;
      const send = () => {
        if (next >= requests) {
          socket.end();
          resolve();
          return;
        }
        sentAt = performance.now();
        socket.write(requestOf(next));
        next += 1;
      };
      socket.setNoDelay(true).on('connect', send).on('error', reject);
      // Answers are empty and small: each comes whole, in one piece.
      socket.on('data', (data) => {
        latencies.push(performance.now() - sentAt);
        if (data.toString('latin1', 9, 12) !== '200') failed += 1;
        send();
      });
    });
  await Promise.all(Array.from({ length: connections }, oneConnection));
  const seconds = (performance.now() - start) / 1_000;
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? 0;
  return { perSecond: latencies.length / seconds, p50Ms: at(0.5), p99Ms: at(0.99), failed };
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , url, connections, requests, phones, from] = process.argv;
  const result = await load(new URL(url ?? ''), {
    connections: Number(connections),
    requests: Number(requests),
    phones: Number(phones),
    from: Number(from),
  });
  console.log(JSON.stringify(result));
}
