import { userInfo } from 'node:os';
import { Command } from 'commander';
import { connectionOf } from '../domain/connection.js';
import type { DeadLetter } from '../outbound/deadLetter.js';
import type { DeadLetters } from '../outbound/deadLetters.js';
import { openDeadLetters, settleDeadLetters } from '../programs/deadLetters.js';
import { print, printError } from '../terminal/print.js';
import { visible, visibleJson } from '../terminal/visible.js';

/** Works on the store beside a running router, which takes up what is put back. */
export const deadletters = (): Command =>
  new Command('deadletters')
    .description('Messages that wait for a person: an app failed on them, or the gateway did not take them.')
    .addCommand(list())
    .addCommand(
      settling('requeue', 'Put messages back: routed anew, or handed to the gateway anew.', 'put back'),
    )
    .addCommand(settling('discard', 'Close messages without another try.', 'discarded'));

const list = (): Command =>
  new Command('list')
    .description('List the dead letters, oldest first.')
    .option('--json', 'one JSON object a line')
    .action(async ({ json }: { json?: boolean }) => {
      await withDeadLetters(async (letters) => {
        let count = 0;
        for await (const letter of letters.list()) {
          count += 1;
          print(json === true ? visibleJson(JSON.stringify(letter, withoutBigints)) : describe(letter));
        }
        if (count === 0 && json !== true) print('No dead letters.');
      });
    });

const settling = (command: 'requeue' | 'discard', description: string, done: string): Command =>
  new Command(command)
    .description(description)
    .argument('<id...>', 'ids of messages, as listed; all for every one')
    .option('--why <reason>', 'kept with the message')
    .option('--by <name>', 'who did it', userInfo().username)
    .action(async (ids: string[], { by, why }: { by: string; why?: string }) => {
      await withDeadLetters(async (letters) => {
        const signature = { by, ...(why === undefined ? {} : { why }) };
        const chosen = ids.includes('all') ? 'all' : ids;
        let count = 0;
        for await (const { messageId, problem } of settleDeadLetters(letters, command, chosen, signature)) {
          count += 1;
          if (problem === undefined) print(`${messageId} ${done}`);
          else fail(problem);
        }
        if (count === 0) print('No dead letters.');
      });
    });

const fail = (problem: string): void => {
  printError(problem);
  process.exitCode = 1;
};

const withDeadLetters = async (work: (letters: DeadLetters) => Promise<void>): Promise<void> => {
  const opened = await openDeadLetters();
  try {
    await work(opened.letters);
  } finally {
    await opened.close();
  }
};

const describe = ({ messageId, direction, stream, event, text }: DeadLetter): string => {
  const connection = connectionOf(stream);
  const who = visible(connection === undefined ? stream : `${connection.backend} ${connection.identity}`);
  return [
    `${messageId}  ${direction}  ${event.recordedAt}  ${who}`,
    `  text  ${text === undefined ? 'was cut away from its conversation' : oneLine(JSON.stringify(text))}`,
    `  why   ${oneLine(reasonOf(event.data))}`,
  ].join('\n');
};

/** A list is to be looked over: what is long is in the events, and in --json. */
const oneLine = (text: string): string => {
  const line = visible(text.replace(/\s+/g, ' '));
  return line.length > 200 ? `${line.slice(0, 199)}…` : line;
};

const reasonOf = (data: object): string => {
  const { app, phase, error, code, detail } = data as Record<string, string | undefined>;
  return error === undefined
    ? [code ?? 'unclear', detail].filter(Boolean).join(': ')
    : `${app}.${phase}: ${error}`;
};

const withoutBigints = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? value.toString() : value;
