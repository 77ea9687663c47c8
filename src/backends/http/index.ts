import type { BackendEngine } from '../backend.js';
import { addressOf, ask } from './ask.js';
import { type HttpConfig, httpConfig } from './config.js';
import { createReader } from './receive.js';
import { createGateway } from './send.js';

export const http: BackendEngine<HttpConfig> = {
  engine: 'http',
  prefix: '/http',
  config: httpConfig,
  create: (name, path, config) => ({
    name,
    engine: 'http',
    path,
    routes: [{ methods: ['GET', 'POST'], path: '/', read: createReader(config), success: 'OK' }],
    gateway: createGateway(config),
    address: addressOf(config),
    wantsReports: false,
    ask: (timeoutMs) => ask(config, timeoutMs),
    view: () => undefined,
  }),
};
