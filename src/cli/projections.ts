import { Command } from 'commander';
import { checkProjections } from '../programs/projections/check.js';
import type { DeployedProjection } from '../programs/projections/deploy.js';
import { openProjections, type ProjectionsTool } from '../programs/projections/projections.js';
import { print, printError } from '../terminal/print.js';
import { visible, visibleJson } from '../terminal/visible.js';
import { status } from './projectionsStatus.js';
import { RebuildProgress } from './rebuildProgress.js';

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

const state = async (tool: ProjectionsTool, name: string, partition?: string): Promise<void> => {
  const found = await tool.state(name, partition);
  if ('each' in found) {
    for (const line of found.each)
      print(`${visible(line.partition)}\t${visibleJson(JSON.stringify(line.result ?? line.state))}`);
  } else if (found.one === undefined && found.lack === undefined)
    fail(`${name} has no partition ${partition}.`);
  else if (found.one === undefined) process.exitCode = 1;
  else print(visibleJson(JSON.stringify(found.one, undefined, 2)));
  if (found.lack !== undefined) printError(found.lack);
};

const rebuild = async (tool: ProjectionsTool, names: readonly string[]): Promise<void> => {
  if (await tool.isRunning())
    printError('Another process runs the projections: it is asked to, and waited for.');
  const shown = new RebuildProgress([...names, ...tool.statuses().map(({ name }) => name)]);
  await tool.rebuild(names, (progress) => {
    shown.tell(progress);
    if (progress.ended && progress.fault !== undefined) fail(progress.fault);
  });
  shown.end();
};

const check = (names: readonly string[]): void => {
  for (const { name, faults } of checkProjections(names)) {
    if (faults.length === 0) print(`${name}: good`);
    for (const { message } of faults) fail(message);
  }
};

const deploy = async (tool: ProjectionsTool, names: readonly string[]): Promise<void> => {
  let here = false;
  for await (const deployed of tool.deploy(names)) {
    here ||= deployed.how === 'here';
    if (deployed.how === 'refused') fail(deployed.why);
    else print(`${deployed.name}: ${howDeployed[deployed.how]}`);
  }
  if (here)
    print('There is nothing to install: a running router takes changed files up by itself, within seconds.');
};

const howDeployed: Readonly<Record<Exclude<DeployedProjection['how'], 'refused'>, string>> = {
  here: 'good',
  created: 'created',
  updated: 'updated',
  mended: "updated; it stood still half way, and the server's projections were restarted for it",
};

const withTool = async (work: (tool: ProjectionsTool) => Promise<void>): Promise<void> => {
  const tool = await openProjections();
  try {
    await work(tool);
  } finally {
    await tool.close();
  }
};

const fail = (message: string): void => {
  printError(message);
  process.exitCode = 1;
};
