import type { RecordedEvent } from '../domain/event.js';
import type { AppOrigin, RouterStarted } from '../domain/events.js';
import type { EventStore } from '../store/port.js';
import { routerStream } from './node.js';

/** The last start under a node's name, beside the one before it. */
export interface LastStart {
  readonly version: string;
  readonly node: string;
  readonly nodeVersion: string;
  /** ISO, UTC. */
  readonly startedAt: string;
  readonly apps: readonly AppOrigin[];
  /** Absent: it was the first, or what was before is gone. */
  readonly before?: {
    readonly version: string;
    readonly nodeVersion: string;
    readonly startedAt: string;
    readonly stoppedInOrder: boolean;
    readonly changes: readonly AppChange[];
  };
}

export interface AppChange {
  readonly app: string;
  /** `moved`: the same code at another place in the order. */
  readonly how: 'added' | 'taken away' | 'changed' | 'moved';
  /** Of its code. */
  readonly sha256?: string;
  readonly was?: string;
}

/** Starts and stops are few: one that was put under the same name by a restart in a loop is found among these. */
const readAtMost = 20;

/** Undefined when it never started. */
export const readLastStart = async (store: EventStore, node: string): Promise<LastStart | undefined> => {
  let last: RouterStarted['data'] | undefined;
  let stoppedInOrder = false;
  const options = { direction: 'backwards', maxCount: readAtMost } as const;
  for await (const event of store.readStream(routerStream(node), options)) {
    if (last !== undefined && event.type === 'RouterStopped') stoppedInOrder = true;
    if (!isStart(event)) continue;
    const { version, nodeVersion, startedAt, apps } = event.data;
    if (last !== undefined) {
      const changes = changesOf(last.apps, apps);
      return { ...startOf(last), before: { version, nodeVersion, startedAt, stoppedInOrder, changes } };
    }
    last = event.data;
  }
  return last && startOf(last);
};

const isStart = (event: RecordedEvent): event is RecordedEvent<RouterStarted> =>
  event.type === 'RouterStarted' && Array.isArray((event.data as Partial<RouterStarted['data']>).apps);

const startOf = ({ version, node, nodeVersion, startedAt, apps }: RouterStarted['data']): LastStart => ({
  version,
  node,
  nodeVersion,
  startedAt,
  apps,
});

/** The same bytes at another place are the same code. */
const isSameCode = (one: AppOrigin, other: AppOrigin): boolean =>
  one.sha256 === other.sha256 && (one.sha256 !== undefined || one.source === other.source);

const changesOf = (now: readonly AppOrigin[], before: readonly AppOrigin[]): readonly AppChange[] => {
  const changes = now.flatMap((app): AppChange[] => {
    const was = before.find(({ name }) => name === app.name);
    const hash = app.sha256 === undefined ? {} : { sha256: app.sha256 };
    if (was === undefined) return [{ app: app.name, how: 'added', ...hash }];
    if (isSameCode(app, was)) return [];
    const old = was.sha256 === undefined ? {} : { was: was.sha256 };
    return [{ app: app.name, how: 'changed', ...hash, ...old }];
  });
  const gone = before
    .filter(({ name }) => !now.some((app) => app.name === name))
    .map(({ name }): AppChange => ({ app: name, how: 'taken away' }));
  const inBoth = (apps: readonly AppOrigin[], others: readonly AppOrigin[]) =>
    apps.map(({ name }) => name).filter((name) => others.some((other) => other.name === name));
  const [order, oldOrder] = [inBoth(now, before), inBoth(before, now)];
  const moved = order
    .filter((name, place) => oldOrder[place] !== name && !changes.some(({ app }) => app === name))
    .map((app): AppChange => ({ app, how: 'moved' }));
  return [...changes, ...moved, ...gone];
};
