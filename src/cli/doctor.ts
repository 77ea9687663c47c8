import { Command } from 'commander';
import { examineAll } from '../programs/doctor/doctor.js';
import { type Finding, gravest, type Level, type Value } from '../programs/doctor/finding.js';
import { print, styled } from '../terminal/print.js';
import { visibleJson } from '../terminal/visible.js';
import { indented } from './columns.js';

interface Options {
  readonly json?: boolean;
  readonly all?: boolean;
}

export const doctor = (): Command =>
  new Command('doctor')
    .description(
      'Look at everything that a router needs, and say what is wrong and what to do. It changes nothing itself, and works beside a running router and without one. The apps are loaded, as a start does: what an app does while it is loaded, it does here too. Give it the THREADLESS_CONFIG and THREADLESS_DATA of the router.\nThe exit code is 0 when all is well, 1 when something is to be looked at, 2 when something is broken.',
    )
    .option('--json', 'one JSON object a line, for each thing that was looked at')
    .option('--all', 'every key of the configuration, defaults too')
    .action(async ({ json = false, all = false }: Options) => {
      const told: Finding[] = [];
      for await (const { group, findings } of examineAll()) {
        told.push(...findings);
        if (json) for (const finding of findings) print(visibleJson(JSON.stringify({ group, ...finding })));
        else show(group, findings, all);
      }
      if (!json) print(`\n${summaryOf(told)}`);
      // A check that was given up may hold the process.
      process.stdout.write('', () => process.exit(exitCodeOf[gravest(told)]));
    });

const exitCodeOf: Readonly<Record<Level, number>> = { well: 0, look: 1, broken: 2 };

const words: Readonly<Record<Level, string>> = { well: 'well', look: 'look at it', broken: 'broken' };

/** Where findings begin: behind the longest of the marks. */
const margin = 14;

const show = (group: string, findings: readonly Finding[], all: boolean): void => {
  if (findings.length === 0) return;
  print(`\n${styled(group, 'strong')}`);
  for (const { level, says, advice = '', values = [] } of findings) {
    const [first = '', ...rest] = fitted(says);
    print(`  ${marked(level)}${first}`);
    for (const line of [...rest, ...fitted(advice)]) print(`${' '.repeat(margin)}${line}`);
    for (const line of valueLines(values, all)) print(`${' '.repeat(margin)}${line}`);
  }
};

/** By where they come from, the more telling first. */
const valueLines = (values: readonly Value[], all: boolean): readonly string[] => {
  const shown = values.filter(({ from }) => all || from !== 'default');
  const left = values.length - shown.length;
  return [
    ...[...new Set(shown.map(({ from }) => from))].flatMap((from) => [
      `from ${from}:`,
      ...shown
        .filter((value) => value.from === from)
        .flatMap(({ key, value }) => hanging(`${key}: ${valueText(value)}`)),
    ]),
    ...(left > 0 ? fitted(`${left} more keys have their defaults: --all shows them.`) : []),
  ];
};

/** Undefined: a pipe or a file, whose lines stay whole. */
const room = (): number | undefined => (process.stdout.isTTY ? process.stdout.columns - margin : undefined);

const fitted = (text: string): readonly string[] => {
  const width = room();
  return indented(text, width === undefined ? undefined : width + 2).map((line) => line.slice(2));
};

/** What does not fit stands further in than what comes next. */
const hanging = (text: string): readonly string[] => {
  const width = room();
  return indented(text, width === undefined ? undefined : width - 2).map((line, index) =>
    index === 0 ? line : `  ${line}`,
  );
};

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** In colour what needs a person, and nothing else. */
const marked = (level: Level): string => {
  const word = words[level].padEnd(margin - 2);
  return level === 'well' ? word : styled(word, 'attention');
};

const summaryOf = (findings: readonly Finding[]): string => {
  const of = (level: Level) => findings.filter((finding) => finding.level === level).length;
  const [brokenOnes, looks] = [of('broken'), of('look')];
  if (brokenOnes + looks === 0) return `All is well: ${findings.length} things were looked at.`;
  const parts = [
    ...(brokenOnes > 0 ? [`${brokenOnes} broken`] : []),
    ...(looks > 0 ? [`${looks} to be looked at`] : []),
    `${of('well')} well`,
  ];
  return `${parts.join(', ')}.`;
};
