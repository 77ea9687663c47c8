import { newName } from '../store/events.js';
import { Phones } from '../workers/processes/phones.js';
import type { Size } from './http.js';
import { type Row, ratioRow } from './rows.js';
import { bareEcho, loadFrom, router, type Server } from './server.js';
import type { MeasuredServer } from './serverOfRun.js';

/** Texts of one measurement, at most. */
const maxTexts = 5_000;
const phonesThatAreKnown = 1_000;

/** Texts that came in over HTTP and whose answers came out of an HTTP gateway that takes everything. */
export const answeredRows = async (
  { runs, requests }: Size,
  { connectionString, name }: MeasuredServer,
  told: (line: string) => void,
): Promise<readonly Row[]> => {
  const phones = new Phones();
  const outgoingUrl = await phones.listen();
  const backend = newName('bench');
  const ours = await router({
    node: backend,
    eventStore: { engine: 'eventstoredb', connectionString },
    apps: ['echo'],
    projections: { run: false },
    log: { level: 'warn' },
    backends: {
      'my-kannel-backend': null,
      'simple-http': null,
      [backend]: { engine: 'http', handler: 'queued', incomingIdentity: 'id', outgoingUrl },
    },
  });
  const theirs = await bareEcho(connectionString, `bare_${backend}`, outgoingUrl);
  const url = `${ours.url}/http/${backend}/`;
  try {
    const texts = Math.min(requests, maxTexts);
    const answered = await pairsOfEchoes({ runs, texts, phones, url, theirs }, told);
    const firsts = await pairsOfFirsts({ runs, texts: Math.ceil(texts / 2), phones, url }, told);
    const baseline = `a bare echo of three appends a text, on ${name}`;
    return [
      ratioRow(
        { what: 'texts answered over HTTP', baseline, target: { atLeast: 0.5 }, measuredIn: 'texts/s' },
        answered,
      ),
      ratioRow(
        {
          what: 'the first text of each conversation',
          baseline: 'the second one of each',
          target: { atLeast: 0.7 },
          measuredIn: 'texts/s',
        },
        firsts,
      ),
    ];
  } finally {
    await ours.stop();
    await theirs.stop();
    phones.close();
  }
};

interface Given {
  readonly runs: number;
  readonly texts: number;
  readonly phones: Phones;
  /** Of our backend. */
  readonly url: string;
}

type Pairs = readonly { readonly ours: number; readonly theirs: number }[];

/** A second, from the first request until the last answer has come out. */
const rateOf = async (
  { texts, phones }: Given,
  url: string,
  senders: number,
  from: number,
): Promise<number> => {
  const goal = phones.count + texts;
  const begun = performance.now();
  const { failed } = await loadFrom(url, texts, senders, from);
  if (failed > 0) throw new Error(`${failed} texts were refused.`);
  await phones.until(() => phones.count >= goal);
  return texts / ((performance.now() - begun) / 1_000);
};

/** Run 0 warms both up. */
const pairsOfEchoes = async (
  given: Given & { readonly theirs: Server },
  told: (line: string) => void,
): Promise<Pairs> => {
  const pairs = [];
  for (let run = 0; run <= given.runs; run += 1) {
    const ours = await rateOf(given, given.url, phonesThatAreKnown, 0);
    const theirs = await rateOf(given, `${given.theirs.url}/`, phonesThatAreKnown, 0);
    if (run === 0) continue;
    told(`answered, run ${run}: ${Math.round(ours)} : ${Math.round(theirs)} texts/s`);
    pairs.push({ ours, theirs });
  }
  return pairs;
};

/** Each run has phones that nobody has heard of, and once more the same ones. */
const pairsOfFirsts = async (given: Given, told: (line: string) => void): Promise<Pairs> => {
  const pairs = [];
  for (let run = 1; run <= given.runs; run += 1) {
    const from = phonesThatAreKnown + run * given.texts;
    const ours = await rateOf(given, given.url, given.texts, from);
    const theirs = await rateOf(given, given.url, given.texts, from);
    told(`first texts, run ${run}: ${Math.round(ours)} : ${Math.round(theirs)} texts/s`);
    pairs.push({ ours, theirs });
  }
  return pairs;
};
