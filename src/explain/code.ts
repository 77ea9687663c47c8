import type { RecordedEvent } from '../domain/event.js';
import type { MessageRouted, RouterStarted } from '../domain/events.js';

/** A run of a router: which code it was, as its `RouterStarted` tells. */
export interface Run
  extends Pick<RouterStarted['data'], 'version' | 'node' | 'nodeVersion' | 'apps' | 'startedAt'> {
  readonly id: string;
}

type Origin = RouterStarted['data']['apps'][number];

/** The code that there is now. */
export interface Today {
  readonly version: string;
  /** The configured apps in their order: what is built in by its name, a module by its file. */
  readonly apps: readonly (Pick<Origin, 'source' | 'sha256'> & { readonly name?: string })[];
}

/** Which code took a decision. */
export interface Code {
  readonly run: Run;
  /** False: the decision does not name its run, and this is the one of that router that had begun last. */
  readonly isNamed: boolean;
  /** The app that decided: as it was then. */
  readonly app?: Origin;
  /** `same`: version and app are as now. `gone`: the app is not installed any more. */
  readonly today: 'same' | 'other' | 'gone';
}

export const runOf = ({ id, data }: RecordedEvent): Run => {
  const { version, node, nodeVersion, apps, startedAt } = data as RouterStarted['data'];
  return { id, version, node, nodeVersion, apps, startedAt };
};

/**
 * The code that took a decision; undefined when the run that it names is not told of any more.
 *
 * @param runs - of the router that decided, the latest first
 */
export const codeOf = (runs: readonly Run[], { data }: RecordedEvent, today: Today): Code | undefined => {
  const { by, app: name, routedAt, ...rest } = data as Partial<MessageRouted['data']>;
  const at = routedAt ?? (rest as { readonly failedAt?: string }).failedAt ?? '';
  const run = runs.find(({ id, startedAt }) => (by === undefined ? startedAt <= at : id === by.run));
  if (run === undefined) return undefined;
  const app = run.apps.find((candidate) => candidate.name === name);
  return {
    run,
    isNamed: by !== undefined,
    ...(app === undefined ? {} : { app }),
    today: compared(run, app, today),
  };
};

const compared = (run: Run, app: Origin | undefined, today: Today): Code['today'] => {
  const sameVersion = run.version === today.version;
  // Where no app decided, all of them did: each in its turn let it pass.
  if (app === undefined) return sameVersion && isSameList(run.apps, today.apps) ? 'same' : 'other';
  if (today.apps.some((candidate) => isSame(app, candidate))) return sameVersion ? 'same' : 'other';
  return today.apps.some((candidate) => isSuccessor(app, candidate)) ? 'other' : 'gone';
};

const isSameList = (then: readonly Origin[], now: Today['apps']): boolean =>
  then.length === now.length &&
  now.every((app, index) => {
    const before = then[index];
    return before !== undefined && isSame(before, app);
  });

/** What is built in is known by its name, a module by what stands in its file, wherever that lies now. */
const isSame = (then: Origin, now: Today['apps'][number]): boolean =>
  then.sha256 === undefined
    ? then.source === now.source && then.name === now.name
    : then.sha256 === now.sha256;

/** The same file with something else in it, be it in another folder: a release may have one of its own. */
const isSuccessor = (then: Origin, now: Today['apps'][number]): boolean =>
  then.sha256 !== undefined && fileName(then.source) === fileName(now.source);

const fileName = (path: string): string => path.replace(/^.*[\\/]/, '');
