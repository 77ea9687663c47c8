import { createEncoder } from '../../src/backends/kannel/coding.js';
import type { Connection } from '../../src/domain/connection.js';
import type { Accepted } from '../../src/outbound/gateway.js';
import { defaultLaneSettings, type LaneSettings } from '../../src/outbound/settings.js';
import { gatewayId } from './ids.js';
import type { Random } from './random.js';

/** A gateway of the history. */
export interface HistoryBackend {
  readonly name: string;
  readonly engine: 'kannel' | 'http';
  /** In which the gateway's own id of a message comes: without it a redelivery is not recognised. */
  readonly hasIds: boolean;
  readonly settings: Pick<LaneSettings, 'retry' | 'onUnclear'>;
  /** What stands in a configuration beside the engine. */
  readonly config: Readonly<Record<string, unknown>>;
}

const retry = { ...defaultLaneSettings.retry, maxAttempts: 4 };

export const backends: readonly HistoryBackend[] = [
  {
    name: 'my-kannel-backend',
    engine: 'kannel',
    hasIds: true,
    settings: { retry, onUnclear: 'hold' },
    config: { sendsmsUrl: 'http://127.0.0.1:13013/cgi-bin/sendsms' },
  },
  {
    name: 'kannel.south',
    engine: 'kannel',
    hasIds: true,
    settings: { retry, onUnclear: 'resend' },
    config: { sendsmsUrl: 'http://127.0.0.1:13014/cgi-bin/sendsms', handler: 'queued' },
  },
  {
    name: 'simple-http',
    engine: 'http',
    hasIds: false,
    settings: { retry, onUnclear: 'hold' },
    config: { outgoingUrl: 'http://127.0.0.1:8001/?identity=%(identity)s&text=%(text)s' },
  },
  {
    name: 'chat',
    engine: 'http',
    hasIds: true,
    settings: { retry, onUnclear: 'resend' },
    config: { outgoingUrl: 'http://127.0.0.1:8002/out', incomingId: 'id', handler: 'queued' },
  },
];

export const backendNamed = (name: string): HistoryBackend => {
  const found = backends.find((backend) => backend.name === name);
  if (found === undefined) throw new Error(`The history has no backend ${name}.`);
  return found;
};

const encode = createEncoder({ coding: 'auto', charset: undefined, encodeErrors: 'ignore' });

/** What a gateway answers to a text that it takes. */
export const acceptance = (random: Random, { engine }: HistoryBackend, text: string): Accepted => {
  if (engine === 'http') return { answer: 'OK', gatewayId: gatewayId(random) };
  const { coding, parts } = encode(text);
  return { answer: '0: Accepted for delivery', coding, parts };
};

/** Kannel cuts `to` at white space: a text to such an identity is refused before it is tried. */
export const refusedByKannel = ({ backend, identity }: Connection): boolean =>
  backendNamed(backend).engine === 'kannel' && /[\s\0]/.test(identity);
