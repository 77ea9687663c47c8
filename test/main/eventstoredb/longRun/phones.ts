import { setTimeout as pause } from 'node:timers/promises';
import type { Random } from './random.js';

/** A text that a phone sent. */
export interface Said {
  readonly stream: string;
  readonly identity: string;
  readonly text: string;
  readonly fromMs: number;
  /** What the gateway got; 0 when the router could not be reached. */
  readonly status: number;
}

export interface Phone {
  readonly backend: string;
  readonly identity: string;
  readonly stream: string;
}

/** Phones that write one text after the other until the time has come. */
export const letWrite = async (
  url: string,
  phones: readonly Phone[],
  random: Random,
  untilMs: number,
): Promise<readonly Said[]> => {
  const said: Said[] = [];
  const write = async ({ backend, identity, stream }: Phone): Promise<void> => {
    for (let nth = 0; performance.now() < untilMs; nth += 1) {
      await pause(random.between(200, 2_000));
      const text = `${identity}.${nth}`;
      const fromMs = performance.now();
      const body = new URLSearchParams({ identity, text: `echo ${text}` });
      const status = await fetch(`${url}/http/${backend}/`, { method: 'POST', body }).then(
        (answer) => answer.status,
        () => 0,
      );
      said.push({ stream, identity, text, fromMs, status });
    }
  };
  await Promise.all(phones.map(write));
  return said;
};
