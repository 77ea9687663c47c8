import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LocalClock } from '../../src/cli/clock.js';
import { storyLines } from '../../src/cli/story/story.js';
import { zoneOf } from '../../src/domain/zone.js';
import type { ExplainRequest } from '../../src/explain/explanation.js';
import { explain } from '../../src/programs/explain/explain.js';
import { openSqliteStore } from '../../src/store/sqlite/open.js';
import { writeHistory } from '../history/folder.js';
import { longestConnection } from '../history/options.js';
import type { Size } from './http.js';
import { type Row, timeRow } from './rows.js';

/** What the issue of explanations asks: of a usual conversation, and of the longest. */
const [usualMs, longestMs] = [100, 2_000];
/** As many messages as the command tells of by itself. */
const count = 50;

/** From the question to the words at the terminal, the store opened anew each time. */
export const storyRows = async (
  { runs, storedEvents }: Size,
  told: (line: string) => void,
): Promise<readonly Row[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-stories-'));
  try {
    await writeHistory(folder, { seed: 1, events: storedEvents });
    told(`${storedEvents} events are made`);
    const { stream, messageId } = await lastOfOthers(folder);
    const longest = `${longestConnection.backend}:${longestConnection.identity}`;
    const stories: readonly (readonly [what: string, request: ExplainRequest, wantedMs: number])[] = [
      ['the story of a usual conversation', { conversation: stream, count }, usualMs],
      ['the story of a message', { message: messageId }, usualMs],
      ['the story of the longest conversation', { conversation: longest, count }, longestMs],
    ];
    const rows: Row[] = [];
    for (const [what, request, wantedMs] of stories) {
      const named = `${what}, ${storedEvents.toLocaleString('en')} events`;
      rows.push(await timeRow(named, wantedMs, runs, () => tell(folder, request)));
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const tell = async (folder: string, request: ExplainRequest): Promise<void> => {
  const env = { THREADLESS_CONFIG: join(folder, 'config.yaml'), THREADLESS_DATA: folder };
  const zone = zoneOf('Africa/Kampala');
  if (zone === undefined) throw new Error('No zone Africa/Kampala.');
  const explanation = await explain(request, { env });
  const lines = [...storyLines(explanation, new LocalClock(zone), { width: 100, hasUtf8: true })];
  if (lines.length === 0) throw new Error('A story without words.');
};

/** The last message that was received in another conversation than the longest. */
const lastOfOthers = async (folder: string): Promise<{ stream: string; messageId: string }> => {
  const store = await openSqliteStore({ path: join(folder, 'events.sqlite') });
  try {
    const filter = { types: ['MessageReceived'] };
    for await (const { stream, data } of store.readAll({ direction: 'backwards', filter }))
      if (!stream.endsWith(encodeURIComponent(longestConnection.identity)))
        return { stream, messageId: (data as { messageId: string }).messageId };
    throw new Error('Only one conversation.');
  } finally {
    await store.close();
  }
};
