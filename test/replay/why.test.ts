import test from 'ava';
import type { Takes, TraceEntry } from '../../src/domain/events.js';
import { type Asked, whyOf } from '../../src/replay/why.js';

/** `handle consent true`, `parse tidy none "text"`. */
const asked = (apps: Readonly<Record<string, Takes | undefined>>, ...answers: readonly string[]): Asked => ({
  apps: Object.entries(apps).map(([name, takes]) => ({ name, ...(takes === undefined ? {} : { takes }) })),
  answers: answers.map((line) => {
    const [phase, app = '', result, text] = line.split(' ');
    return {
      phase: phase as TraceEntry['phase'],
      app,
      result: result as TraceEntry['result'],
      ...(text === undefined ? {} : { text }),
    };
  }),
});

const stop = { patterns: ['/^stop/i'] };
const report = { keywords: ['report', 'rep'] };

test('an app that took a message and does not any more is told, with what had taken it', (t) => {
  const then = asked({ consent: stop, reports: report }, 'handle consent true');
  const passed = asked(
    { consent: { patterns: ['/^stop$/i'] }, reports: report },
    'handle consent none',
    'handle reports none',
  );
  t.deepEqual(whyOf('STOP please', then, passed), ['handle: pattern /^stop/i of consent no longer takes it']);
  t.deepEqual(
    whyOf(
      'rep 3',
      then,
      asked({ consent: stop, reports: report }, 'handle consent none', 'handle reports true'),
    ),
    ['handle: consent no longer takes it, keyword "rep" of reports does'],
  );
  t.deepEqual(whyOf('stop', then, asked({ reports: report }, 'handle reports none')), [
    'handle: pattern /^stop/i of consent is not there any more',
  ]);
});

test('an app that takes it now is told, before whom and in which phase', (t) => {
  const then = asked({ a: undefined, b: undefined }, 'filter a none', 'handle b true', 'default a none');
  t.deepEqual(whyOf('x', then, asked({ a: undefined, b: undefined }, 'filter a none', 'handle a true')), [
    'handle: a takes it before b is asked',
  ]);
  t.deepEqual(whyOf('x', then, asked({ a: undefined, b: undefined }, 'filter a true')), [
    'filter: a takes it now',
    'handle: b no longer takes it',
  ]);
  t.deepEqual(whyOf('x', then, then), []);
});

test('what was made of the text before is told', (t) => {
  const then = asked({ tidy: undefined }, 'parse tidy none one', 'handle tidy none');
  t.deepEqual(whyOf('x', then, asked({ tidy: undefined }, 'parse tidy none two', 'handle tidy none')), [
    'parse: tidy made it "one", now it "two"',
  ]);
  t.deepEqual(whyOf('x', then, asked({ tidy: undefined }, 'parse tidy none', 'handle tidy none')), [
    'parse: tidy made it "one", now nothing else of it',
  ]);
});
