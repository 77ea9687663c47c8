import { Command } from 'commander';
import { type Router, startRouter } from '../main/index.js';
import { print, printError, terminalOf } from '../terminal/print.js';
import { stopOnSignals, surviveStrayErrors } from './processes.js';

interface Options {
  readonly node?: string;
  readonly routing: boolean;
  readonly outbound: boolean;
}

export const serve = (): Command =>
  new Command('serve')
    .description('Run the router. Configuration: config/default.yaml, with THREADLESS_CONFIG=FILE over it.')
    .option('--node <name>', 'its name among the processes on one store (default: main)')
    .option('--no-routing', 'only take messages: workers route what this one stores')
    .option('--no-outbound', 'do not deliver: another process does')
    .action(async ({ node, routing, outbound }: Options) => {
      const router = await startRouter({
        routing,
        outbound,
        // The file that was started: it runs every command.
        ...(process.argv[1] === undefined ? {} : { commandLine: process.argv[1] }),
        ...(node === undefined ? {} : { node }),
      });
      surviveStrayErrors();
      // Before the greeting: who has read it may signal at once.
      stopOnSignals(router);
      greet(router);
      await tellFirstLink(router);
    });

/** To a person at a terminal, else to a file: what is written elsewhere is kept in logs. */
const tellFirstLink = async (router: Router): Promise<void> => {
  try {
    const link = await router.firstLink();
    if (link === undefined) return;
    const isRead = terminalOf().isTerminal;
    print(
      isRead
        ? `Nobody can log in yet. Choose the first admin's password here, within an hour:\n  ${link.url}\n`
        : `Nobody can log in yet. The link with which the first admin chooses a password is in ${link.toFile()}, and works for an hour.\n`,
    );
  } catch (error) {
    printError(
      `Nobody can log in yet, and no link for the first admin could be made: ${(error as Error).message}. Later: threadless users link`,
    );
  }
};

const greet = ({ url, summary: { version, data, apps, paths, isOpen } }: Router): void => {
  const http = paths.find((path) => path.startsWith('/http/'));
  const tester = paths.find((path) => path.startsWith('/httptester/'));
  const kannel = paths.find((path) => path.startsWith('/backend/'));
  const tryIt =
    http === undefined
      ? `curl '${url}${kannel ?? '/'}?id=123&text=echo+hello'`
      : `curl --data 'identity=1112223333&text=echo hello' ${url}${http}`;
  print(
    [
      `threadless-router ${version} listens on ${url}`,
      `  backends  ${paths.join('  ')}`,
      `  apps      ${apps.join(', ')}`,
      `  events    ${data}`,
      `  pages     ${url}/  ${isOpen ? '(no login: development mode, for whoever is on this machine)' : '(with a login)'}`,
      ...(tester === undefined ? [] : [`Open  ${url}${tester}  to write as a phone would.`]),
      `Try:  ${tryIt}`,
      '',
    ].join('\n'),
  );
};
