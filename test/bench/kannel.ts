import { FakeNetwork } from '../kannel/support/fakeNetwork.js';
import { startKannel } from '../kannel/support/kannel.js';
import { freePorts } from '../kannel/support/ports.js';
import type { Size } from './http.js';
import { measureRoundTrips, startEchoBench } from './roundTrip.js';
import { type Row, ratioRow } from './rows.js';
import { router } from './server.js';

interface Bench {
  readonly network: FakeNetwork;
  stop(): Promise<void>;
}

/** Round trips through a real Kannel, every event durable, against a bare echo that stores nothing. */
export const kannelRows = async (
  { runs, roundTrips }: Size,
  told: (line: string) => void,
): Promise<readonly Row[]> => {
  // Each has a Kannel of its own; the one that is not measured is idle.
  const ours = await startOurs();
  const echo = await startEchoBench();
  const ordered = await startEchoBench({ inOrder: true });
  try {
    for (const { network } of [ours, echo, ordered])
      await measureRoundTrips(network, { messages: 500, phones: 100 });
    const rate = async ({ network }: Bench, phones: number) =>
      (await measureRoundTrips(network, { messages: roundTrips, phones })).rate;
    const pairs = async (phones: number, baseline: Bench) => {
      const results = [];
      for (let run = 1; run <= runs; run += 1) {
        const pair = { ours: await rate(ours, phones), theirs: await rate(baseline, phones) };
        told(`run ${run}, ${phones} phone(s): ${pair.ours} : ${pair.theirs} round trips/s`);
        results.push(pair);
      }
      return results;
    };
    const about = { baseline: 'bare echo that stores nothing', measuredIn: 'round trips/s' };
    const inOrder = { ...about, baseline: 'bare echo that sends one after the other' };
    const what = 'round trips through a real Kannel, every event durable';
    const onePhone = { what: 'the same, all from one phone', target: { atLeast: 0.7 } };
    return [
      ratioRow({ ...about, what, target: { atLeast: 0.9 } }, await pairs(500, echo)),
      ratioRow({ ...about, ...onePhone }, await pairs(1, echo)),
      // An echo need not keep the order of its answers, we must: each waits for Kannel's word on the one before.
      ratioRow({ ...inOrder, ...onePhone }, await pairs(1, ordered)),
    ];
  } finally {
    await ours.stop();
    await echo.stop();
    await ordered.stop();
  }
};

const startOurs = async (): Promise<Bench> => {
  const [port = 0] = await freePorts(1);
  const kannel = await startKannel({ routerPort: port });
  const server = await router(
    {
      http: { port },
      apps: ['echo'],
      backends: {
        'simple-http': null,
        // Without reports, as the echo asks for none: they are two more requests from Kannel for each text.
        'my-kannel-backend': {
          handler: 'queued',
          sendsmsUrl: kannel.sendsmsUrl,
          sendsmsParams: kannel.sendsmsParams,
          dlrMask: 0,
        },
      },
    },
    { port },
  );
  const network = await FakeNetwork.connect(kannel.smscPort);
  await kannel.untilPhonesConnected();
  return {
    network,
    stop: async () => {
      network.close();
      await server.stop();
      await kannel.stop();
    },
  };
};
