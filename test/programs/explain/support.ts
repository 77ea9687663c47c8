import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { v7 } from 'uuid';
import type { ExplainRequest, Explanation } from '../../../src/explain/explanation.js';
import type { ConfigSources } from '../../../src/main/config/load.js';
import { type Router, startRouter } from '../../../src/main/index.js';
import { explain } from '../../../src/programs/explain/explain.js';
import { startServer } from '../../backends/server.js';
import { eventually } from '../../kannel/support/wait.js';
import { newFolder } from '../doctor/support.js';

/** Remembers a name, tells others, signs what goes out, and fails when it is asked to. */
export const clinic = `
export default {
  name: 'clinic',
  initial: {},
  evolve: (state, { data }) => ({ ...state, ...data }),
  contact: ({ name }) => (name === undefined ? {} : { name }),
  parse: (message) => { message.text = message.text.trim(); },
  handle: (message, { state }) => {
    const [word, ...rest] = message.text.split(' ');
    if (word === 'boom') throw new Error('no such ward');
    if (word === 'register') {
      message.record({ type: 'Registered', data: { name: rest.join(' ') } });
      message.respond('Thank you, ' + rest.join(' ') + '.');
      return true;
    }
    if (word === 'tell') {
      message.send(rest[0], rest.slice(1).join(' '));
      message.respond('Told by ' + (state.name ?? 'nobody') + '.');
      return true;
    }
  },
  outgoing: (message) => { message.text += ' (clinic)'; },
};
`;

export interface Clinic {
  readonly router: Router;
  readonly sources: ConfigSources;
  readonly backend: string;
  /** Texts that the gateway has taken, once there are so many. */
  readonly delivered: (count: number) => Promise<void>;
  readonly explain: (request: ExplainRequest) => Promise<Explanation>;
}

/** A router with the app, and a gateway that takes everything. @param url - of an EventStoreDB; absent: sqlite */
export const openClinic = async (t: ExecutionContext, url?: string): Promise<Clinic> => {
  const folder = newFolder(t, { 'clinic.mjs': clinic });
  const gateway = await startServer(t, (response) => response.end('OK'));
  // Other people's conversations are in a shared server.
  const backend = `phones-${v7().slice(-6)}`;
  const sources: ConfigSources = {
    env: { THREADLESS_DATA: join(folder, 'data'), ...(url === undefined ? {} : { EVENTSTORE_URL: url }) },
    overrides: {
      ...(url === undefined ? {} : { eventStore: { engine: 'eventstoredb' } }),
      node: `explain-${backend}`,
      http: { port: 0 },
      log: { level: 'silent' },
      projections: { run: false },
      apps: [join(folder, 'clinic.mjs'), 'default'],
      backends: {
        'my-kannel-backend': null,
        'simple-http': null,
        [backend]: { engine: 'http', outgoingUrl: `${gateway.url}/?to=%(identity)s&text=%(text)s` },
      },
    },
  };
  const router = await startRouter(sources);
  t.teardown(() => router.stop());
  return {
    router,
    sources,
    backend,
    delivered: async (count) => {
      await eventually(`${count} texts`, 20_000, async () => {
        const filter = { types: ['MessageDispatched'], categories: ['conversation'] };
        let found = 0;
        for await (const { stream } of router.store.readAll({ filter }))
          if (stream.startsWith(`conversation-${backend}:`)) found += 1;
        return found >= count;
      });
    },
    explain: (request) => explain(request, sources),
  };
};
