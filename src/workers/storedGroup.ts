import { parseKept } from '../store/kept.js';
import type { Agreements } from '../store/port.js';
import { StoreError } from '../store/port.js';
import type { Group, Member } from './group.js';
import { workerDefaults } from './settings.js';

const name = 'workers';
/** Of the text below; one of a newer version is not touched. */
const format = 2;

export interface VersionedGroup {
  readonly group: Group;
  readonly version: string;
}

/** A group as it is stored: under its first names, which other versions read. */
interface Stored extends Pick<Group, 'members' | 'closed'> {
  readonly shares: Group['partitionCount'];
  readonly work: Group['partitions'];
}

/** Version 0.1 kept its signs of life in the group itself. */
interface First extends Pick<Stored, 'shares' | 'work'> {
  readonly members: Readonly<Record<string, Member & { readonly beat: number }>>;
  readonly closed?: { readonly why: string; readonly beat: number };
}

/** @throws {StoreError} `unsupported` when a newer version of the router has written it; `damaged` */
export const readGroup = async (agreements: Agreements): Promise<VersionedGroup | undefined> => {
  const agreement = await agreements.read(name);
  if (agreement === undefined) return undefined;
  const { version, text } = agreement;
  const { format: written, ...stored } = parseKept<Stored & { readonly format: number }>(
    'the list of its processes',
    text,
  );
  if (written === 1) return { group: fromStored(fromFirst(stored as unknown as First)), version };
  if (written === format) return { group: fromStored(stored), version };
  throw new StoreError(
    'unsupported',
    'A newer version of threadless-router shares out the work on this store.',
  );
};

/** @returns false when someone else was quicker: read again, decide again */
export const replaceGroup = async (
  agreements: Agreements,
  group: Group,
  before: VersionedGroup | undefined,
): Promise<boolean> => {
  try {
    await agreements.replace(name, JSON.stringify({ format, ...toStored(group) }), before?.version ?? 'none');
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'conflict') return false;
    throw error;
  }
};

const fromStored = ({ shares, work, ...others }: Stored): Group => ({
  partitionCount: shares,
  partitions: work,
  ...others,
});

const toStored = ({ partitionCount, partitions, ...others }: Group): Stored => ({
  shares: partitionCount,
  work: partitions,
  ...others,
});

/** As long as processes of that version write it, each of their beats is a new session; they do not understand what comes after. */
const fromFirst = ({ shares, work, members, closed }: First): Stored => ({
  shares,
  work,
  members: Object.fromEntries(
    Object.entries(members).map(([node, { session, beat, takeoverMs, takes }]) => [
      node,
      { session: `${session} ${beat}`, takeoverMs, takes },
    ]),
  ),
  ...(closed && {
    closed: { why: closed.why, session: `${closed.beat}`, takeoverMs: workerDefaults.takeoverMs },
  }),
});
