// What Prometheus and Grafana are given names nothing that a running router does not export.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parse } from 'yaml';
import { valueIn } from '../metrics/exposition.js';
import { scrapedUntil, startMeasured } from '../metrics/running.js';

const read = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../ops/${name}`, import.meta.url)), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string };
}

const rules: readonly Rule[] = parse(read('prometheus/alerts.yml')).groups.flatMap(
  ({ rules }: { rules: Rule[] }) => rules,
);
const dashboard = JSON.parse(read('grafana/threadless.json')) as {
  readonly panels: readonly {
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
};

/** The names in an expression that are neither functions, nor labels, nor words of the language. */
const metricsIn = (expression: string): readonly string[] => {
  const bare = expression
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}/g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/\b(by|on|ignoring|without|group_left|group_right)\s*\([^)]*\)/g, '')
    .replace(/\boffset\s+\d+\w/g, '');
  return [...bare.matchAll(/[a-zA-Z_:][\w:]*(?!\s*\(|[\w:])/g)].map(([name]) => name);
};

test('the rules and the dashboard name what a running router exports', async (t) => {
  const { router, gateway } = await startMeasured(t);
  const say = (text: string) =>
    fetch(`${router.url}/backend/my-kannel-backend/?id=%2B256700&text=${encodeURIComponent(text)}`);
  await say('echo hello');
  await say('fail');
  await scrapedUntil(router.url, 'the answer to be handed over', (families) =>
    Boolean(valueIn(families, 'threadless_attempts_total', { result: 'accepted' })),
  );
  const reported = new URL(gateway.seen[0]?.url ?? '', router.url).searchParams.get('dlr-url') ?? '';
  const at = new URL(reported.replace('%d', '1').replaceAll(/%[A-Za-z]/g, ''));
  await fetch(`${router.url}${at.pathname}${at.search}`);
  const families = await scrapedUntil(
    router.url,
    'the delivery and the projections to be told',
    (found) =>
      valueIn(found, 'threadless_delivery_seconds_count') === 1 &&
      valueIn(found, 'threadless_projection_phase', { projection: 'messages', phase: 'live' }) === 1 &&
      valueIn(found, 'threadless_dead_letters', { kind: 'inbound' }) === 1,
  );
  const exported = new Set([...families.values()].flatMap(({ samples }) => samples.map(({ name }) => name)));
  const named = [
    ...rules.map(({ alert, expr }) => [alert, expr] as const),
    ...dashboard.panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ expr }) => [title, expr] as const),
    ),
  ];
  // Prometheus' own, of what it scrapes.
  exported.add('up');
  for (const [where, expr] of named) {
    const names = metricsIn(expr);
    t.true(names.length > 0, where);
    for (const name of names) t.true(exported.has(name), `${where}: ${name}`);
  }
});

test('a rule has a name of its own and says what is wrong', (t) => {
  t.is(new Set(rules.map(({ alert }) => alert)).size, rules.length);
  for (const { alert, annotations } of rules) t.regex(annotations.summary, /\.$/, alert);
});
