import { parseKept } from '../store/kept.js';
import { type Agreements, StoreError } from '../store/port.js';
import type { Member } from './group.js';
import type { LowWaterMarks } from './partitions.js';

/** What a process says of itself last. Only itself writes it, and who ends it. */
export interface Beat {
  readonly session: string;
  /** Grows with each heartbeat of the session. No times: clocks differ. */
  readonly count: number;
  /** Of what it holds, as far as that is known. */
  readonly marks: LowWaterMarks;
  /** What it tells beside, for who watches the processes: nobody else goes by it. */
  readonly tells?: object;
  /** It was silent for too long: no heartbeat of this session comes after this. */
  readonly ended?: true;
}

export interface StoredHeartbeat {
  /** Absent: nothing yet. */
  readonly beat?: Beat;
  readonly version: string;
}

/** The heartbeat's name in the store. */
export const heartbeatName = (node: string): string => `node/${node}`;

export const readHeartbeat = async (heartbeats: Agreements, name: string): Promise<StoredHeartbeat> => {
  const said = await heartbeats.read(name);
  return said === undefined
    ? { version: 'none' }
    : { beat: parseKept<Beat>(`the heartbeat ${name}`, said.text), version: said.version };
};

/** Changes with each heartbeat. Undefined: there is no such member, or it has been ended. */
export const signOfLifeIn = (
  member: Pick<Member, 'session'> | undefined,
  { beat }: StoredHeartbeat,
): string | undefined => {
  if (member === undefined) return undefined;
  const { session } = member;
  if (beat?.session !== session) return session;
  return beat.ended === true ? undefined : `${session} ${beat.count}`;
};

/**
 * Sees to it that a session beats no more: what it holds may be taken then, since without a heartbeat it does nothing with it.
 *
 * @param heard - its last heartbeat, which was long ago
 * @returns how that stands now; undefined when it has beaten since
 */
export const endSession = async (
  heartbeats: Agreements,
  name: string,
  session: string,
  { beat, version }: StoredHeartbeat,
): Promise<StoredHeartbeat | undefined> => {
  const last = beat?.session === session ? beat : { session, count: 0, marks: {} };
  const ended: Beat = { ...last, ended: true };
  const replaced = await replaceHeartbeat(heartbeats, name, ended, version);
  return replaced === undefined ? undefined : { beat: ended, version: replaced };
};

/** The heartbeats of one session, from its first to its last. */
export class Heartbeat {
  #count = 0;

  /** @param version - of what is to be replaced by the first one */
  constructor(
    private readonly heartbeats: Agreements,
    private readonly name: string,
    readonly session: string,
    private version: string,
  ) {}

  /** @returns false when the session was ended, or another one has taken the name: it may not go on */
  async beat(marks: LowWaterMarks = {}, tells?: object): Promise<boolean> {
    const { heartbeats, name, session } = this;
    for (let before = this.#count; ; ) {
      const beat = { session, count: before + 1, marks, ...(tells === undefined ? {} : { tells }) };
      const replaced = await replaceHeartbeat(heartbeats, name, beat, this.version);
      if (replaced !== undefined) {
        this.version = replaced;
        this.#count = beat.count;
        return true;
      }
      const { beat: last, version: found } = await readHeartbeat(heartbeats, name);
      if (found === this.version) throw new StoreError('unavailable', 'The store takes no heartbeat.');
      // One of its own whose answer was lost is gone on from. What is older comes from a store that was restored.
      if (last?.session !== session || last.ended === true || last.count <= this.#count) return false;
      this.version = found;
      before = last.count;
    }
  }

  /** The last one: nobody needs to wait for another. */
  async end(): Promise<void> {
    await endSession(this.heartbeats, this.name, this.session, {
      beat: { session: this.session, count: this.#count, marks: {} },
      version: this.version,
    });
  }
}

/** @returns the new version; undefined when the expected one was replaced before */
const replaceHeartbeat = async (
  heartbeats: Agreements,
  name: string,
  beat: Beat,
  expected: string,
): Promise<string | undefined> => {
  try {
    return await heartbeats.replace(name, JSON.stringify(beat), expected);
  } catch (error) {
    if (error instanceof StoreError && error.code === 'conflict') return undefined;
    throw error;
  }
};
