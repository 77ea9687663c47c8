import type { Layer } from '../../../main/config/load.js';
import { leavesOf } from '../../../main/config/survey.js';
import { backendFacts } from '../../../main/nodeFacts.js';
import { blankSecrets } from '../../../main/secrets.js';
import { version } from '../../../main/version.js';
import type { Check } from '../examine.js';
import type { Start } from '../facts/starts.js';
import { broken, type Finding, look, well } from '../finding.js';
import { listed } from '../words.js';

/** All processes on one store need the same apps and backends: who routes a message, or delivers a text, is chance. */
export const sameEverywhere: Check = {
  about: 'processes.same',
  examine: async (installation) => {
    const processes = await installation.processes();
    const starts = await installation.starts();
    const alive = [...(processes?.alive ?? [])];
    const loaded = await installation.apps();
    if (alive.length === 0) return [];
    const here = loaded.map(({ entry, name, sha256 }) => label(name ?? entry, sha256)).join(', ');
    const backends = backendFacts(installation.config);
    const others = alive.flatMap((node) => {
      const start = starts.get(node);
      if (start === undefined) return [];
      const apps = start.apps.map(({ name, sha256 }) => label(name, sha256)).join(', ');
      const [theirs, ours] = [namesOf(start.backends), namesOf(backends)];
      return [
        ...(apps === here ? [] : [differs(node, 'apps', apps, here)]),
        ...(theirs === ours ? [] : [differs(node, 'backends', theirs, ours)]),
        ...differingKeys(start, backends).map((keys) => differsWithin(node, keys)),
        ...(start.version === version ? [] : [otherVersion(node, start.version)]),
      ];
    });
    return others.length > 0
      ? others
      : [
          well(
            'processes.same',
            'All of them were started with the apps and backends of this configuration, as far as no secrets are compared.',
          ),
        ];
  },
};

const namesOf = (backends: object): string => Object.keys(backends).sort().join(', ');

const label = (name: string, sha256?: string): string =>
  sha256 === undefined ? name : `${name}#${sha256.slice(0, 4)}`;

const differs = (node: string, what: 'apps' | 'backends', there: string, here: string): Finding =>
  broken(
    'processes.same',
    `${node} was started with other ${what} than this configuration has: ${there || 'none'} there, ${here || 'none'} here.`,
    startAgain,
  );

const startAgain =
  'Two configurations work on one store, or the configuration or an app was changed since: what a phone is answered depends on chance. Start every process again with one configuration (THREADLESS_CONFIG), or give this command that of the router.';

const differsWithin = (node: string, keys: readonly string[]): Finding =>
  broken(
    'processes.same',
    `${node} was started with another configuration of a backend than this one: ${listed(keys)} ${keys.length === 1 ? 'differs' : 'differ'}.`,
    startAgain,
  );

/** By backend that both have: its keys that are set otherwise. Secrets are blanked there, and so here. */
const differingKeys = (
  start: Start,
  here: Readonly<Record<string, object>>,
): readonly (readonly string[])[] =>
  Object.entries(here).flatMap(([name, ours]) => {
    const theirs = start.backends[name];
    if (theirs === undefined) return [];
    const [there, now] = [leavesIn(theirs), leavesIn(ours)];
    const keys = new Set([...there.keys(), ...now.keys()]);
    // Another version may know other keys, and have other defaults for those.
    const isComparable = (key: string) => start.version === version || (there.has(key) && now.has(key));
    const differing = [...keys].filter((key) => isComparable(key) && there.get(key) !== now.get(key));
    return differing.length === 0 ? [] : [differing.sort().map((key) => `backends.${name}.${key}`)];
  });

const leavesIn = (keys: object): ReadonlyMap<string, string> =>
  // An earlier version blanked less.
  new Map(leavesOf(blankSecrets(keys) as Layer).map(([key, value]) => [key, JSON.stringify(value)]));

const otherVersion = (node: string, there: string): Finding =>
  look(
    'processes.version',
    `${node} runs threadless-router ${there}; this is ${version}.`,
    'Start it again, so that all processes on the store are of one version.',
  );
