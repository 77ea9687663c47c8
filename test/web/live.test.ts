import test, { type ExecutionContext } from 'ava';
import { site } from './support/site.js';

/** What a browser hears, notice by notice. */
const listen = async (t: ExecutionContext, url: string, ...topics: readonly string[]) => {
  const gone = new AbortController();
  t.teardown(() => gone.abort());
  const query = new URLSearchParams(topics.map((topic) => ['topic', topic]));
  const response = await fetch(`${url}/live?${query}`, { signal: gone.signal });
  t.is(response.status, 200);
  const chunks = (response.body as unknown as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  const decoder = new TextDecoder();
  let rest = '';
  return {
    next: async (): Promise<string> => {
      for (;;) {
        const [, data] = /^data: (.*)\n\n/m.exec(rest) ?? [];
        if (data !== undefined) {
          rest = rest.slice(rest.indexOf('\n\n', rest.indexOf('data: ')) + 2);
          return JSON.parse(data) as string;
        }
        const chunk = await chunks.next();
        if (chunk.done === true) return 'the end';
        rest += decoder.decode(chunk.value, { stream: true });
      }
    },
  };
};

test('a browser hears that something happened that its pages are about, and not what', async (t) => {
  const { url, incoming } = await site(t);
  const mine = '/conversations/httptester/256700000001/';
  const both = await listen(t, url, mine, '/conversations/httptester/256700000002/');
  await incoming('httptester', '256700000001', 'ping');
  t.is(await both.next(), mine);
  await incoming('httptester', '256700000002', 'ping');
  // A delivery report of the first may come in between.
  let next = await both.next();
  while (next === mine) next = await both.next();
  t.is(next, '/conversations/httptester/256700000002/');
  const all = await listen(t, url, 'all', 'messages', 'backend:httptester');
  await incoming('httptester', '256700000003', 'ping');
  const heard = new Set<string>();
  while (heard.size < 3) heard.add(await all.next());
  t.deepEqual([...heard].toSorted(), ['all', 'backend:httptester', 'messages']);
});

test('topics that are none are told; a stop ends what listens', async (t) => {
  const { url, stop } = await site(t);
  t.is((await fetch(`${url}/live`)).status, 400);
  t.is((await fetch(`${url}/live?topic=nonsense`)).status, 400);
  const heard = await listen(t, url, 'all');
  const end = heard.next();
  await stop();
  t.is(await end, 'the end');
});
