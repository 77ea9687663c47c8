import { Command } from 'commander';
import { type Router, startRouter } from '../main/index.js';

export const serve = (): Command =>
  new Command('serve')
    .description('Run the router. Configuration: config/default.yaml, with THREADLESS_CONFIG=FILE over it.')
    .option('--no-routing', 'only take messages: another process routes what this one stores')
    .option('--no-outbound', 'do not deliver: another process does')
    .action(async ({ routing, outbound }: { routing: boolean; outbound: boolean }) => {
      const router = await startRouter({ routing, outbound });
      surviveStrayErrors();
      greet(router);
      stopOnSignals(router);
    });

const greet = ({ url, summary: { version, data, apps, paths } }: Router): void => {
  const http = paths.find((path) => path.startsWith('/http/'));
  const kannel = paths.find((path) => path.startsWith('/backend/'));
  const tryIt =
    http === undefined
      ? `curl '${url}${kannel ?? '/'}?id=123&text=echo+hello'`
      : `curl --data 'identity=1112223333&text=echo hello' ${url}${http}`;
  console.log(
    [
      `threadless-router ${version} listens on ${url}`,
      `  backends  ${paths.join('  ')}`,
      `  apps      ${apps.join(', ')}`,
      `  events    ${data}`,
      `Try:  ${tryIt}`,
      '',
    ].join('\n'),
  );
};

/** What an app leaves behind (a promise no one awaits, a timer that throws) must not stop everyone's messages. */
const surviveStrayErrors = (): void => {
  const tell = (error: unknown) =>
    console.error('an error that no one caught, most likely of an app:', error);
  process.on('unhandledRejection', tell).on('uncaughtException', tell);
};

const stopOnSignals = (router: Router): void => {
  const stop = async (signal: string) => {
    console.log(`${signal}: finishing what is under way`);
    process.exitCode = (await router.stop()) ? 0 : 1;
    // A part that did not end in time may still hold the process.
    process.exit();
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop(signal));
};
