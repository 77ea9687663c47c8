import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { AnyApp } from '../../src/apps/app.js';
import type { ConfigSources } from '../../src/main/config/load.js';
import { replay } from '../../src/programs/replay/replay.js';
import type { ReplayReport, ReplayRequest, ReplayWatcher } from '../../src/programs/replay/request.js';
import { eventually, routingOn } from '../routing/support.js';
import { openStore } from '../store/sqlite-engine.js';

/** A data folder with a store in it, and apps in files. */
export class Folder {
  private constructor(
    readonly path: string,
    private readonly t: ExecutionContext,
  ) {}

  static async make(t: ExecutionContext): Promise<Folder> {
    const path = await mkdtemp(join(tmpdir(), 'threadless-replay-'));
    t.teardown(() => rm(path, { recursive: true, force: true }));
    return new Folder(path, t);
  }

  /** Has a router with these apps answer texts, one after the other: `identity text`. */
  async route(apps: readonly AnyApp[], ...lines: readonly string[]): Promise<void> {
    const store = await openStore(this.t, { path: join(this.path, 'events.sqlite') });
    const { intake, routing } = routingOn(store, apps, {}, { decider: () => ({ node: 'main', run: 'run' }) });
    routing.start();
    for (const line of lines) {
      const [identity = '', ...words] = line.split(' ');
      await intake.receive('a', { identity, text: words.join(' ') }, 'inline');
    }
    await eventually(store, lines.length, 'MessageRouted', 'RoutingFailed');
    await routing.stop();
    await store.close();
  }

  /** @returns its path */
  async write(name: string, text: string): Promise<string> {
    const file = join(this.path, name);
    await writeFile(file, text);
    return file;
  }

  /** An app module. @param body - of `defineApp({ … })` @param before - what stands above */
  app(name: string, body: string, before = ''): Promise<string> {
    const index = pathToFileURL(join(import.meta.dirname, '../../src/index.js')).href;
    return this.write(
      name,
      `import { defineApp, keyword } from ${JSON.stringify(index)};\n${before}\nexport default defineApp({ ${body} });\n`,
    );
  }

  sources(apps: readonly string[], more: object = {}): ConfigSources {
    const backends = { a: { engine: 'http', outgoingUrl: 'http://127.0.0.1:1/' } };
    return { env: { THREADLESS_DATA: this.path }, overrides: { apps, backends, ...more } };
  }

  replay(
    apps: readonly string[],
    request: Partial<ReplayRequest> = {},
    { more = {}, watcher, signal }: { more?: object; watcher?: ReplayWatcher; signal?: AbortSignal } = {},
  ): Promise<ReplayReport> {
    const whole = {
      fromHere: false,
      claims: false,
      allowed: [],
      limit: 0,
      resume: false,
      threads: 1,
      ...request,
    };
    return replay(whole, watcher, signal, this.sources(apps, more));
  }
}

/** How many of each kind. */
export const countsIn = ({ tally }: ReplayReport): Readonly<Record<string, number>> =>
  Object.fromEntries(Object.entries(tally.counts).map(([kind, { count }]) => [kind, count]));

/** What apps were seen calling. */
export const callsIn = ({ tally }: ReplayReport): readonly string[] => [
  ...new Set(tally.noted.map(({ call }) => call)),
];
