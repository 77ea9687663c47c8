import type { Clock } from '../domain/clock.js';
import { conversationCategory } from '../domain/connection.js';
import type { Log } from '../domain/log.js';
import { lastEvent } from '../store/ends.js';
import { type EventStore, isRestored, type Subscription } from '../store/port.js';
import { tellFailure } from '../store/tell.js';
import { backOff } from './backOff.js';

export interface RoutingWatcherNeeds {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Called for each message that is routed, by whichever process. */
  readonly settled: (messageId: string) => void;
}

const filter = { categories: [conversationCategory], types: ['MessageRouted', 'RoutingFailed'] };

/** Watches what other processes route: who took a message here may wait for it. */
export class RoutingWatcher {
  readonly #stop = new AbortController();
  #opening: Promise<void> | undefined;
  #subscription: Subscription | undefined;
  #from: string | undefined;
  #open = false;
  #watching: Promise<void> | undefined;

  constructor(private readonly needs: RoutingWatcherNeeds) {}

  /** Resolves when nothing that is routed from now on is missed; undefined when that is so already. */
  open(): Promise<void> | undefined {
    if (this.#open) return undefined;
    this.#opening ??= this.#begin().finally(() => {
      this.#opening = undefined;
    });
    return this.#opening;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    this.#subscription?.close();
    await this.#watching;
  }

  async #begin(): Promise<void> {
    await this.#beginHere();
    this.#open = true;
    this.#watching = this.#watch();
  }

  /** A place to begin, read before the message is stored: a subscription "from now on" might begin behind it. */
  async #beginHere(): Promise<void> {
    this.#from = (await lastEvent(this.needs.store))?.position;
  }

  async #watch(): Promise<void> {
    const { clock, log } = this.needs;
    const { signal } = this.#stop;
    let restored = false;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        if (restored) await this.#beginHere();
        restored = false;
        await this.#read();
      } catch (error) {
        restored ||= isRestored(error);
        if (!signal.aborted && !restored)
          tellFailure(log, 'warn', { err: error }, 'what others route cannot be watched: trying again');
      }
      if (!signal.aborted) await clock.sleep(backOff(failures), signal);
    }
  }

  async #read(): Promise<void> {
    const from = this.#from === undefined ? {} : { from: this.#from };
    this.#subscription = this.needs.store.subscribe({ ...from, filter });
    if (this.#stop.signal.aborted) this.#subscription.close();
    for await (const item of this.#subscription) {
      if (item.kind === 'event') {
        const { messageId } = item.event.data as { readonly messageId: string };
        this.needs.settled(messageId);
      }
      this.#from = item.kind === 'event' ? item.event.position : (item.position ?? this.#from);
    }
  }
}
