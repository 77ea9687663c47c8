import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { appsAnswer, overviewAnswer } from '../../src/web/api/overviewSchemas.js';
import { eventually } from '../kannel/support/wait.js';
import { type Site, site } from './support/site.js';

const failing = `export default {
  name: 'failing',
  handle: ({ text }) => { if (text === 'fail') throw new Error('no'); },
};`;

/** With a phone that is nobody's, one that counts, and an app that fails. */
const running = async (t: ExecutionContext, overrides: object = {}): Promise<Site> => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-overview-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const app = join(folder, 'failing.js');
  writeFileSync(app, failing);
  return site(t, {
    apps: ['ping', app, 'echo'],
    backends: {
      'my-kannel-backend': null,
      'simple-http': { outgoingUrl: 'http://127.0.0.1:9/?to=%(identity)s&text=%(text)s' },
      httptester: { engine: 'httptester' },
    },
    ...overrides,
  });
};

const jsonOf = async (url: string): Promise<unknown> => (await fetch(url)).json();

/** Once what the projections tell is as wanted. */
const overviewOnce = (url: string, isSo: (told: ReturnType<typeof overviewAnswer.parse>) => boolean) =>
  eventually('the overview to be so', 20_000, async () => {
    const told = overviewAnswer.parse(await jsonOf(`${url}/api/v1/overview`));
    return isSo(told) ? told : undefined;
  });
/** A machine that is busy elsewhere may take the work from a router for a moment, and its page then says so. */
const pageOnce = (url: string, said: RegExp) =>
  eventually('the page to be so', 20_000, async () => {
    const html = await (await fetch(url)).text();
    return said.test(html) ? html : undefined;
  });
const appsOnce = (url: string, calls: number) =>
  eventually('the calls to be counted', 20_000, async () => {
    const told = appsAnswer.parse(await jsonOf(`${url}/api/v1/apps`));
    return told.apps.some(({ figures }) => figures?.calls === calls) ? told : undefined;
  });

test('the overview counts what came and went, leaves played phones out, and says what waits and why', async (t) => {
  const { url, incoming } = await running(t);
  await incoming('simple-http', '256700000001', 'echo hello');
  await incoming('simple-http', '256700000001', 'fail');
  await incoming('httptester', '256700000002', 'echo hello');
  const told = await overviewOnce(
    url,
    ({ today, waiting, lanes }) =>
      today?.in === 2 &&
      waiting?.letters.inbound.n === 1 &&
      lanes.some(({ backend, state }) => backend === 'simple-http' && state === 'paused'),
  );
  t.is(told.today?.out, 1);
  t.is(told.waiting?.texts, 1);
  t.like(told.hours?.at(-1), { in: 2, out: 1 });
  t.is(told.took?.answered?.n, 1);
  t.like(told.lastStart, { node: 'main', nodeVersion: process.version });

  const html = await pageOnce(url, /Messages are answered\. One gateway cannot be reached\./);
  t.regex(html, /<h1>Overview<\/h1>/);
  t.regex(html, /<a href="\/deadletters\/">1 message waits for a person<\/a>/);
  t.regex(html, /paused[\s\S]*ECONNREFUSED[\s\S]*Tried again by itself\./);
  t.regex(html, /It is the first start that is known\./);
  t.notRegex(html, / style=/);
});

test('where all is well the overview says so', async (t) => {
  const { url } = await running(t);
  await overviewOnce(
    url,
    ({ ready, hours, lanes }) =>
      ready && hours !== undefined && lanes.every(({ state }) => state === 'running'),
  );
  const html = await pageOnce(url, /every way out is open, and nothing waits for a person/);
  t.regex(html, /Messages in by hour: none\./);
});

test('the day is that of the zone that is asked for, and what is no zone is told', async (t) => {
  const { url } = await running(t);
  await overviewOnce(url, ({ today }) => today !== undefined);
  const told = overviewAnswer.parse(await jsonOf(`${url}/api/v1/overview?zone=Asia/Kathmandu`));
  t.is(told.zone, 'Asia/Kathmandu');
  t.regex(told.today?.since ?? '', /T18:15:00\.000Z$/);
  const response = await fetch(`${url}/api/v1/overview?zone=nowhere`);
  t.is(response.status, 400);
  t.like(await response.json(), { status: 400, title: 'The request cannot be understood' });
});

test('apps are told in their order, with what they did and the hash of their code', async (t) => {
  const { url, incoming } = await running(t);
  await incoming('simple-http', '256700000001', 'echo hello');
  await incoming('simple-http', '256700000001', 'fail');
  await incoming('httptester', '256700000002', 'echo hello');
  const { apps, messages, fresh } = await appsOnce(url, 2);
  t.is(messages, 2);
  t.is(fresh.states, 'complete');
  t.deepEqual(
    apps.map(({ name, order }) => [name, order]),
    [
      ['ping', 1],
      ['failing', 2],
      ['echo', 3],
    ],
  );
  t.like(apps[1]?.figures, { calls: 2, threw: 1, failed: 1, decided: 0 });
  t.regex(apps[1]?.origin?.sha256 ?? '', /^[0-9a-f]{64}$/);
  t.like(apps[2]?.figures, { decided: 1 });

  const html = await (await fetch(`${url}/apps/?days=7`)).text();
  t.regex(html, /3 apps are asked, in this order\. They were asked about 2 messages/);
  t.regex(html, /and 1 call failed\./);
  t.regex(html, /<a class="chip" href="\/apps\/\?days=7" aria-current="page">7 days<\/a>/);
  t.regex(html, new RegExp(`title="${apps[1]?.origin?.sha256}"`));
});

test('days that are none, or in the wrong order, are told', async (t) => {
  const { url } = await running(t);
  for (const query of ['from=2026-02-30', 'from=yesterday', 'from=2026-03-04&to=2026-03-03'])
    t.is((await fetch(`${url}/api/v1/apps?${query}`)).status, 400, query);
  const { from, to } = appsAnswer.parse(await jsonOf(`${url}/api/v1/apps?from=2026-03-01&to=2026-03-04`));
  t.deepEqual([from, to], ['2026-03-01', '2026-03-04']);
});
