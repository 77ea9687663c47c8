import { isAbsolute } from 'node:path';
import type { Config } from '../../../main/config/config.js';
import { defaultConfigFile } from '../../../main/config/load.js';
import type { ConfigProblem, ConfigValue } from '../../../main/config/survey.js';
import { blankSecrets } from '../../../main/secrets.js';
import { withoutCredentials } from '../../../store/eventstoredb/connectionString.js';
import type { Check } from '../examine.js';
import type { Machine } from '../facts/machine.js';
import { kindAt } from '../facts/paths.js';
import { broken, type Finding, look, type Value, well } from '../finding.js';
import { hindrance } from '../rights.js';
import { count, listed } from '../words.js';

export const configuration: Check = {
  about: 'configuration',
  examine: async ({ survey: { layers, problems, values, config }, machine }) => [
    ...problems.map((one) => problem(one, machine)),
    {
      ...well(
        'configuration.read',
        `It was read from ${listed(layers.map(nameOf))}; ${count(values.length)} keys.`,
      ),
      values: values.map(shownValue),
    },
    ...placeholders(config.backends.map(({ name, own }) => [name, own])),
    ...unusedServer(config),
  ],
};

const unusedServer = ({ eventStore }: Config): readonly Finding[] =>
  eventStore.connectionString === undefined || eventStore.engine === 'eventstoredb'
    ? []
    : [
        look(
          'configuration.engine',
          `An EventStoreDB is named, and the events are kept by the engine ${eventStore.engine}.`,
          'Set eventStore.engine to eventstoredb if they should be there; else take EVENTSTORE_URL or eventStore.connectionString away.',
        ),
      ];

const problem = (one: ConfigProblem, machine: Machine): Finding =>
  (one.from === undefined ? undefined : fileProblem(one.from, machine)) ?? wrongKey(one);

/** Of a layer that is a file: why it cannot be read at all. */
const fileProblem = (from: string, machine: Machine): Finding | undefined => {
  if (!isAbsolute(from)) return undefined;
  const about = 'configuration.problem';
  const found = hindrance(machine, from, 'read');
  if (found !== undefined)
    return broken(
      about,
      `The configuration ${from} cannot be read: ${found.path === from ? 'it' : found.path} ${found.says}.`,
      `No router starts with this, and below the defaults stand in its place. ${found.advice}`,
    );
  switch (kindAt(from)) {
    case 'none':
      return broken(
        about,
        `There is no file ${from} (THREADLESS_CONFIG).`,
        'No router starts with this. Set THREADLESS_CONFIG to the file of the configuration; its path is seen from the folder in which the router is started. Below, the defaults stand in its place.',
      );
    case 'folder':
      return broken(
        about,
        `${from} is a folder, and should be a file (THREADLESS_CONFIG).`,
        'No router starts with this. Set THREADLESS_CONFIG to the file in it. Below, the defaults stand in its place.',
      );
    default:
      return undefined;
  }
};

const wrongKey = ({ text, from }: ConfigProblem): Finding =>
  broken(
    'configuration.problem',
    text.startsWith(`${from}: `) ? text : `${text}${from === undefined ? '' : ` (set by ${nameOf(from)})`}.`,
    `No router starts with this. ${from === undefined ? 'Set it' : `Mend it in ${nameOf(from)}`}: docs/configuration.md describes each key. Below, its default stands in its place.`,
  );

/** Layers bear the names of files and variables. The one that comes with the router need not be told by its whole path. */
const nameOf = (from: string): string => {
  if (from === defaultConfigFile) return 'config/default.yaml';
  return /^[A-Z_]+$/.test(from) ? `the variable ${from}` : from;
};

const shownValue = ({ key, value, from }: ConfigValue): Value => ({
  key,
  value: blanked(key, value),
  from: from === undefined ? 'default' : nameOf(from),
});

const blanked = (key: string, value: unknown): unknown => {
  if (key === 'eventStore.connectionString') return withoutCredentials(String(value));
  // In its place: under some keys everything is a secret.
  const path = key.split('.');
  const whole = path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
  return path.reduce<unknown>(
    (part, name) => (part as Readonly<Record<string, unknown>>)[name],
    blankSecrets(whole as object),
  );
};

/** What comes with the router as an example, and must not stay. */
const placeholders = (backends: readonly (readonly [string, object])[]): readonly Finding[] =>
  backends
    .filter(([, own]) => isElsewhere(own) && JSON.stringify(own).includes('"change-me"'))
    .map(([name]) =>
      look(
        'configuration.password',
        `The password of the backend ${name} is the one of the example, change-me.`,
        'Everyone knows it. Set another in Kannel and in the configuration.',
      ),
    );

/** On this machine alone the example does no harm. */
const isElsewhere = (own: object): boolean => {
  const { sendsmsUrl } = own as { sendsmsUrl?: unknown };
  return typeof sendsmsUrl === 'string' && !/^https?:\/\/(127\.|localhost|\[::1\])/.test(sendsmsUrl);
};
