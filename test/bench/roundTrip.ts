// Round trips through a real Kannel: phone, Kannel, router, Kannel, phone.
//
//   node dist/test/bench/roundTrip.js [messages] [rounds]        the ceiling: a bare echo in the router's place
import { fileURLToPath, pathToFileURL } from 'node:url';
import { FakeNetwork } from '../kannel/support/fakeNetwork.js';
import { type Kannel, startKannel } from '../kannel/support/kannel.js';
import { startLeashed } from '../kannel/support/leashed.js';
import { freePorts } from '../kannel/support/ports.js';
import { eventually } from '../kannel/support/wait.js';

export interface RoundTripOptions {
  readonly messages: number;
  /** Different phones, taken in turn; 1: all from one conversation. */
  readonly phones: number;
  /** How many messages may be without their answer at a time. */
  readonly inFlight?: number;
  /** The longest wait for the next answer, in milliseconds. */
  readonly patienceMs?: number;
}

export interface RoundTripResult {
  readonly messages: number;
  readonly seconds: number;
  /** Round trips a second. */
  readonly rate: number;
  /** From the phone's sending to its getting the answer, in milliseconds. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/**
 * Sends `echo N` from phones and waits for `N` each. Whatever answers behind `network`'s Kannel is measured.
 *
 * @throws {Error} when an answer is wrong, comes twice, or `patienceMs` pass without one
 */
export const measureRoundTrips = (
  network: FakeNetwork,
  { messages, phones, inFlight = 64, patienceMs = 20_000 }: RoundTripOptions,
): Promise<RoundTripResult> => {
  const sentAt = new Map<string, number>();
  const latencies: number[] = [];
  // Different from run to run on one connection, so that a late answer of one run is not taken for another's.
  const run = Date.now().toString(36);
  let sent = 0;

  const sendNext = (): void => {
    const from = `4912300${String(sent % phones).padStart(5, '0')}`;
    const token = `${run}x${sent}`;
    sentAt.set(`${from} ${token}`, performance.now());
    sent += 1;
    network.send(`echo ${token}`, { from });
  };

  return new Promise((resolve, reject) => {
    let patience: NodeJS.Timeout;
    const finish = (end: () => void): void => {
      clearTimeout(patience);
      stop();
      end();
    };
    const waitForNext = (): void => {
      clearTimeout(patience);
      patience = setTimeout(() => {
        const state = `${latencies.length} of ${sent} answered`;
        finish(() => reject(new Error(`No answer in ${patienceMs} ms: ${state}`)));
      }, patienceMs);
    };
    const began = performance.now();
    const stop = network.onText(({ to, text }) => {
      const key = `${to} ${text}`;
      const start = sentAt.get(key);
      if (start === undefined) {
        finish(() => reject(new Error(`An answer that nobody waits for, or a second one: ${key}`)));
        return;
      }
      sentAt.delete(key);
      latencies.push(performance.now() - start);
      if (latencies.length === messages)
        finish(() => resolve(resultOf(latencies, performance.now() - began)));
      else if (sent < messages) sendNext();
      waitForNextUnlessDone();
    });
    const waitForNextUnlessDone = (): void => {
      if (latencies.length < messages) waitForNext();
    };
    waitForNext();
    for (let i = 0; i < Math.min(inFlight, messages); i += 1) sendNext();
  });
};

const resultOf = (latencies: readonly number[], elapsedMs: number): RoundTripResult => {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number): number => round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0);
  const seconds = elapsedMs / 1000;
  return {
    messages: sorted.length,
    seconds: round(seconds),
    rate: Math.round(sorted.length / seconds),
    latencyMs: { p50: at(0.5), p99: at(0.99), max: at(1) },
  };
};

const round = (value: number): number => Math.round(value * 100) / 100;

export interface EchoBench {
  readonly kannel: Kannel;
  readonly network: FakeNetwork;
  stop(): Promise<void>;
}

/** Kannel with the bare echo behind it, each in a process of its own, as the router would be. */
export const startEchoBench = async ({ inOrder = false } = {}): Promise<EchoBench> => {
  const [port = 0] = await freePorts(1);
  const kannel = await startKannel({ routerPort: port });
  const program = fileURLToPath(new URL('./echo.js', import.meta.url));
  const echo = startLeashed(process.execPath, [
    program,
    String(port),
    kannel.sendsmsUrl,
    ...(inOrder ? ['in-order'] : []),
  ]);
  const stop = async (network?: FakeNetwork): Promise<void> => {
    network?.close();
    await echo.stop();
    await kannel.stop();
  };
  try {
    await eventually('the echo to listen', 10_000, () => echo.output().includes('listens'));
    const network = await FakeNetwork.connect(kannel.smscPort);
    await kannel.untilPhonesConnected();
    return { kannel, network, stop: () => stop(network) };
  } catch (error) {
    await stop();
    throw error;
  }
};

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [, , messages = '5000', rounds = '3'] = process.argv;
  const bench = await startEchoBench();
  try {
    await measureRoundTrips(bench.network, { messages: 1000, phones: 100 });
    for (let index = 0; index < Number(rounds); index += 1) {
      for (const phones of [500, 1]) {
        const result = await measureRoundTrips(bench.network, { messages: Number(messages), phones });
        const { p50, p99, max } = result.latencyMs;
        console.log(
          `echo, ${phones} phone(s): ${result.rate} round trips/s, ms p50 ${p50} p99 ${p99} max ${max}`,
        );
      }
    }
  } finally {
    await bench.stop();
  }
}
