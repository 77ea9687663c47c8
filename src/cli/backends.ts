import { userInfo } from 'node:os';
import { Command } from 'commander';
import type { BackendStatus } from '../outbound/backendStatus.js';
import { type Backends, NoSuchBackend } from '../outbound/backends.js';
import { PauseError } from '../outbound/pauses.js';
import { openBackends } from '../programs/backends.js';
import { print, printError } from '../terminal/print.js';
import { visible, visibleJson } from '../terminal/visible.js';

/** Works on the store beside running routers, which hear of it at once, or without any. */
export const backends = (): Command =>
  new Command('backends')
    .description('The gateways: how their lanes are and how many texts wait; stop one and let it go on.')
    .addCommand(list())
    .addCommand(pause())
    .addCommand(resume());

const list = (): Command =>
  new Command('list')
    .description('List the backends: their state and why, what waits, what the gateway did last.')
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { json?: boolean }) => {
      await withBackends('read', async (opened) => {
        for (const backend of await opened.list())
          print(json === true ? visibleJson(JSON.stringify(backend)) : describe(backend));
      });
    });

const pause = (): Command =>
  new Command('pause')
    .description(
      'Stop a lane: texts wait, in order, until it is resumed. What is under way ends as it would.',
    )
    .argument('<name>', 'of the backend')
    .requiredOption('--why <reason>', 'kept with it, and shown to all who look')
    .option('--by <name>', 'who did it', userInfo().username)
    .action(async (name: string, { by, why }: { by: string; why: string }) => {
      await withBackends('write', async (opened) => {
        await opened.pause(name, by, why);
        print(`${visible(name)} paused: its texts wait until it is resumed.`);
      });
    });

const resume = (): Command =>
  new Command('resume')
    .description('Let a lane go on that a person has stopped.')
    .argument('<name>', 'of the backend')
    .option('--why <reason>', 'kept with it')
    .option('--by <name>', 'who did it', userInfo().username)
    .action(async (name: string, { by, why }: { by: string; why?: string }) => {
      await withBackends('write', async (opened) => {
        await opened.resume(name, by, why);
        print(`${visible(name)} resumed: what waits leaves now, in order.`);
      });
    });

const withBackends = async (
  how: 'read' | 'write',
  work: (backends: Backends) => Promise<void>,
): Promise<void> => {
  const opened = await openBackends(how);
  try {
    await work(opened.backends);
  } catch (error) {
    if (!(error instanceof PauseError || error instanceof NoSuchBackend)) throw error;
    printError(visible(error.message));
    process.exitCode = 1;
  } finally {
    await opened.close();
  }
};

const describe = (backend: BackendStatus): string =>
  [
    `${backend.name}  ${backend.engine}  ${stateOf(backend)}`,
    ...[workOf(backend), lastOf(backend)].filter((line) => line !== '').map((line) => `  ${line}`),
  ]
    .map(visible)
    .join('\n');

const stateOf = ({ state, by, since, reason }: BackendStatus): string =>
  [state, ...(by === undefined ? [] : [`by ${by}`]), ...(since === undefined ? [] : [`since ${since}`])].join(
    ' ',
  ) + (reason === undefined || reason === '' ? '' : `: ${reason}`);

const workOf = ({ work, taken, node }: BackendStatus): string => {
  if (work === undefined) return '';
  const { waiting, isMore, inFlight, oldest } = work;
  const sum = taken?.minutes.reduce((one, other) => one + other, 0);
  return [
    `${waiting}${isMore ? ' or more' : ''} waiting${oldest === undefined ? '' : ` since ${oldest}`}`,
    `${inFlight} under way`,
    ...(sum === undefined ? [] : [`${sum} taken in the last 30 minutes`]),
    ...(node === undefined ? [] : [`by ${node}`]),
  ].join(', ');
};

const lastOf = ({ lastTaken, lastFailure }: BackendStatus): string =>
  [
    ...(lastTaken === undefined ? [] : [`last taken ${lastTaken}`]),
    ...(lastFailure === undefined
      ? []
      : [`last failed ${lastFailure.at}: ${lastFailure.code}, ${lastFailure.detail}`]),
  ].join('; ');
