import { reasonOf } from '../../store/sqlite/errors.js';
import { damaged } from './checks/storeAway.js';
import { broken, type Finding, look } from './finding.js';
import type { Installation } from './installation.js';
import { hindrance } from './rights.js';

/** One thing to look at. Whatever it throws, and however long it takes, the others are looked at all the same. */
export interface Check {
  /** What its findings' names begin with. */
  readonly about: string;
  examine(installation: Installation): Promise<readonly Finding[]>;
}

export interface Group {
  readonly name: string;
  readonly checks: readonly Check[];
}

export interface Examined {
  readonly group: string;
  readonly findings: readonly Finding[];
}

/** All groups at the same time, handed over in their order as they are done. */
export async function* examine(
  groups: readonly Group[],
  installation: Installation,
): AsyncGenerator<Examined> {
  const under = groups.map(async ({ name, checks }) => ({
    group: name,
    findings: (await Promise.all(checks.map((check) => examineOne(check, installation))))
      .flat()
      .map((finding) => installation.withoutSecrets(finding)),
  }));
  for (const examined of under) yield await examined;
}

const examineOne = async (check: Check, installation: Installation): Promise<readonly Finding[]> => {
  const { clock, limitMs } = installation;
  const done = new AbortController();
  const late = clock.sleep(limitMs, done.signal).then(() => [tooLate(check, limitMs)]);
  try {
    return await Promise.race([check.examine(installation), late]);
  } catch (error) {
    const says = installation.quote(error);
    if (reasonOf(error) === 'damaged') return await damage(says, installation);
    return [failed(check, error, installation)];
  } finally {
    done.abort();
  }
};

/** Told once, and not when the file as a whole is told to be damaged. */
const damage = async (says: string, installation: Installation): Promise<readonly Finding[]> => {
  const whole = await installation.lookThrough();
  return whole.says === undefined && installation.isNew(says) ? [damaged(says)] : [];
};

const tooLate = ({ about }: Check, limitMs: number): Finding =>
  look(
    about,
    `This was given up after ${limitMs / 1_000} s.`,
    'Something that it asks does not answer, or this machine has too much to do. Ask again when the rest is well.',
  );

const failed = ({ about }: Check, error: unknown, installation: Installation): Finding => {
  const says = `This could not be looked at: ${installation.quote(error)}`;
  const reason = reasonOf(error);
  if (reason === 'locked')
    return look(
      about,
      says,
      'Another process works on that file, and lets nobody in: ask again in a moment.',
    );
  if (reason === 'no-access')
    return look(
      about,
      says,
      'The findings of the data folder say what is in the way: mend that, and ask again.',
    );
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  const found =
    code === 'EACCES' && path !== undefined ? hindrance(installation.machine, path, 'read') : undefined;
  if (found !== undefined)
    return broken(about, `This could not be looked at: ${found.path} ${found.says}.`, found.advice);
  return look(
    about,
    says,
    'Mend what stands above first and ask again. If it stays, it is a fault of `threadless doctor`: report it with this line.',
  );
};
