import type { ExecutionContext } from 'ava';
import { sharedUrl } from '../../oneServer/server.js';
import { newName } from '../../store/events.js';
import { FakeNetwork } from './fakeNetwork.js';
import { type Front, startFront } from './front.js';
import { type Kannel, type KannelOptions, shippedBackend, startKannel } from './kannel.js';
import { freePorts } from './ports.js';
import { type RouterProcess, startRouter } from './router.js';

/** The backend's name: what we ship, or one that no other test on the server uses. */
export const newBackend = (): string => (sharedUrl === undefined ? shippedBackend : newName('kannel'));

/** Only this one, of those that we ship too. */
export const backendAlone = (backend: string, { sendsmsUrl, sendsmsParams }: Kannel, more: object = {}) => ({
  [shippedBackend]: null,
  'simple-http': null,
  [backend]: { engine: 'kannel', sendsmsUrl, sendsmsParams, ...more },
});

/** The path of a module of `test/kannel/apps`, for the router's `apps`. */
export const appPath = (name: string): string => new URL(`../apps/${name}.js`, import.meta.url).pathname;

export interface Whole {
  readonly kannel: Kannel;
  readonly network: FakeNetwork;
  readonly router: RouterProcess;
  /** Between Kannel and the router. */
  readonly front: Front;
  /** The backend's name. */
  readonly backend: string;
}

export interface WholeOptions {
  readonly settings?: KannelOptions['settings'];
  /** What stands behind the `?` of Kannel's get-url, if not what we ship. */
  readonly getQuery?: string;
  readonly apps?: readonly string[];
  /** Further keys of the router's configuration. */
  readonly config?: object;
  /** Further keys of the backend. */
  readonly backendConfig?: object;
}

export const defaultResponse = 'We did not understand that.';

/** Phones, Kannel and the router, all stopped when the test is over. */
export const startWhole = async (t: ExecutionContext, options: WholeOptions = {}): Promise<Whole> => {
  const backend = newBackend();
  const [routerPort = 0] = await freePorts(1);
  const front = await startFront(routerPort);
  t.teardown(() => front.close());
  const {
    settings = {},
    getQuery,
    apps = ['echo', 'ping', 'default'],
    config = {},
    backendConfig = {},
  } = options;
  const address = `http://127.0.0.1:${front.port}/backend/${backend}/`;
  const kannel = await startKannel({
    ...(getQuery === undefined ? { routerPort: front.port, backend } : { getUrl: `${address}?${getQuery}` }),
    settings,
  });
  t.teardown(() => kannel.stop());
  const router = await startRouter({
    port: routerPort,
    config: {
      apps,
      defaultResponse,
      ...config,
      backends: backendAlone(backend, kannel, backendConfig),
    },
  });
  t.teardown(() => router.stop());
  const network = await FakeNetwork.connect(kannel.smscPort);
  t.teardown(() => network.close());
  await kannel.untilPhonesConnected();
  // The first to run, since teardowns run from the last: whoever reads of a failure wants to know what each side saw.
  t.teardown(async () => {
    if (!t.passed) t.log(await sidesOf({ kannel, router, front }));
  });
  return { kannel, network, router, front, backend };
};

const sidesOf = async ({ kannel, router, front }: Pick<Whole, 'kannel' | 'router' | 'front'>) => {
  const asked = async (ask: () => Promise<string>): Promise<string> => ask().catch(String);
  const ready = async () =>
    (await fetch(`${router.url}/readyz`, { signal: AbortSignal.timeout(2_000) })).text();
  return [
    `The router: ${await asked(ready)}\n${router.output().slice(-8_000)}`,
    `Kannel: ${await asked(() => kannel.status())}`,
    `Its last requests: ${front.passed
      .slice(-5)
      .map(({ status, url }) => `${status} ${url}`)
      .join('\n')}`,
  ].join('\n');
};

/** A random integer below `limit`, from a seed: what failed can be run again. */
export const randomFrom = (seed: number): ((limit: number) => number) => {
  let state = seed >>> 0;
  return (limit) => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
};
