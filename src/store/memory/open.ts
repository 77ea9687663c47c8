import { checkAgreement, nextVersion } from '../agreement.js';
import { appendResult, checkRevision, repeated } from '../append.js';
import { isPosition } from '../filter.js';
import type { Log, Page } from '../pages.js';
import {
  type Agreement,
  type Agreements,
  type AppendOptions,
  type AppendResult,
  type Checkpoints,
  type OpenStore,
  StoreError,
} from '../port.js';
import { readAll, readStream } from '../read.js';
import { type SerialisedEvent, serialise } from '../serialise.js';
import { Signal } from '../signal.js';
import { createSubscription, type SubscriptionSource } from '../subscription.js';
import { MemoryLog } from './log.js';

export interface MemoryStoreOptions {
  /** Milliseconds since 1970: when an event is recorded. */
  readonly now?: () => number;
}

/** A store that ends with the process. All that the port promises but to be on disk. */
export const createMemoryStore = ({ now = Date.now }: MemoryStoreOptions = {}): OpenStore => {
  const log = new MemoryLog();
  const state = new OpenState();
  const append = (
    stream: string,
    events: readonly SerialisedEvent[],
    options: AppendOptions,
  ): AppendResult => {
    const before = repeated(events.map(({ id }) => log.find(id)));
    if (before) return before;
    checkRevision(stream, log.revision(stream), options.expectedRevision);
    log.add(stream, events, now());
    state.changed.notify();
    return appendResult({ revision: log.revision(stream), position: log.head }, true);
  };
  const source = sourceOf(log, state);
  return {
    append: async (stream, events, options = {}) => {
      state.check();
      return append(stream, serialise(stream, events), options);
    },
    readStream: (stream, options) =>
      readStream(async (...page) => state.checked(() => log.streamPage(...page)), stream, options),
    readAll: (options) => readAll(source, options),
    subscribe: (options) => createSubscription(source, options),
    timeline: 0,
    isPosition,
    close: async () => state.close(),
    checkpoints: checkpointsOf(state),
    agreements: agreementsOf(state),
    heartbeats: agreementsOf(state),
  };
};

/** The same, opened as the other engines are. */
export const openMemoryStore = async (options?: MemoryStoreOptions): Promise<OpenStore> =>
  createMemoryStore(options);

class OpenState {
  readonly changed = new Signal();
  ended = false;

  check(): void {
    if (this.ended) throw new StoreError('closed', 'The store is closed.');
  }

  checked<T>(work: () => T): T {
    this.check();
    return work();
  }

  close(): void {
    this.ended = true;
    this.changed.notify();
  }
}

const sourceOf = (log: MemoryLog, state: OpenState): SubscriptionSource & Log => ({
  changed: state.changed,
  get ended() {
    return state.ended;
  },
  head: async (): Promise<number> => state.checked(() => log.head),
  page: async (request): Promise<Page> => state.checked(() => log.page(request)),
});

const checkpointsOf = (state: OpenState): Checkpoints => {
  const positions = new Map<string, string>();
  return {
    load: async (name) => state.checked(() => positions.get(name)),
    save: async (name, position) => {
      state.checked(() => positions.set(name, position));
    },
  };
};

const agreementsOf = (state: OpenState): Agreements => {
  const agreements = new Map<string, Agreement>();
  return {
    read: async (name) => state.checked(() => agreements.get(name)),
    replace: async (name, text, expected) => {
      state.check();
      checkAgreement({ name, text });
      const version = nextVersion(name, agreements.get(name)?.version, expected);
      agreements.set(name, { text, version });
      return version;
    },
  };
};
