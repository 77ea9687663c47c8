import type { NodeFacts } from '../workers/node.js';
import type { LoadedApp } from './apps.js';
import type { Config } from './config/config.js';
import { blankSecrets } from './secrets.js';
import { version } from './version.js';

/** This process, so that an answer can be traced to the code and the configuration that gave it. */
export const nodeFactsOf = ({ node, backends }: Config, apps: readonly LoadedApp[]): NodeFacts => ({
  version,
  node,
  nodeVersion: process.version,
  apps: apps.map(({ origin }) => origin),
  backends: backendFacts({ backends }),
});

/** The configuration of each backend, secrets blanked. */
export const backendFacts = ({ backends }: Pick<Config, 'backends'>): Readonly<Record<string, object>> =>
  Object.fromEntries(backends.map(({ name, common, own }) => [name, blankSecrets({ ...common, ...own })]));
