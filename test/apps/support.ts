import type { AnyApp, Context } from '../../src/apps/app.js';
import { type Memory, noMemory } from '../../src/apps/memory.js';
import type { MessageBody } from '../../src/apps/message.js';
import { type Failed, type PhasePorts, PhaseTimeout, type Routed, runPhases } from '../../src/apps/phases.js';

export const connection = { backend: 'kannel', identity: '1112223333' };
export const now = new Date('2026-01-02T03:04:05.000Z');

export const messageBody = (text: string): MessageBody => ({
  id: 'm1',
  connection,
  text,
  rawText: text,
  receivedAt: now.toISOString(),
  gateway: {},
  fields: {},
  handled: false,
  responded: false,
});

export const contextStub = (): Context => ({
  conversation: { connection, received: 1, sent: 0 },
  contact: {},
  state: undefined,
  now,
});

/** A clock that stands still, and a limit that any promise but a settled one exceeds at once. */
export const ports: PhasePorts = {
  microseconds: () => 0,
  limit: (work) =>
    Promise.race([
      work,
      new Promise<never>((_resolve, reject) => setImmediate(() => reject(new PhaseTimeout('took too long')))),
    ]),
};

export const route = async (
  apps: readonly AnyApp[],
  text: string,
  memory: Memory = noMemory,
): Promise<Routed | Failed> =>
  runPhases(
    apps,
    {
      message: { messageId: 'm1', text, receivedAt: now.toISOString() },
      conversation: { connection, received: 1, sent: 0 },
      memory,
      now,
    },
    ports,
  );

/** Routes a message that must not fail. */
export const routed = async (apps: readonly AnyApp[], text: string, memory?: Memory): Promise<Routed> => {
  const result = await route(apps, text, memory);
  if (result.kind === 'failed') throw new Error(`failed: ${result.error}`);
  return result;
};

export const repliesOf = ({ texts }: Routed): string[] => texts.map(({ text }) => text);
