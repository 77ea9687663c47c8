import { userInfo } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { connectionOf } from '../domain/connection.js';
import { openWebhooks } from '../programs/webhooks.js';
import { print, printError } from '../terminal/print.js';
import { visible, visibleJson } from '../terminal/visible.js';
import type { FailedCall } from '../webhooks/failed.js';
import type { WebhookReport } from '../webhooks/status.js';
import type { WebhookSupervision } from '../webhooks/supervision.js';

/** Works on the store beside a running router, which makes the calls. */
export const webhooks = (): Command =>
  new Command('webhooks')
    .description('Addresses that are told what happens: how they are, and the calls that they refused.')
    .addCommand(list())
    .addCommand(failed())
    .addCommand(resend());

interface Output {
  readonly json?: boolean;
}

const list = (): Command =>
  new Command('list')
    .description('How each webhook is.')
    .option('--json', 'one JSON object a line')
    .action(({ json }: Output) =>
      withWebhooks(async (supervision) => {
        const reports = await supervision.list();
        for (const report of reports)
          print(json === true ? visibleJson(JSON.stringify(report)) : describe(report));
        if (reports.length === 0 && json !== true) print('No webhooks are configured.');
      }),
    );

const failed = (): Command =>
  new Command('failed')
    .description('The calls of a webhook that were put aside, the newest first.')
    .argument('<webhook>', 'its name in the configuration')
    .option('--json', 'one JSON object a line')
    .option('--limit <count>', 'at most so many', count, 50)
    .option('--before <place>', 'those after the last of the page before')
    .action((webhook: string, { json, ...options }: Output & { limit: number; before?: string }) =>
      withWebhooks(async (supervision) => {
        const { calls, hasMore } = await supervision.failed(webhook, options);
        for (const call of calls)
          print(json === true ? visibleJson(JSON.stringify(call)) : describeCall(call));
        if (json === true) return;
        if (calls.length === 0) print('No call was put aside.');
        if (hasMore) print(`There are more: --before ${calls.at(-1)?.place}`);
      }),
    );

const count = (given: string): number => {
  if (/^[1-9]\d{0,5}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('Expected a number from 1.');
};

const resend = (): Command =>
  new Command('resend')
    .description('Have calls sent again that were put aside.')
    .argument('<webhook>', 'its name in the configuration')
    .argument('<id...>', 'ids of calls, as listed; all for every one')
    .option('--why <reason>', 'kept with the call')
    .option('--by <name>', 'who did it', userInfo().username)
    .action((webhook: string, ids: string[], { by, why }: { by: string; why?: string }) =>
      withWebhooks(async (supervision) => {
        const signature = { by, ...(why === undefined ? {} : { why }) };
        const told = await supervision.sendAgain(webhook, ids.includes('all') ? {} : ids, signature);
        for (const { eventId, problem } of told) {
          if (problem === undefined) print(`${visible(eventId)} is sent again`);
          else fail(problem);
        }
        if (told.length === 0) print('No call was put aside.');
      }),
    );

const fail = (problem: string): void => {
  printError(problem);
  process.exitCode = 1;
};

const withWebhooks = async (work: (webhooks: WebhookSupervision) => Promise<void>): Promise<void> => {
  const opened = await openWebhooks();
  try {
    await work(opened.webhooks);
  } finally {
    await opened.close();
  }
};

const describe = (report: WebhookReport): string => {
  const { name, state, reason, url, events, backends, node, waiting = 0, oldest, acceptedAt } = report;
  const aside = `${report.putAside}${report.orMore ? ' or more' : ''}`;
  const lines = [
    ['to', url],
    ['of', [events.join(', '), ...(backends ?? [])].join('; ')],
    ['at', node === undefined ? 'no process works on it' : node],
    ['waiting', `${waiting}${oldest === undefined ? '' : `, the oldest since ${oldest}`}`],
    ['accepted', acceptedAt === undefined ? 'none yet' : `the last at ${acceptedAt}`],
    ...(report.failure === undefined ? [] : [['failed', `${report.failure.at}: ${report.failure.detail}`]]),
    ['put aside', aside],
  ];
  const head = `${name}  ${state}${reason === undefined || report.failure?.detail === reason ? '' : `: ${reason}`}`;
  return [head, ...lines.map(([key = '', value = '']) => `  ${key.padEnd(9)}  ${visible(value)}`)].join('\n');
};

const describeCall = (call: FailedCall): string => {
  const connection = connectionOf(call.stream);
  const who = connection === undefined ? call.stream : `${connection.backend} ${connection.identity}`;
  return [
    `${call.eventId}  ${visible(call.type)}  ${call.abandonedAt}  ${visible(who)}`,
    `  why   ${visible(`${call.code}: ${call.detail}`)}`,
  ].join('\n');
};
