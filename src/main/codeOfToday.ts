import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { builtinApps } from '../apps/builtin.js';
import type { Today } from '../explain/code.js';
import { Codes } from '../explain/codes.js';
import type { EventStore } from '../store/port.js';
import { routerStream } from '../workers/node.js';
import type { Config } from './config/config.js';
import { version } from './version.js';

/** What a decision of now would be taken by, as far as the configuration and the files of the apps tell. */
const codeOfToday = (config: Pick<Config, 'apps' | 'defaultResponse'>): Today => ({
  version,
  apps: appsOf(config),
});

/** Which code took the decisions that a store holds, seen from the configuration of now. */
export const codesOf = (
  store: EventStore,
  config: Pick<Config, 'node' | 'apps' | 'defaultResponse'>,
): Codes => new Codes({ store, node: config.node, streamOf: routerStream, today: codeOfToday(config) });

/** The configured apps, none of them loaded: what a module does when it is loaded is its own business. */
const appsOf = ({ apps, defaultResponse }: Pick<Config, 'apps' | 'defaultResponse'>): Today['apps'] => {
  const builtin = builtinApps({ defaultResponse });
  return apps.map((entry) => {
    const app = builtin[entry];
    if (app !== undefined) return { name: app.name, source: 'built-in' };
    const source = resolve(entry);
    const sha256 = hashOf(source);
    return { source, ...(sha256 === undefined ? {} : { sha256 }) };
  });
};

/** Undefined for a file that is gone: then it is not the one that decided. */
const hashOf = (file: string): string | undefined => {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return undefined;
  }
};
