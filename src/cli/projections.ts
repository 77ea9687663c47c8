import { Command } from 'commander';
import { openProjections, type ProjectionProgress, type ProjectionsTool } from '../programs/projections.js';
import { checkProjections } from '../programs/projectionsCheck.js';
import type { ServerProjections } from '../store/eventstoredb/projections.js';
import { count } from './columns.js';
import { status } from './projectionsStatus.js';

/** Works on the data folder beside a running router. */
export const projections = (): Command =>
  new Command('projections')
    .description(
      'Read models made of the events: who is connected, messages, traffic, dead letters, and your own.',
    )
    .addCommand(
      new Command('status')
        .description('How far each has got, and why one does not run.')
        .option('--json', 'one JSON object a line')
        .action(({ json }: { json?: boolean }) => withTool((tool) => status(tool, json === true))),
    )
    .addCommand(
      new Command('state')
        .description(
          'What a projection knows: of one partition, or of all, one a line (partition, tab, JSON).',
        )
        .argument('<name>')
        .argument('[partition]', 'as listed: a stream, the id of a message, …')
        .action((name: string, partition?: string) => withTool((tool) => state(tool, name, partition))),
    )
    .addCommand(
      new Command('rebuild')
        .description('Begin from nothing and catch up. Events are not touched.')
        .argument('[name...]', 'default: all')
        .action((names: string[]) => withTool((tool) => rebuild(tool, names))),
    )
    .addCommand(
      new Command('check')
        .description(
          'Look the files through, without a store or a server and before anything runs: what is no projection, and what EventStoreDB would not do or do otherwise, each with file, line and column. The exit code is 1 when there is any.',
        )
        .argument('[name...]', 'default: all')
        .action(check),
    )
    .addCommand(
      new Command('deploy')
        .description(
          'Check the files; with EventStoreDB, create them on the server, or give those that are there the source of the file and a start from nothing. Several may do so at once.',
        )
        .argument('[name...]', 'default: all')
        .action((names: string[]) => withTool((tool) => deploy(tool, names))),
    );

/** One partition is asked of the server, where it is deployed; a server does not list its partitions. */
const state = async (tool: ProjectionsTool, name: string, partition?: string): Promise<void> => {
  const isNamed = (projection: { readonly name: string }) => projection.name === name;
  const asked = partition !== undefined || !tool.statuses().some(isNamed);
  if (asked && (await tool.server?.status())?.some(isNamed)) {
    console.log(JSON.stringify(await tool.server?.state(name, partition), undefined, 2));
    return;
  }
  if (partition !== undefined) {
    const found = tool.state(name, partition);
    if (found === undefined) fail(`${name} has no partition ${partition}.`);
    else console.log(JSON.stringify(found, undefined, 2));
    return;
  }
  for (const line of tool.partitions(name))
    console.log(`${line.partition}\t${JSON.stringify(line.result ?? line.state)}`);
};

const rebuild = async (tool: ProjectionsTool, names: readonly string[]): Promise<void> => {
  const begun = performance.now();
  if (await tool.isRunning())
    console.error('Another process runs the projections: it is asked to, and waited for.');
  let shown = '';
  const widest = Math.max(
    0,
    ...[...names, ...tool.statuses().map(({ name }) => name)].map((name) => name.length),
  );
  await tool.rebuild(names, (progress) => {
    const ended = !progress.rebuildAsked && progress.phase !== 'catching-up';
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${bar(progress, widest)}${ended ? '\n' : ''}`);
    const line = plainLine(progress);
    if (!process.stderr.isTTY && line !== shown) console.error(line);
    shown = line;
    if (ended && progress.fault !== undefined) fail(progress.fault);
  });
  console.error(`${((performance.now() - begun) / 1_000).toFixed(1)} s`);
};

const check = (names: readonly string[]): void => {
  for (const { name, faults } of checkProjections(names)) {
    if (faults.length === 0) console.log(`${name}: good`);
    for (const { message } of faults) fail(message);
  }
};

const deploy = async (tool: ProjectionsTool, names: readonly string[]): Promise<void> => {
  const checked = tool.check(names);
  const faults = checked.flatMap((file) => file.faults);
  for (const { message } of faults) fail(message);
  if (faults.length > 0) {
    fail('Nothing is deployed: mend this, or name those that are to be.');
    return;
  }
  for (const { name, source } of checked) {
    if (tool.server === undefined) console.log(`${name}: good`);
    else await deployOne(tool.server, name, source);
  }
  if (tool.server === undefined)
    console.log(
      'There is nothing to install: a running router takes changed files up by itself, within seconds.',
    );
};

/** One that the server cannot run keeps no other from it. */
const deployOne = async (server: ServerProjections, name: string, source: string): Promise<void> => {
  try {
    console.log(`${name}: ${howDeployed[await server.deploy(name, source)]}`);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'invalid') throw error;
    fail((error as Error).message);
  }
};

const howDeployed = {
  created: 'created',
  updated: 'updated',
  mended: "updated; it stood still half way, and the server's projections were restarted for it",
} as const;

const withTool = async (work: (tool: ProjectionsTool) => Promise<void>): Promise<void> => {
  const tool = await openProjections();
  try {
    await work(tool);
  } finally {
    await tool.close();
  }
};

const fail = (message: string): void => {
  console.error(message);
  process.exitCode = 1;
};

const width = 30;

const bar = ({ name, part, phase, events, at }: ProjectionProgress, widest: number): string => {
  const done = Math.round(part * width);
  const cells = `${'█'.repeat(done)}${'░'.repeat(width - done)}`;
  const where = phase === 'catching-up' ? (at?.slice(0, 10) ?? '') : phase;
  return `${name.padEnd(widest)}  ${cells} ${percent(part)}  ${count(events)} events  ${where}`;
};

/** Each ten percent: a log is no terminal. */
const plainLine = ({ name, part, phase, events }: ProjectionProgress): string =>
  phase === 'catching-up'
    ? `${name}: ${percent(Math.floor(part * 10) / 10).trim()}`
    : `${name}: ${phase}, ${count(events)} events`;

const percent = (part: number): string => `${Math.floor(part * 100)} %`.padStart(5);
