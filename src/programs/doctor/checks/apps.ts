import type { MessageRouted, RoutingFailed } from '../../../domain/events.js';
import { isUnderstood } from '../../../domain/understood.js';
import type { OpenStore } from '../../../store/port.js';
import type { Check } from '../examine.js';
import type { AppAnswer } from '../facts/appAnswer.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { count, counted } from '../words.js';

export const loaded: Check = {
  about: 'apps.loaded',
  examine: async (installation) => {
    const apps = await installation.apps();
    if (apps.length === 0)
      return [
        look(
          'apps.loaded',
          'No app is configured: messages are stored, and nobody is answered.',
          'Name some under `apps`: built-in ones (echo, ping, default) or paths of modules (docs/apps.md).',
        ),
      ];
    return [...apps.map((app) => oneApp(app, installation)), ...twice(apps)];
  },
};

const oneApp = (
  { entry, name, source, sha256, phases = [], error }: AppAnswer,
  installation: Installation,
): Finding => {
  if (name === undefined)
    return broken(
      'apps.loaded',
      `The app ${entry} does not load: ${installation.quote(error)}`,
      'No router starts with it. Mend the module, whose default export is to be an app (docs/apps.md), or its path in `apps` (one that begins with a dot is seen from the file that names it), or take it out. Built-in are echo, ping and default.',
    );
  const hash = sha256 === undefined ? 'built-in' : `#${sha256.slice(0, 4)}, ${source}`;
  return phases.length === 0
    ? look(
        'apps.loaded',
        `${name} loads and has no phase: it does nothing (${hash}).`,
        'Give it handle, default or another phase (docs/apps.md), or take it out.',
      )
    : well('apps.loaded', `${name} loads (${hash}).`);
};

const twice = (apps: readonly AppAnswer[]): readonly Finding[] => {
  const names = apps.flatMap(({ name }) => name ?? []);
  const repeated = new Set(names.filter((name, index) => names.indexOf(name) !== index));
  return [...repeated].map((name) =>
    broken(
      'apps.names',
      `Two apps are named ${name}.`,
      'No router starts with them: the name is that of its facts in the store. Give one another name.',
    ),
  );
};

/** So many of the messages that were routed last are looked at. */
const lookBack = 200;

interface Ill {
  failed: number;
  isLast: boolean;
  error: string;
}

/** Which apps failed on the last messages. */
export const failing: Check = {
  about: 'apps.failing',
  examine: async (installation) => {
    const store = await installation.store();
    if (store === undefined) return [];
    const { messages, ills } = await failuresIn(store);
    if (messages === 0) return [well('apps.failing', 'No message was routed yet.')];
    if (ills.size === 0)
      return [well('apps.failing', `No app failed on the last ${counted(messages, 'message')}.`)];
    return [...ills].map(([app, ill]) =>
      illness(app, { ...ill, error: installation.quote(ill.error) }, messages),
    );
  },
};

const illness = (app: string, { failed, isLast, error }: Ill, messages: number): Finding => {
  const [of, advice] = [
    `${app} failed on ${count(failed)} of the last ${counted(messages, 'message')}`,
    'What it failed on waits in the dead letters when it was to handle it: threadless deadletters list. Mend the app, start the router again, then: threadless deadletters requeue all --why "app mended"',
  ];
  return isLast
    ? broken('apps.failing', `${of}, on the newest too: ${error}`, advice)
    : look('apps.failing', `${of}, and not on the newest: ${error}`, advice);
};

const failuresIn = async (store: OpenStore) => {
  const ills = new Map<string, Ill>();
  let messages = 0;
  const filter = { types: ['MessageRouted', 'RoutingFailed'] };
  for await (const event of store.readAll({ direction: 'backwards', maxCount: lookBack, filter })) {
    if (!isUnderstood(event)) continue;
    messages += 1;
    const { trace = [], app, error } = event.data as Partial<MessageRouted['data'] & RoutingFailed['data']>;
    const threw = trace.filter(({ result }) => result === 'threw' || result === 'timeout');
    const failed = new Map(threw.map((entry) => [entry.app, entry.error ?? entry.result]));
    if (event.type === 'RoutingFailed' && app !== undefined) failed.set(app, error ?? '');
    for (const [name, why] of failed) {
      const ill = ills.get(name) ?? { failed: 0, isLast: messages === 1, error: why };
      ill.failed += 1;
      ills.set(name, ill);
    }
  }
  return { messages, ills };
};
