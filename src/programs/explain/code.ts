import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { builtinApps } from '../../apps/builtin.js';
import type { RecordedEvent } from '../../domain/event.js';
import type { MessageRouted } from '../../domain/events.js';
import { type Code, codeOf, type Run, runOf, type Today } from '../../explain/code.js';
import type { Config } from '../../main/config/config.js';
import { version } from '../../main/version.js';
import type { EventStore } from '../../store/port.js';
import { routerStream } from '../../workers/node.js';

/** Tells which code took a decision, and whether it is the code of today. */
export class Codes {
  readonly #today: Today;
  /** By the name of the router, the latest first. */
  readonly #runs = new Map<string, Promise<readonly Run[]>>();

  constructor(
    private readonly store: EventStore,
    private readonly config: Pick<Config, 'node' | 'apps' | 'defaultResponse'>,
  ) {
    this.#today = { version, apps: appsOf(config) };
  }

  /** Undefined: what it names is told of no more, or nothing was recorded before it. */
  async of(decision: RecordedEvent): Promise<Code | undefined> {
    const { by } = decision.data as Partial<MessageRouted['data']>;
    return codeOf(await this.#runsOf(by?.node ?? this.config.node), decision, this.#today);
  }

  #runsOf(node: string): Promise<readonly Run[]> {
    const known = this.#runs.get(node) ?? runsOf(this.store, node);
    this.#runs.set(node, known);
    return known;
  }
}

const runsOf = async (store: EventStore, node: string): Promise<readonly Run[]> => {
  const runs: Run[] = [];
  for await (const event of store.readStream(routerStream(node), { direction: 'backwards' }))
    if (event.type === 'RouterStarted') runs.push(runOf(event));
  return runs;
};

/** The configured apps, none of them loaded: what a module does when it is loaded is its own business. */
const appsOf = ({ apps, defaultResponse }: Pick<Config, 'apps' | 'defaultResponse'>): Today['apps'] => {
  const builtin = builtinApps({ defaultResponse });
  return apps.map((entry) => {
    const app = builtin[entry];
    if (app !== undefined) return { name: app.name, source: 'built-in' };
    const source = resolve(entry);
    const sha256 = hashOf(source);
    return { source, ...(sha256 === undefined ? {} : { sha256 }) };
  });
};

/** Undefined for a file that is gone: then it is not the one that decided. */
const hashOf = (file: string): string | undefined => {
  try {
    return createHash('sha256').update(readFileSync(file)).digest('hex');
  } catch {
    return undefined;
  }
};
