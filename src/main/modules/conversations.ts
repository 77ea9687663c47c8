import { randomUUID } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { ContainerModule } from 'inversify';
import { type Connection, conversationStream } from '../../domain/connection.js';
import type { ReplayRuns } from '../../replay/runs.js';
import { conversationRoutes } from '../../web/api/conversations.js';
import type { WrittenTest } from '../../web/pages/conversation/asTest.js';
import { conversationPages } from '../../web/pages/conversation/conversation.js';
import { playedIn, zoneIn } from '../config/config.js';
import { keys } from '../keys.js';

/** Where the router was started, as a person would: what the test imports is named from there. */
const written = async (runs: ReplayRuns, connection: Connection): Promise<WrittenTest> => {
  const file = resolve(`conversation-${randomUUID()}.test.mjs`);
  try {
    const said = await runs.writeTest(conversationStream(connection), file);
    const source = readFileSync(file, 'utf8');
    return {
      source,
      said: said.replace(`to ${file}`, 'that belong into the folder that the router was started in'),
    };
  } finally {
    rmSync(file, { force: true });
  }
};

export const conversations = new ContainerModule(({ bind }) => {
  bind(keys.conversationPages)
    .toResolvedValue(
      ({ backends, pages }, routing, explainer, paths, recordOf, clock, { current: runs }) => ({
        pages: conversationPages({
          explainer,
          paths,
          backends: backends.map(({ name }) => name),
          testers: playedIn(backends),
          send: async (connection, text, by) => {
            const [result] = await routing.send({ text, connections: [connection], askedBy: by });
            return result ?? { sent: false };
          },
          writeTest: runs === undefined ? undefined : (connection) => written(runs, connection),
          recordNumber: async (connection, by) => {
            const record = recordOf(by);
            const id = await record.asked('number', { conversation: [conversationStream(connection)] });
            await record.answered(id, 1, true);
          },
        }),
        api: conversationRoutes({
          explainer,
          backends: backends.map(({ name }) => name),
          send: ({ job, ...order }) => routing.send({ ...order, ...(job === undefined ? {} : { job }) }),
          zone: zoneIn(pages.zone),
          now: () => clock.now(),
        }),
      }),
      [
        keys.config,
        keys.routing,
        keys.explainer,
        keys.conversationPaths,
        keys.recordOf,
        keys.clock,
        keys.replayRuns,
      ],
    )
    .inSingletonScope();
});
