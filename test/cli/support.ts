import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../src/cli/threadless.js', import.meta.url));

/** A command on a data folder, to its end. */
export const commandsOn =
  (data: string) =>
  async (words: string, input = '') => {
    const child = spawn(process.execPath, [program, ...words.split(' ')], {
      env: { PATH: process.env.PATH, THREADLESS_DATA: data },
    });
    child.stdin.end(input);
    const code = new Promise<number | null>((resolve) => child.once('exit', resolve));
    const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
    return { out, err, code: await code };
  };
