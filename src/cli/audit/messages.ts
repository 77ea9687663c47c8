import type { GroupsAnswer, MessagesAnswer } from '../../audit/answers.js';
import { terminalOf } from '../../terminal/print.js';
import { visible } from '../../terminal/visible.js';
import { duration, type LocalClock } from '../clock.js';
import { count } from '../columns.js';
import { type Line, tableOf } from './table.js';

/** What needs a person. */
const troubled = ['failed', 'abandoned', 'unclear', 'rejected'];

/** The messages as a table. @param isOfOne - they are all of one number, which need not be repeated */
export const messageLines = (
  { messages }: MessagesAnswer,
  clock: LocalClock,
  isOfOne: boolean,
): readonly string[] => {
  const head = [
    `time (${clock.zone})`,
    'way',
    ...(isOfOne ? [] : ['backend', 'identity']),
    'status',
    'app',
    'text',
  ];
  const lines = messages.map((message): Line => {
    const { at, direction, backend, identity, status, app = '', text = '' } = message;
    const isTroubled = troubled.includes(status);
    return [
      { text: clock.entry(at) },
      { text: direction },
      ...(isOfOne ? [] : [{ text: visible(backend) }, { text: visible(identity) }]),
      {
        text: `${visible(status)}${isTroubled ? ' !' : ''}`,
        ...(isTroubled ? { style: 'attention' as const } : {}),
      },
      { text: visible(app) },
      { text: visible(text) },
    ];
  });
  return tableOf([head.map((text) => ({ text, style: 'strong' as const })), ...lines], terminalOf());
};

/** Groups as a table, with what they come to in all. A text stands last: it is as long as it is. */
export const groupLines = (
  { groups, all }: GroupsAnswer,
  by: readonly string[],
  withTimes: boolean,
): readonly string[] => {
  const short = by.filter((name) => name !== 'text');
  const texts = by.filter((name) => name === 'text');
  const numbers = ['n', ...(withTimes ? ['half', '90 %', '99 %', 'longest'] : [])];
  const lineOf = (before: readonly string[], figures: readonly string[], after: string): Line => [
    ...before.map((text) => ({ text })),
    ...figures.map((text) => ({ text, isNumber: true })),
    { text: after },
  ];
  const head = lineOf(short, numbers, texts.join('')).map((cell) => ({ ...cell, style: 'strong' as const }));
  const lines = groups.map(({ values, n, times }) => {
    const spread = times && [times.p50, times.p90, times.p99, times.longest].map(duration);
    const figures = [count(n), ...(withTimes ? (spread ?? ['', '', '', '']) : [])];
    const named = (name: string) => visible(values[name] || '–');
    return lineOf(short.map(named), figures, texts.map(named).join(''));
  });
  const sum = count(all.n);
  const total = lineOf(
    short.map((_, index) => (index === 0 ? 'in all' : '')),
    numbers.map((_, index) => (index === 0 ? sum : '')),
    short.length === 0 ? 'in all' : '',
  );
  return tableOf([head, ...lines, total], terminalOf());
};
