import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { AnyApp } from '../../src/apps/app.js';
import { ping } from '../../src/apps/builtin.js';
import type { RouterStarted } from '../../src/domain/events.js';
import consent from './apps/consent.js';
import fallback from './apps/fallback.js';
import greetings from './apps/greetings.js';
import guard from './apps/guard.js';
import questions from './apps/questions.js';
import registration from './apps/registration.js';
import relay from './apps/relay.js';
import reports from './apps/reports.js';
import tidy from './apps/tidy.js';

/** The apps of every history, in their order. `ping` comes with the router. */
export const apps: readonly AnyApp[] = [
  tidy,
  guard,
  consent,
  ping,
  registration,
  reports,
  questions,
  relay,
  greetings,
  fallback,
];

const isBuiltIn = (name: string): boolean => name === ping.name;

/** As a configuration in the folder of a history names them. */
export const appEntries: readonly string[] = apps.map(({ name }) =>
  isBuiltIn(name) ? name : `./apps/${name}.js`,
);

const folder = fileURLToPath(new URL('./apps/', import.meta.url));

/** The modules of the apps, compiled, by file name. They import nothing but each other: so they run in any folder. */
export const appFiles: ReadonlyMap<string, string> = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.js'))
    .toSorted()
    .map((name) => [name, readFileSync(folder + name, 'utf8').replace(/^\/\/# sourceMappingURL=.*\n?/m, '')]),
);

/**
 * What a router tells of its apps when it starts.
 *
 * @param edition - what stood in the files then, after what stands in them today; nothing for today's
 */
export const originsOf = (edition: string): RouterStarted['data']['apps'] =>
  apps.map(({ name }) => {
    if (isBuiltIn(name)) return { name, source: 'built-in' };
    const file = `${name}.js`;
    const sha256 = createHash('sha256')
      .update(`${appFiles.get(file)}${edition}`)
      .digest('hex');
    return { name, source: `/srv/threadless/apps/${file}`, sha256 };
  });
