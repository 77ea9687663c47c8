import { access } from 'node:fs/promises';
import { parseLine, type ShortMessage } from './fakeNetwork.js';
import { startLeashed } from './leashed.js';
import { eventually } from './wait.js';

/** Kannel's own fakesmsc, as a newcomer runs it. For anything with more than a message or two: FakeNetwork. */
export interface Fakesmsc {
  /** What it printed as `Got message N: <…>`, in order. A long text is several of them. */
  received(): ShortMessage[];
  /** Resolves when it printed `count` messages. */
  waitFor(count: number, timeoutMs: number): Promise<ShortMessage[]>;
  stop(): Promise<void>;
}

const program = '/usr/lib/kannel/test/fakesmsc';

/** @param messages - each `FROM TO text TEXT`, and so on; with several, each is picked at random */
export const startFakesmsc = async (
  smscPort: number,
  messages: readonly string[],
  { count = messages.length, intervalSeconds = 0.01 } = {},
): Promise<Fakesmsc> => {
  await access(program);
  const options = ['-H', '127.0.0.1', '-r', smscPort, '-m', count, '-i', intervalSeconds].map(String);
  const child = startLeashed(program, [...options, ...messages]);
  // The log line begins with a time stamp; a text with line breaks goes on until the closing bracket at a line's end.
  const received = (): ShortMessage[] =>
    Array.from(child.output().matchAll(/Got message \d+: <([\s\S]*?)>$/gm), ([, line = '']) =>
      parseLine(Buffer.from(line).toString('latin1')),
    );
  return {
    received,
    waitFor: (wanted, timeoutMs) =>
      eventually(`${wanted} messages from fakesmsc`, timeoutMs, () => {
        const messagesSoFar = received();
        return messagesSoFar.length >= wanted ? messagesSoFar : undefined;
      }),
    stop: () => child.stop('SIGTERM', 2_000),
  };
};
