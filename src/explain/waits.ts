import type { Pause } from '../domain/backendPause.js';
import type { Connection } from '../domain/connection.js';
import type { RecordedEvent } from '../domain/event.js';
import { evolve, outboundMessage } from '../domain/outboundMessage.js';
import { isUnderstood } from '../domain/understood.js';
import { type Chain, type TextStory, textsOf } from './story.js';

/** Why a text does not leave: a person has paused its backend. */
export interface Wait extends Pause {
  readonly backend: string;
}

/** The texts among these that wait for a person, by their ids. */
export const waitsOf = async (
  chains: readonly Chain[],
  connection: Connection,
  pauseOf: (backend: string) => Promise<Pause | undefined>,
): Promise<ReadonlyMap<string, Wait>> => {
  const backends = new Map<string, string[]>();
  for (const text of chains.flatMap(textsOf).filter(isOpen)) {
    const { backend } = text.to ?? connection;
    backends.set(backend, [...(backends.get(backend) ?? []), text.messageId]);
  }
  const waits = new Map<string, Wait>();
  for (const [backend, texts] of backends) {
    const pause = await pauseOf(backend);
    if (pause !== undefined) for (const messageId of texts) waits.set(messageId, { backend, ...pause });
  }
  return waits;
};

/** An attempt is to be made, the first or another. */
const isOpen = ({ messageId, decided, steps }: TextStory): boolean => {
  const told = [decided, ...steps].filter((event): event is RecordedEvent => event !== undefined);
  const { status, delivery } = told.filter(isUnderstood).reduce(evolve, outboundMessage(messageId));
  return decided !== undefined && delivery === undefined && (status === 'waiting' || status === 'retrying');
};
