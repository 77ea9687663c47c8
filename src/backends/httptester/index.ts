import type { BackendEngine } from '../backend.js';
import { type HttptesterConfig, httptesterConfig } from './config.js';
import { receive } from './receive.js';
import { TesterGateway } from './send.js';

/** Phones that are played: apps can be tried without a gateway and without anyone's number. */
export const httptester: BackendEngine<HttptesterConfig> = {
  engine: 'httptester',
  prefix: '/httptester',
  isPlayed: true,
  config: httptesterConfig,
  create: (name, path, config, { tell }) => ({
    name,
    engine: 'httptester',
    path,
    routes: [{ methods: ['POST'], path: '/', read: receive, success: 'OK' }],
    gateway: new TesterGateway(config, tell),
    address: 'the phones of the tester',
    // They come by themselves: nobody has to know an address.
    wantsReports: false,
    ask: async () => ({ verdict: 'willing', said: 'the tester takes every text' }),
    view: () => undefined,
  }),
};
