// A router of which the projections are looked at, as `/readyz` tells of them.
import type { ExecutionContext } from 'ava';
import { logOf } from '../../support/log.js';
import { folderOf } from './world.js';

interface Ready {
  readonly ready: boolean;
  readonly projections: readonly { readonly name: string; readonly phase: string; readonly fault?: string }[];
}

export const sourcesOf = (t: ExecutionContext, projections: object = {}) => ({
  env: {},
  log: logOf(t),
  overrides: { data: folderOf(t), http: { port: 0 }, projections },
});

export const readyWhen = async (
  url: string | undefined,
  holds: (ready: Ready) => boolean,
): Promise<Ready> => {
  for (;;) {
    const ready = (await (await fetch(`${url}/readyz`)).json()) as Ready;
    if (holds(ready)) return ready;
  }
};
export const settled = ({ projections }: Ready) =>
  projections.length > 0 && projections.every(({ phase }) => phase !== 'catching-up');
