import type { Check } from '../examine.js';
import type { Readiness } from '../facts/routerAnswer.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { listed } from '../words.js';

/** What the router says of itself. */
export const readiness: Check = {
  about: 'router.ready',
  examine: async (installation) => {
    const answer = await installation.router();
    if (answer.kind !== 'router') return [];
    const { readiness } = answer;
    const stranger = await isStranger(readiness, installation);
    return [...unready(readiness), ...(stranger ? [elsewhere(answer.url)] : [])];
  },
};

const unready = (readiness: Readiness): readonly Finding[] => {
  const { ready, store, routing, refused = [], work, lanes } = readiness;
  if (ready) return [well('router.ready', 'It is ready.')];
  if (refused.length > 0)
    return refused.map((sentence) =>
      broken(
        'router.ready',
        `The router is not ready: ${sentence}`,
        'It goes on by itself as soon as that is granted.',
      ),
    );
  if (!store)
    return [
      broken(
        'router.ready',
        'The router is not ready: its store takes no writes.',
        'Gateways are answered 503 and keep their messages. The findings of the data folder and the store say why: a full disk, a lock, a server that is away. It goes on by itself.',
      ),
    ];
  if (work.state !== 'member')
    return [
      broken(
        'router.ready',
        'The router is not ready: the others have not heard of it for too long, or its name was taken.',
        'It works on nothing until it is back among them, which takes seconds. If it stays, two processes have one name: give each its own (--node).',
      ),
    ];
  if (!routing)
    return [
      look(
        'router.ready',
        'The router is not ready yet: it takes up what waited when it was started.',
        'Wait some seconds and ask again; after a long outage some minutes.',
      ),
    ];
  const stopped = lanes.filter(({ state }) => state === 'stopped');
  return [
    broken(
      'router.ready',
      `The router is not ready: the lanes of ${listed(stopped.map(({ backend }) => backend))} are stopped.`,
      'The findings of the backends say why.',
    ),
  ];
};

/** It is no member of the group of this store, so it works on another. */
const isStranger = async ({ work }: Readiness, installation: Installation): Promise<boolean> => {
  const { kind } = await installation.opened();
  if (kind === 'none') return true;
  const processes = await installation.processes();
  return processes !== undefined && work.state === 'member' && !processes.alive.has(work.node);
};

const elsewhere = (url: string): Finding =>
  broken(
    'router.store',
    `The router at ${url} works on another store than this configuration names.`,
    'Then what is said here of the store does not concern that router. Give this command its THREADLESS_DATA, THREADLESS_CONFIG and EVENTSTORE_URL, and start it in the same folder. If there should be one router only, two configurations are in use: stop the wrong one.',
  );
