import type { RecordedEvent } from '../domain/event.js';
import type { MessageRouted } from '../domain/events.js';
import type { EventStore } from '../store/port.js';
import { type Code, codeOf, type Run, runOf, type Today } from './code.js';

export interface CodesNeeds {
  readonly store: EventStore;
  /** Of decisions that name no router. */
  readonly node: string;
  /** Where a router tells of its runs. */
  readonly streamOf: (node: string) => string;
  readonly today: Today;
}

/** Tells which code took a decision, and whether it is the code of today. */
export class Codes {
  /** By the name of the router, the latest first. */
  readonly #runs = new Map<string, Promise<readonly Run[]>>();

  constructor(private readonly needs: CodesNeeds) {}

  /** Undefined: what it names is told of no more, or nothing was recorded before it. */
  async of(decision: RecordedEvent): Promise<Code | undefined> {
    const { by } = decision.data as Partial<MessageRouted['data']>;
    return codeOf(await this.#runsOf(by?.node ?? this.needs.node), decision, this.needs.today);
  }

  #runsOf(node: string): Promise<readonly Run[]> {
    const known = this.#runs.get(node) ?? runsOf(this.needs.store, this.needs.streamOf(node));
    this.#runs.set(node, known);
    return known;
  }
}

const runsOf = async (store: EventStore, stream: string): Promise<readonly Run[]> => {
  const runs: Run[] = [];
  for await (const event of store.readStream(stream, { direction: 'backwards' }))
    if (event.type === 'RouterStarted') runs.push(runOf(event));
  return runs;
};
