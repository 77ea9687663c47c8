// Server-sent events of a running router, over real connections.
import { request } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { type Router, startRouter } from '../../src/main/index.js';
import { sourcesOf } from '../projections/support/router.js';

const running = async (t: ExecutionContext): Promise<Router> => {
  const router = await startRouter(sourcesOf(t, { run: false }));
  t.teardown(() => router.stop());
  return router;
};

interface Frame {
  readonly id: string;
  readonly data: { readonly type: string; readonly data: { readonly text?: string } };
}

/** The events of a stream, as they come. */
async function* framesOf(response: Response): AsyncGenerator<Frame, void, undefined> {
  let rest = '';
  for await (const bytes of response.body ?? []) {
    rest += Buffer.from(bytes).toString();
    const whole = rest.split('\n\n');
    rest = whole.pop() ?? '';
    for (const frame of whole) {
      const [, id, data] = /^id: (.*)\ndata: (.*)$/.exec(frame) ?? [];
      if (id !== undefined && data !== undefined) yield { id, data: JSON.parse(data) };
    }
  }
}

/** What comes between empty lines, one after the other. */
const linesOf = (response: Response): (() => Promise<string>) => {
  const parts = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  return async () => {
    while (!rest.includes('\n\n')) rest += (await parts?.read())?.value ?? '';
    const [part = '', ...more] = rest.split('\n\n');
    rest = more.join('\n\n');
    return part;
  };
};

const take = async (frames: AsyncGenerator<Frame, void, undefined>, count: number): Promise<Frame[]> => {
  const taken: Frame[] = [];
  while (taken.length < count) {
    const { value } = await frames.next();
    if (value === undefined) break;
    taken.push(value);
  }
  return taken;
};

const textsOf = (frames: readonly Frame[]) => frames.map(({ data }) => data.data.text);

test('events come with ids, and whoever was cut off goes on after the last one', async (t) => {
  const router = await running(t);
  const url = `${router.url}/api/v1/events/stream?type=MessageReceived`;
  const listening = await fetch(url);
  t.is(listening.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  t.is(listening.headers.get('cache-control'), 'no-store');
  for (const text of ['one', 'two']) await router.incoming('simple-http', '1', text);
  const frames = framesOf(listening);
  const first = await take(frames, 2);
  t.deepEqual(textsOf(first), ['one', 'two']);
  await frames.return();
  for (const text of ['three', 'four']) await router.incoming('simple-http', '1', text);
  const again = await fetch(url, { headers: { 'last-event-id': first[0]?.id ?? '' } });
  t.deepEqual(textsOf(await take(framesOf(again), 3)), ['two', 'three', 'four']);
});

test('what is asked wrongly is answered with a sentence, and not with a stream', async (t) => {
  const { url } = await running(t);
  for (const [query, headers, sentence] of [
    ['?wrods=x', {}, /^wrods: expected one of /],
    ['?since=march', {}, /^since: expected a time/],
    ['?direction=up', {}, /^direction: expected in or out/],
    ['?after=nowhere', {}, /^after: expected the position of an event of this store/],
    ['?after=999999999', {}, /^after: expected the position of an event of this store, got “999999999”/],
  ] as const) {
    const response = await fetch(`${url}/api/v1/events/stream${query}`, { headers });
    t.is(response.status, 400, query);
    t.regex(((await response.json()) as { detail: string }).detail, sentence);
  }
  const refused = await fetch(`${url}/api/v1/events/stream`, { headers: { 'x-forwarded-for': '10.0.0.1' } });
  t.is(refused.status, 403);
});

test('whoever comes back from a place that is none of this store is told so, and hears what comes', async (t) => {
  const router = await running(t);
  const url = `${router.url}/api/v1/events/stream?type=MessageReceived&since=1h`;
  await router.incoming('simple-http', '1', 'before');
  const [known] = await take(framesOf(await fetch(url)), 1);
  const [position] = known?.id.split('@') ?? [];
  for (const last of ['nowhere', '999999999', `${position}@01a214aa-1111-7000-8000-000000000000`]) {
    const response = await fetch(url, { headers: { 'last-event-id': last } });
    t.is(response.status, 200);
    const lines = linesOf(response);
    t.is(await lines(), ': listening');
    const [, id, told] = /^id: (.*)\nevent: notice\ndata: (.*)$/.exec(await lines()) ?? [];
    t.is(
      JSON.parse(told ?? '').replace(last, '…'),
      'There is no event at … in this store: it may have been restored, or be another one. What came since is not known: it goes on with what comes now.',
    );
    await router.incoming('simple-http', '1', `after ${last}`);
    t.true((await lines()).includes(`after ${last}`));
    // With what it was given it comes back without a notice.
    const again = framesOf(await fetch(url, { headers: { 'last-event-id': id ?? '' } }));
    t.deepEqual(textsOf(await take(again, 1)), [`after ${last}`]);
  }
});

test('a stop ends the streams, in order', async (t) => {
  const router = await startRouter(sourcesOf(t, { run: false }));
  const listening = await fetch(`${router.url}/api/v1/events/stream`);
  const ended = take(framesOf(listening), 1_000);
  t.true(await router.stop());
  t.deepEqual(
    (await ended).map(({ data }) => data.type).filter((type) => type !== 'RouterStopped'),
    [],
  );
});

test('a reader that takes nothing holds up nobody', async (t) => {
  const router = await running(t);
  const { port } = new URL(router.url ?? '');
  const slow = request({ port, host: '127.0.0.1', path: '/api/v1/events/stream' });
  slow.end();
  const response = await new Promise<import('node:http').IncomingMessage>((resolve) =>
    slow.once('response', resolve),
  );
  response.pause();
  t.teardown(() => slow.destroy());
  const quick = framesOf(await fetch(`${router.url}/api/v1/events/stream?type=MessageReceived`));
  // More than the connection and its buffers hold.
  const text = 'x'.repeat(100_000);
  const quickly = take(quick, 60);
  for (let n = 0; n < 60; n += 1) await router.incoming('simple-http', String(n), text);
  t.is((await quickly).length, 60);
  response.resume();
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > 60 * text.length) break;
  }
  t.true(bytes > 60 * text.length);
});

test('no more may listen than can be served', async (t) => {
  const router = await running(t);
  const url = `${router.url}/api/v1/events/stream`;
  const gone = new AbortController();
  const open = await Promise.all(Array.from({ length: 100 }, () => fetch(url, { signal: gone.signal })));
  t.true(open.every(({ status }) => status === 200));
  const refused = await fetch(url);
  t.is(refused.status, 503);
  t.regex(((await refused.json()) as { detail: string }).detail, /^100 readers listen already/);
  gone.abort();
  // Their places are free as soon as their connections are closed.
  let status = 503;
  while (status === 503) ({ status } = await fetch(url, { signal: AbortSignal.timeout(20_000) }));
  t.is(status, 200);
});
