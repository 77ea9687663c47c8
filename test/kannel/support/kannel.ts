import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KannelSettings, settingOf, withSettings } from './conf.js';
import { type Leashed, startLeashed } from './leashed.js';
import { freePorts } from './ports.js';
import { eventually } from './wait.js';

export interface KannelOptions {
  /** Where the messages of the phones go: a port of 127.0.0.1, with the rest of the get-url as we ship it … */
  readonly routerPort?: number;
  /** The backend's name there. Default: as we ship it. */
  readonly backend?: string;
  /** … or the whole get-url. */
  readonly getUrl?: string;
  /** Where its files go. Default: a new directory below the system's temporary one, removed by `stop`. */
  readonly dir?: string;
  /** What differs from `ops/kannel.conf`, by group, e.g. `{ smsbox: { 'mo-recode': true } }`. */
  readonly settings?: KannelSettings;
}

export interface Kannel {
  readonly dir: string;
  /** Where phones connect: the port of the fake SMSC. */
  readonly smscPort: number;
  readonly adminPort: number;
  readonly sendsmsUrl: string;
  /** What sendsms asks of us. */
  readonly sendsmsParams: { readonly username: string; readonly password: string };
  /** Kannel's own page about itself, as text. */
  status(): Promise<string>;
  /** Resolves when a FakeNetwork or fakesmsc is connected. */
  untilPhonesConnected(timeoutMs?: number): Promise<void>;
  /** Resolves when smsbox is gone. What comes from phones meanwhile waits in bearerbox; sendsms refuses connections. */
  stopSmsbox(): Promise<void>;
  /** The same without a warning: kill -9. */
  killSmsbox(): Promise<void>;
  /** Resolves when it takes messages again. */
  startSmsbox(): Promise<void>;
  /** Stops both in order and starts them on the same ports and directory. */
  restart(): Promise<void>;
  /** Kills both and removes a temporary directory. Never throws; may be called twice. */
  stop(): Promise<void>;
}

const shippedConf = new URL('../../../../ops/kannel.conf', import.meta.url);
const readyMs = 15_000;
const askAgainMs = 1_000;

/**
 * A whole Kannel on free ports of 127.0.0.1, with the configuration that we ship except for ports, paths and `settings`.
 * Resolves when it is ready. Its processes end with the process or worker thread that called this, however that ends.
 */
export const startKannel = async (options: KannelOptions): Promise<Kannel> => {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), 'threadless-kannel-')));
  await mkdir(join(dir, 'spool'), { recursive: true });
  await mkdir(join(dir, 'dlr'), { recursive: true });
  const shipped = await readFile(shippedConf, 'utf8');
  const [adminPort = 0, smsboxPort = 0, smscPort = 0, sendsmsPort = 0] = await freePorts(4);
  const conf = withSettings(
    withSettings(shipped, {
      core: { 'admin-port': adminPort, 'smsbox-port': smsboxPort, 'log-level': 2, 'sms-resend-freq': 1 },
      smsc: { port: smscPort },
      // A second: the least that Kannel knows. Retries are what half of the suite waits for.
      smsbox: { 'sendsms-port': sendsmsPort, 'http-queue-delay': 1, 'log-level': 2 },
      'sms-service': { 'get-url': getUrlOf(shipped, options) },
    }),
    options.settings ?? {},
  );
  const confFile = join(dir, 'kannel.conf');
  await writeFile(confFile, conf);

  const password = settingOf(conf, 'core', 'status-password') ?? '';
  const statusUrl = `http://127.0.0.1:${adminPort}/status.txt?password=${password}`;
  const status = async (): Promise<string> => (await fetch(statusUrl)).text();

  // Errors and panics to stderr, so that they can be quoted when a program dies; the rest to its log file.
  const run = (program: string): Leashed => startLeashed(program, ['-v', '3', confFile], { cwd: dir });

  let bearerbox: Leashed | undefined;
  let smsbox: Leashed | undefined;

  const untilReady = (what: string, program: Leashed, isReady: () => Promise<boolean>): Promise<boolean> =>
    eventually(what, readyMs, () => {
      // Nothing to wait for any more: an answer, so that the waiting ends, which then throws.
      if (program.exit() !== null) return true;
      return isReady();
    }).then(() => {
      if (program.exit() !== null) throw new Error(`${what}: it died.\n${program.output()}`);
      return true;
    });

  const startBearerbox = async (): Promise<void> => {
    bearerbox = run('bearerbox');
    await untilReady('bearerbox', bearerbox, async () => (await status()).includes('Status: running'));
  };
  const startSmsbox = async (): Promise<void> => {
    smsbox = run('smsbox');
    await untilReady('smsbox', smsbox, async () => {
      const answer = await fetch(`http://127.0.0.1:${sendsmsPort}/cgi-bin/sendsms`);
      return answer.status === 403 && /smsbox:.*on-line/.test(await status());
    });
  };
  // Bearerbox hands out what smsbox had not acknowledged again, once it sees that smsbox is gone.
  const untilSmsboxForgotten = (): Promise<unknown> =>
    eventually('bearerbox to see that smsbox is gone', readyMs, async () => !/smsbox:/.test(await status()));
  const stopBoth = async (): Promise<void> => {
    await smsbox?.stop();
    // While messages wait for a smsbox, bearerbox waits too, and ends only when asked again.
    const askAgain = setTimeout(() => bearerbox?.signal('SIGTERM'), askAgainMs);
    await bearerbox?.stop();
    clearTimeout(askAgain);
  };

  const kannel: Kannel = {
    dir,
    smscPort,
    adminPort,
    sendsmsUrl: `http://127.0.0.1:${sendsmsPort}/cgi-bin/sendsms`,
    sendsmsParams: {
      username: settingOf(conf, 'sendsms-user', 'username') ?? '',
      password: settingOf(conf, 'sendsms-user', 'password') ?? '',
    },
    status,
    async untilPhonesConnected(timeoutMs = readyMs) {
      await eventually('the phones to connect', timeoutMs, async () =>
        /FAKE:\d+ \(online/.test(await status()),
      );
    },
    async stopSmsbox() {
      await smsbox?.stop();
      await untilSmsboxForgotten();
    },
    async killSmsbox() {
      await smsbox?.stop('SIGKILL');
      await untilSmsboxForgotten();
    },
    startSmsbox,
    async restart() {
      await stopBoth();
      await startBearerbox();
      await startSmsbox();
    },
    async stop() {
      // Nobody asks for what it holds any more, and an orderly stop can take bearerbox ten seconds.
      await smsbox?.stop('SIGKILL');
      await bearerbox?.stop('SIGKILL');
      if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
    },
  };
  try {
    await startBearerbox();
    await startSmsbox();
  } catch (error) {
    await kannel.stop();
    throw error;
  }
  return kannel;
};

/** The backend's name in what we ship. */
export const shippedBackend = 'my-kannel-backend';

const getUrlOf = (conf: string, { getUrl, routerPort, backend = shippedBackend }: KannelOptions): string => {
  if (getUrl !== undefined) return getUrl;
  if (routerPort === undefined) throw new Error('startKannel needs a getUrl or a routerPort');
  const shipped = settingOf(conf, 'sms-service', 'get-url') ?? '';
  return shipped
    .replace('http://127.0.0.1:8000/', `http://127.0.0.1:${routerPort}/`)
    .replace(shippedBackend, backend);
};
