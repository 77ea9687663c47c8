import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { NewEvent } from '../../../src/domain/event.js';
import { systemClock } from '../../../src/main/clock.js';
import type { ConfigSources } from '../../../src/main/config/load.js';
import { examineAll } from '../../../src/programs/doctor/doctor.js';
import { type Machine, thisMachine } from '../../../src/programs/doctor/facts/machine.js';
import type { Finding, Level } from '../../../src/programs/doctor/finding.js';
import type { InstallationNeeds } from '../../../src/programs/doctor/installation.js';
import { openSqliteStore } from '../../../src/store/sqlite/open.js';
import { freePorts } from '../../kannel/support/ports.js';
import { event } from '../../store/events.js';

/** What the doctor found, under which heading. */
export interface Found extends Finding {
  readonly group: string;
}

/** A folder with data in it, that goes away with the test. */
export const newFolder = (t: ExecutionContext, files: Readonly<Record<string, string>> = {}): string => {
  const folder = mkdtempSync(join(tmpdir(), 'threadless-doctor-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content, { mode: 0o600 });
  }
  return folder;
};

/** A set-up: where its data is, and what of the configuration is not the default. No backend unless it says so. */
export interface SetUp {
  readonly data: string;
  readonly keys?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

export const sourcesOf = async ({ data, keys = {}, env = {} }: SetUp): Promise<ConfigSources> => {
  const [port] = await freePorts(1);
  return {
    env: { THREADLESS_DATA: data, ...env },
    overrides: {
      ...keys,
      http: { port, ...(keys.http as object | undefined) },
      backends: { 'my-kannel-backend': null, 'simple-http': null, ...(keys.backends as object | undefined) },
    },
  };
};

export type Outside = Partial<Omit<InstallationNeeds, 'sources'>>;

export const diagnose = async (sources: ConfigSources, outside: Outside = {}): Promise<readonly Found[]> => {
  const found: Found[] = [];
  for await (const { group, findings } of examineAll(sources, outside))
    found.push(...findings.map((finding) => ({ group, ...finding })));
  return found;
};

/** Its first finding of that name and level; all of them are shown when there is none. */
export const findingOf = (
  t: ExecutionContext,
  found: readonly Found[],
  about: string,
  level?: Level,
): Found => {
  const match = found.find(
    (finding) => finding.about === about && (level === undefined || finding.level === level),
  );
  if (match !== undefined) return match;
  t.log(found);
  throw new Error(`There is no finding ${about} ${level ?? ''}.`);
};

/** All that is not well says what to do, and nothing that it is a fault of doctor. */
export const allAdvise = (t: ExecutionContext, found: readonly Found[]): void => {
  t.deepEqual(
    found.filter(({ advice = '' }) => advice.includes('it is a fault of')),
    [],
  );
  const mute = found.filter(({ level, advice = '' }) => level !== 'well' && !/^[A-Z`].{20,}/s.test(advice));
  t.deepEqual(mute, []);
};

/** Stores events, each in its stream, and closes the store. */
export const storeIn = async (
  data: string,
  happenings: readonly (Partial<NewEvent> & { readonly stream: string })[],
  now: () => number = Date.now,
): Promise<void> => {
  mkdirSync(data, { recursive: true });
  const store = await openSqliteStore({ path: join(data, 'events.sqlite'), now });
  for (const { stream, ...happening } of happenings) await store.append(stream, [event(happening)]);
  await store.close();
};

/** This machine, but for what a test says of it. */
export const machine = (other: Partial<Machine>): Machine => ({ ...thisMachine, ...other });

/** This machine's clock, ahead by so much. */
export const clockAhead = (ms: number) => ({ ...systemClock, now: () => Date.now() + ms });

/** Every file with its rights and what is in it. What an index of a log (`-shm`) has is in nobody's hands but SQLite's. */
export const filesIn = (folder: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .toSorted()
      .map((name) => {
        const path = join(folder, name);
        const { mode, uid, gid } = statSync(path);
        const rights = [mode.toString(8), uid, gid].join(' ');
        if (statSync(path).isDirectory() || name.endsWith('-shm')) return [name, rights];
        return [name, `${rights} ${createHash('sha256').update(readFileSync(path)).digest('hex')}`];
      }),
  );
