import { webhookNodes } from '../../../main/adapters/webhookNodes.js';
import { webhookSettingsOf } from '../../../main/webhookSettings.js';
import type { WebhookReport } from '../../../webhooks/status.js';
import { superviseWebhooks } from '../../../webhooks/supervision.js';
import { webhookPartition } from '../../../workers/partitions.js';
import type { Check } from '../examine.js';
import { takersOf } from '../facts/group.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { counted, lasting } from '../words.js';

/** How each webhook is: what its last call met, what waits, what was put aside. No call is made. */
export const webhooks: Check = {
  about: 'webhooks',
  examine: async (installation) => {
    const { config, clock } = installation;
    const store = await installation.store();
    if (store === undefined || Object.keys(config.webhooks).length === 0) return [];
    const supervision = superviseWebhooks({
      store,
      checkpoints: store.checkpoints,
      webhooks: webhookSettingsOf(config),
      here: () => [],
      nodes: () => webhookNodes(store),
      clock,
      // Looking writes nothing, so it needs no ids.
      newId: () => '',
    });
    const reports = await supervision.list();
    return (await Promise.all(reports.map((report) => findingsOn(report, installation)))).flat();
  },
};

const findingsOn = async (report: WebhookReport, installation: Installation): Promise<readonly Finding[]> => [
  await howItIs(report, installation),
  ...putAside(report),
];

const howItIs = async (report: WebhookReport, installation: Installation): Promise<Finding> => {
  const { name, waiting = 0, failing = 0, oldest, failure } = report;
  const about = `webhooks.${name}`;
  const processes = await installation.processes();
  const lives = processes !== undefined && processes.alive.size > 0;
  if (lives && takersOf(processes, 'webhooks', webhookPartition(name)).length === 0)
    return broken(
      about,
      `The webhook ${name} is told nothing: no process that runs takes it.`,
      'Nothing is lost: it is told later. Start one that delivers: threadless serve, or threadless worker --outbound, with this configuration.',
    );
  if (failing > 0 && failure !== undefined)
    return look(
      about,
      `The webhook ${name} does not take all calls: ${counted(waiting, 'call waits', 'calls wait')}${sinceOf(oldest, installation)}; the last answer at ${failure.at}: ${installation.quote(failure.detail)}`,
      failure.code === 'unreachable'
        ? `Nothing answers at ${report.url}. It is tried until something does, and nothing is lost; look at the receiver, and at the key webhooks.${name}.url.`
        : `The receiver at ${report.url} refuses calls of these conversations, which wait; all others are told. Look into its log. What it refuses for webhooks.${name}.giveUpAfterMs is put aside.`,
    );
  return well(
    about,
    `The webhook ${name} takes what it is told${waiting > 0 ? `; ${counted(waiting, 'call waits', 'calls wait')}` : ''}.`,
  );
};

const sinceOf = (oldest: string | undefined, { now }: Installation): string =>
  oldest === undefined ? '' : `, the oldest for ${lasting(now - Date.parse(oldest))}`;

const putAside = ({ name, putAside: count, orMore }: WebhookReport): readonly Finding[] =>
  count === 0
    ? []
    : [
        look(
          `webhooks.${name}.aside`,
          `${orMore ? 'At least ' : ''}${counted(count, 'call')} of the webhook ${name} ${count === 1 ? 'was' : 'were'} put aside.`,
          `See why: threadless webhooks failed ${name}. Once the receiver is mended: threadless webhooks resend ${name} all.`,
        ),
      ];
