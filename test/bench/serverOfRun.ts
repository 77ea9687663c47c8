import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { sharedUrl } from '../oneServer/server.js';

/** The EventStoreDB that is measured. */
export interface MeasuredServer {
  readonly connectionString: string;
  /** For the table. */
  readonly name: string;
  stop(): void;
}

const program = fileURLToPath(new URL('../eventstoredb/serve.js', import.meta.url));

/** The one that EVENTSTORE_URL names, which stays; else a stand-in in a process of its own. */
export const serverOfRun = async (): Promise<MeasuredServer> => {
  if (sharedUrl !== undefined) {
    return { connectionString: sharedUrl, name: 'the server of EVENTSTORE_URL', stop: () => undefined };
  }
  const child = fork(program, { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  process.once('exit', () => child.kill('SIGKILL'));
  const [line] = (await once(child.stdout ?? child, 'data')) as [Buffer];
  const connectionString = /esdb:\S+/.exec(line.toString())?.[0] ?? '';
  return { connectionString, name: 'the stand-in', stop: () => child.kill('SIGKILL') };
};
