import type { RecordedEvent } from '../../domain/event.js';
import type { MessageRouted, RoutingFailed, RoutingOutcome, TraceEntry } from '../../domain/events.js';
import type { Code } from '../../explain/code.js';
import { nearMiss } from '../../explain/keywords.js';
import { happenedAt } from '../../explain/time.js';
import { visible } from '../../terminal/visible.js';
import type { LocalClock } from '../clock.js';
import type { Row } from './row.js';

/** Longer than this in all: then the slowest are marked. */
const slowMicroseconds = 100_000;
const marked = 3;

/**
 * Each call of an app: phase, app, what it answered, what it changed.
 *
 * @param misses - what is to be said of a call that did nothing
 */
export const traceRows = (
  trace: readonly TraceEntry[],
  hasUtf8: boolean,
  misses: (entry: TraceEntry) => string | undefined = () => undefined,
): readonly Row[] => {
  const phaseWidth = Math.max(8, ...trace.map(({ phase }) => phase.length));
  const appWidth = Math.max(0, ...trace.map(({ app }) => app.length));
  const slowest = slowestOf(trace);
  // Never an empty place.
  const didNothing = hasUtf8 ? '–' : '-';
  return trace.map((entry) => {
    const { phase, app, result, error, text, dropped, microseconds } = entry;
    const failed = result === 'threw' || result === 'timeout';
    const parts = [
      failed ? `${result}: ${visible(error ?? '')}` : result === 'none' ? didNothing : result,
      ...(result === 'none' ? [misses(entry) ?? []].flat() : []),
      ...(text === undefined ? [] : [`made it ${visible(JSON.stringify(text))}`]),
      ...(dropped === undefined ? [] : [`dropped ${dropped} ${dropped === 1 ? 'text' : 'texts'} of others`]),
      ...(slowest.has(entry) ? [milliseconds(microseconds)] : []),
    ];
    return {
      text: `${phase.padEnd(phaseWidth)}  ${app.padEnd(appWidth)}  ${parts.join('   ')}`,
      ...(failed ? { style: 'attention' as const } : {}),
    };
  });
};

/** Of a message that no keyword of an app was found in: what it begins with, when that looks like one that was mistyped. */
export const nearMissIn =
  (text: string, trace: readonly TraceEntry[], apps: Code['run']['apps'] = []) =>
  ({ phase, app }: TraceEntry): string | undefined => {
    const { keywords } = apps.find(({ name }) => name === app)?.takes ?? {};
    if (phase !== 'handle' || keywords === undefined) return undefined;
    const parsed = trace.findLast((entry) => entry.phase === 'parse' && entry.text !== undefined)?.text;
    const near = nearMiss(parsed ?? text, keywords);
    return near === undefined
      ? undefined
      : `${visible(JSON.stringify(near.word))} is no keyword (nearest: ${visible(near.nearest)})`;
  };

const slowestOf = (trace: readonly TraceEntry[]): ReadonlySet<TraceEntry> => {
  if (total(trace) <= slowMicroseconds) return new Set();
  return new Set([...trace].sort((a, b) => b.microseconds - a.microseconds).slice(0, marked));
};

const total = (trace: readonly TraceEntry[]): number =>
  trace.reduce((sum, { microseconds }) => sum + microseconds, 0);

const milliseconds = (microseconds: number): string => `${(microseconds / 1_000).toFixed(1)} ms`;

/** The calls of the outgoing phase stand with the text that they are about, where that tells of them. */
export const inboundTrace = ({ trace }: Pick<MessageRouted['data'], 'trace'>): readonly TraceEntry[] =>
  trace.filter(({ phase }) => phase !== 'outgoing');

const outcomes: Readonly<Record<RoutingOutcome, (app: string, duplicateOf: string) => string>> = {
  handled: (app) => `handled by ${app}`,
  answered: (app) => `answered by ${app}`,
  defaulted: (app) => `defaulted by ${app}`,
  filtered: (app) => `filtered by ${app}`,
  unhandled: () => 'no app took it',
  duplicate: (_app, of) => `a duplicate of ${of}: the gateway offered it again`,
};

/** What was decided, how long that took, and which code it was. */
export const decisionRow = (event: RecordedEvent, code: Code | undefined, clock: LocalClock): Row => {
  const data = event.data as MessageRouted['data'] | RoutingFailed['data'];
  const spent = total(data.trace ?? []);
  const took = spent === 0 ? '' : ` in ${milliseconds(spent)}`;
  const remark = codeWords(code, happenedAt(event), clock);
  if ('error' in data)
    return {
      text: `failed in ${data.phase} of ${data.app}${took}: ${visible(data.error)}`,
      remark,
      style: 'attention',
    };
  const { outcome, app = 'the apps', duplicateOf = 'an earlier message' } = data;
  const say = outcomes[outcome] ?? (() => visible(String(outcome)));
  return { text: `${say(app, duplicateOf)}${took}`, remark };
};

/** `code 1.4.0, default#9c1f (as today)`. */
export const codeWords = (code: Code | undefined, at: string, clock: LocalClock): string => {
  if (code === undefined) return 'by which code was not recorded';
  const { run, app, isNamed, today } = code;
  const what = app === undefined ? '' : `, ${appWords(app)}`;
  return `${isNamed ? '' : 'probably '}code ${run.version}${what} (${todayWords[today](clock.day(at))})`;
};

/** A name, and the beginning of the hash of the file that it was: `reports#4697`. */
export const appWords = ({ name, sha256 }: NonNullable<Code['app']>): string =>
  sha256 === undefined ? name : `${name}#${sha256.slice(0, 4)}`;

/** Which runs of which routers took the decisions, the first first: each with its code. */
export const runRows = (codes: Iterable<Code>, clock: LocalClock): readonly Row[] => {
  const runs = new Map([...codes].map(({ run }) => [run.id, run]));
  return [...runs.values()]
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
    .map(({ node, version, nodeVersion, startedAt, apps }) => ({
      lead: '  ',
      text: `${visible(node)}, started ${clock.moment(startedAt)}: ${version} on Node ${nodeVersion}, ${apps.map(appWords).join(', ')}`,
    }));
};

const todayWords: Readonly<Record<Code['today'], (day: string) => string>> = {
  same: () => 'as today',
  other: (day) => `not today's: changed since ${day}`,
  gone: () => 'not installed any more',
};
