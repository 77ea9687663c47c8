import test, { type ExecutionContext } from 'ava';
import { startRouter } from '../../src/main/index.js';
import { sourcesOf } from '../projections/support/router.js';

const running = async (t: ExecutionContext) => {
  const router = await startRouter(sourcesOf(t));
  t.teardown(() => router.stop());
  /** Reads until something has come. */
  const open = async (query: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${router.url}/api/v1/events/stream${query}`, { headers });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    const until = async (holds: (text: string) => boolean): Promise<string> => {
      while (!holds(text)) {
        const read = await reader?.read();
        if (read?.done !== false) return text;
        text += read.value;
      }
      return text;
    };
    return { response, until, cancel: () => reader?.cancel() };
  };
  return { router, open };
};

const idsIn = (text: string) => [...text.matchAll(/^id: (.+)$/gm)].map(([, id]) => id ?? '');

test('events come as they are stored, by the same filters, and go on after the last one that was seen', async (t) => {
  const { router, open } = await running(t);
  const live = await open('?type=MessageReceived,MessageRouted');
  t.is(live.response.headers.get('content-type'), 'text/event-stream; charset=utf-8');
  await live.until((text) => text.includes(':'));
  await router.incoming('simple-http', '1', 'echo one');
  const text = await live.until((all) => idsIn(all).length === 2);
  t.regex(text, /event: MessageReceived\ndata: \{.*"text":"echo one".*\}\n\nid: .*\nevent: MessageRouted\n/s);
  await live.cancel();

  await router.incoming('simple-http', '2', 'echo two');
  const [first = ''] = idsIn(text);
  const again = await open('?type=MessageReceived', { 'last-event-id': first });
  const missed = await again.until((all) => idsIn(all).length === 1);
  t.regex(missed, /echo two/);
  t.notRegex(missed, /echo one/);
  await again.cancel();
});

test('a reader that is slow, or does not read, holds up nobody, and a stop does not wait for it', async (t) => {
  const { router, open } = await running(t);
  const slow = await open('');
  const other = await open('?type=MessageReceived');
  for (let n = 0; n < 30; n += 1)
    await router.incoming('simple-http', '1', `echo ${'x'.repeat(20_000)} ${n}`);
  await other.until((all) => idsIn(all).length === 30);
  t.true(await router.stop());
  // The one that did not read gets what was on its way, and its end.
  await slow.until(() => false);
});

test('it is refused in a sentence when it is asked wrongly', async (t) => {
  const { router } = await running(t);
  const response = await fetch(`${router.url}/api/v1/events/stream?limit=x`);
  t.is(response.status, 400);
  t.regex(await response.text(), /^limit: expected a number/);
});
