import type { ExecutionContext, TestFn } from 'ava';
import type { Level } from '../../../src/programs/doctor/finding.js';
import { openDatabase } from '../../../src/store/sqlite/driver.js';
import { phone } from '../../projections/support/history.js';
import {
  allAdvise,
  diagnose,
  findingOf,
  newFolder,
  type Outside,
  type SetUp,
  sourcesOf,
  storeIn,
} from './support.js';

export interface Case {
  readonly title: string;
  readonly setUp: (t: ExecutionContext) => Promise<SetUp & { readonly outside?: Outside }>;
  readonly about: string;
  readonly level: Level;
  readonly says: RegExp;
  /** What to do. */
  readonly advice: RegExp;
  /** Told once, and nothing else is broken by it. */
  readonly isOnly?: boolean;
}

/** Each is found, and what is not well says what to do. One at a time: they would wait for each other, and a time limit is none then. */
export const finds = (test: TestFn, cases: readonly Case[]): void => {
  for (const { title, setUp, about, level, says, advice, isOnly = false } of cases)
    test.serial(title, async (t) => {
      const { outside, ...given } = await setUp(t);
      const found = await diagnose(await sourcesOf(given), outside);
      const finding = findingOf(t, found, about, level);
      t.regex(finding.says, says);
      t.regex(finding.advice ?? '', advice);
      allAdvise(t, found);
      if (isOnly)
        t.deepEqual(
          found.filter((other) => other !== finding && other.level === 'broken'),
          [],
        );
    });
};

export const secret = 'a secret of more than sixteen characters';

/** A folder in which a router has run. */
export const used = async (
  t: ExecutionContext,
  files: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const data = newFolder(t, { secret, ...files });
  await storeIn(data, [received('a')]);
  return data;
};

export const received = (messageId: string, minutesAgo = 0) => ({
  stream: phone(),
  type: 'MessageReceived',
  data: { messageId, text: 'hi', receivedAt: new Date(Date.now() - minutesAgo * 60_000).toISOString() },
});

export const failedRouting = (messageId: string, app = 'thrower') => ({
  stream: phone(),
  type: 'RoutingFailed',
  data: {
    messageId,
    app,
    phase: 'handle',
    error: 'TypeError: nothing there',
    trace: [],
    failedAt: new Date().toISOString(),
  },
});

export const sql = async (path: string, text: string): Promise<void> => {
  const database = await openDatabase(path);
  database.exec(text);
  database.close();
};

export const kannelAt = (port: number, more: object = {}) => ({
  backends: {
    kannel: {
      engine: 'kannel',
      sendsmsUrl: `http://127.0.0.1:${port}/cgi-bin/sendsms`,
      sendsmsParams: { username: 'rapidsms', password: 'pa55word' },
      ...more,
    },
  },
});
