import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'ava';
import { defineApp, html } from '../../src/index.js';
import { pageOf, site } from './support/site.js';

test('what is filled in acts nowhere: as text, in an attribute, in a list', (t) => {
  const hostile = `"><script>alert('x')</script>&`;
  t.is(
    html`<p title="${hostile}">${hostile}</p>`.text,
    '<p title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</p>',
  );
  t.is(html`${[html`<b>${1}</b>`, ' & ', 0, false, null, undefined, ['<']]}`.text, '<b>1</b> &amp; 0&lt;');
});

for (const [pages, says] of [
  ['x', /must be a list/],
  [[{ path: '../x', title: 'x', render: () => html`` }], /letters, digits/],
  [[{ path: 'x', title: '', render: () => html`` }], /needs a title/],
  [[{ path: 'x', title: 'x' }], /a function render/],
  [
    [
      { path: 'x', title: 'x', render: () => html`` },
      { path: 'x', title: 'y', render: () => html`` },
    ],
    /two pages have the path x/,
  ],
] as const) {
  test(`an app whose pages are ${JSON.stringify(pages)} is refused: ${says.source}`, (t) => {
    t.throws(() => defineApp({ name: 'stock', pages: pages as never }), {
      instanceOf: TypeError,
      message: says,
    });
  });
}

const source = `
import { html } from '${new URL('../../src/index.js', import.meta.url).href}';
export default {
  name: 'stock',
  initial: { sacks: 0 },
  evolve: (state, { data }) => ({ sacks: data.sacks }),
  handle: (message) => {
    message.record({ type: 'Counted', data: { sacks: Number(message.text) } });
    return true;
  },
  pages: [
    {
      path: 'levels',
      title: 'Stock levels',
      render: async ({ query, visitor }, { memory, messages, pathOf }) => {
        const who = { backend: 'httptester', identity: '256700000001' };
        const { sacks } = (await memory(who)) ?? { sacks: 'no' };
        const all = await messages({ backend: 'httptester', limit: '5' });
        return html\`<p>\${visitor.name} asked \${query.get('q')}: <a href="\${pathOf(who)}">\${sacks} sacks</a>, \${all.length} messages</p>\`;
      },
    },
    { path: 'broken', title: 'Broken', render: () => { throw new Error('no stock today'); } },
    { path: 'plain', title: 'Plain', render: () => '<p>not html</p>' },
  ],
};
`;

test('an app brings pages of its own, in the same frame and menu', async (t) => {
  const file = join(mkdtempSync(join(tmpdir(), 'threadless-app-')), 'stock.mjs');
  writeFileSync(file, source);
  const { url, incoming } = await site(t, {
    apps: [file],
    tabs: [{ title: 'Sacks', href: '/apps/stock/levels/' }],
  });
  await incoming('httptester', '256700000001', '12');
  const { html: page } = await pageOf(`${url}/apps/stock/levels/?q=%3Cb%3E`);
  t.true(
    page.includes(
      'development asked &lt;b&gt;: <a href="/conversations/httptester/256700000001/">12 sacks</a>',
    ),
  );
  t.regex(page, /<a href="\/apps\/stock\/levels\/" aria-current="page">Sacks<\/a>/);
  t.true(page.includes('>Broken</a>'));
  const broken = await fetch(`${url}/apps/stock/broken/`);
  t.is(broken.status, 503);
  t.true((await broken.text()).includes('no stock today'));
  t.is((await fetch(`${url}/apps/stock/plain/`)).status, 503);
});
