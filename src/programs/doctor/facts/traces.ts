import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** What a router leaves in its data folder beside the store. */
const names = ['secret', 'projections.sqlite', 'nodes', 'events.sqlite-wal'];

/** Which of them are there: a router has run in the folder. */
export const tracesIn = (data: string): readonly string[] =>
  names.filter((name) => existsSync(join(data, name)));
