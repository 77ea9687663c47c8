import type { BackendEngine } from '../backend.js';
import { ask } from './ask.js';
import { type KannelConfig, kannelConfig } from './config.js';
import { receive } from './receive.js';
import { createReportReader, createReportUrl } from './report.js';
import { createGateway } from './send.js';
import { viewOf } from './view.js';

export const kannel: BackendEngine<KannelConfig> = {
  engine: 'kannel',
  prefix: '/backend',
  config: kannelConfig,
  create: (name, path, config, context) => ({
    name,
    engine: 'kannel',
    path,
    routes: [
      // Kannel would send a body to the phone as an SMS.
      { methods: ['GET'], path: '/', read: receive, success: '' },
      {
        methods: ['GET'],
        path: '/dlr/',
        isSigned: true,
        read: createReportReader(name, context.secret),
        success: '',
      },
    ],
    gateway: createGateway(config, createReportUrl(name, path, context)),
    address: config.sendsmsUrl,
    wantsReports: config.dlrMask !== 0,
    ask: (timeoutMs) => ask(config, timeoutMs),
    view: (timeoutMs) => viewOf(config, timeoutMs),
  }),
};
