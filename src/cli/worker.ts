import { hostname } from 'node:os';
import { Command, InvalidArgumentError } from 'commander';
import { type Router, startRouter } from '../main/index.js';
import { print } from '../terminal/print.js';
import { stopOnSignals, surviveStrayErrors } from './processes.js';

interface Options {
  readonly node?: string;
  readonly outbound?: boolean;
  readonly healthPort?: number;
}

export const worker = (): Command =>
  new Command('worker')
    .description('Route what other processes take from the gateways. Run as many as needed on one store.')
    .option('--node <name>', 'its name, the same at each start; then it need not wait for its own work back')
    .option('--outbound', 'deliver too')
    .option('--health-port <port>', 'answer /healthz and /readyz there', port)
    .action(async ({ node, outbound = false, healthPort }: Options) => {
      const router = await startRouter({
        node: node ?? process.env.THREADLESS_NODE ?? uniqueName(),
        listen: false,
        outbound,
        ...(healthPort === undefined ? {} : { healthPort }),
      });
      surviveStrayErrors();
      greet(router);
      stopOnSignals(router);
    });

/** Of no other process at this time; a restart gets another. */
const uniqueName = (): string => `worker-${hostname().replace(/[^\w.-]/g, '-')}-${process.pid}`;

const port = (given: string): number => {
  const number = Number(given);
  if (/^\d+$/.test(given) && number <= 65_535) return number;
  throw new InvalidArgumentError('Expected a port, 0 to 65535.');
};

const greet = ({ url, summary: { version, node, data, apps } }: Router): void => {
  print(
    [
      `threadless-router ${version}: worker ${node}${url === undefined ? '' : ` is watched at ${url}/readyz`}`,
      `  apps      ${apps.join(', ')}`,
      `  events    ${data}`,
      '',
    ].join('\n'),
  );
};
