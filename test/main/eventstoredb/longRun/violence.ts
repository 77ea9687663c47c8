import { setTimeout as pause } from 'node:timers/promises';
import type { EventStoreDBClient } from '@eventstore/db-client';
import type { StandIn } from '../../../eventstoredb/standIn.js';
import type { Network } from '../support.js';
import type { Random } from './random.js';

/** Something that was done to one stream. */
export interface Act {
  readonly stream: string;
  readonly what: string;
  readonly fromMs: number;
  toMs: number;
}

type Deed = readonly [what: string, weight: number, deed: (stream: string) => Promise<unknown>];

/** What operators do to streams, at random; and to a server, where we have the power. */
export class Violence {
  readonly acts: Act[] = [];
  /** Acts that the server refused: of streams that are not there, or not any more. */
  refused = 0;
  /** When the server was last put back to an earlier state, of the steady clock. */
  restoredMs = 0;
  readonly powers: string[] = [];

  constructor(
    private readonly client: EventStoreDBClient,
    private readonly random: Random,
    private readonly server: StandIn | undefined,
  ) {}

  /** On these streams, until the time has come. */
  async onStreams(streams: readonly string[], untilMs: number): Promise<void> {
    const deeds = this.#deeds.flatMap((deed) => Array.from({ length: deed[1] }, () => deed));
    while (performance.now() < untilMs) {
      await pause(this.random.between(50, 500));
      const [what, , deed] = this.random.of(deeds);
      const act: Act = {
        stream: this.random.of(streams),
        what,
        fromMs: performance.now(),
        toMs: Number.POSITIVE_INFINITY,
      };
      this.acts.push(act);
      await deed(act.stream).catch(() => {
        this.refused += 1;
      });
      act.toMs = performance.now();
    }
  }

  /** It goes back at least once, and not towards the end, so that much comes after it. */
  async onServer(untilMs: number): Promise<void> {
    const { server, random } = this;
    if (server === undefined) return;
    const begunMs = performance.now();
    const part = () => (performance.now() - begunMs) / (untilMs - begunMs);
    let backup = server.backup();
    while (performance.now() < untilMs) {
      await pause(random.between(1_000, 4_000));
      const isDue = this.restoredMs === 0 && part() > 0.4;
      const power = isDue ? 'restore' : random.of(['scavenge', 'scavenge', 'restart', 'back up', 'restore']);
      if (power === 'restore' && !isDue && part() > 0.6) continue;
      this.powers.push(power);
      if (power === 'scavenge') server.log.scavenge();
      if (power === 'back up') backup = server.backup();
      if (power === 'restart') await server.restart();
      if (power !== 'restore') continue;
      await server.restore(backup);
      this.restoredMs = performance.now();
    }
  }

  /** A network that takes its time, so that much is under way when something happens. */
  async onNetwork(network: Network, untilMs: number): Promise<void> {
    while (performance.now() < untilMs) {
      network.answers = pause(this.random.between(0, 600));
      await network.answers;
    }
  }

  /** How a stream was treated around a time, for people to read: milliseconds after that time. */
  storyOf(stream: string, aroundMs: number): string {
    const told = this.acts
      .filter((act) => act.stream === stream)
      .map(
        ({ what, fromMs, toMs }) =>
          `${what} ${Math.round(fromMs - aroundMs)}..${Math.round(toMs - aroundMs)}`,
      );
    return [...told, `went back ${Math.round(this.restoredMs - aroundMs)}`].join(', ');
  }

  get #deeds(): readonly Deed[] {
    const { client, random } = this;
    return [
      ['keep the last', 6, (name) => client.setStreamMetadata(name, { maxCount: random.between(1, 6) })],
      ['cut', 8, (name) => this.#cut(name)],
      ['show all again', 2, (name) => client.setStreamMetadata(name, {})],
      ['delete', 6, (name) => client.deleteStream(name)],
      ['delete for good', 1, (name) => client.tombstoneStream(name)],
    ];
  }

  /** Within what is there, or beyond its end. */
  async #cut(name: string): Promise<void> {
    const reading = this.client.readStream(name, {
      direction: 'backwards',
      fromRevision: 'end',
      maxCount: 1,
    });
    let last = 0n;
    for await (const { event } of reading) last = event?.revision ?? last;
    const truncateBefore = Math.max(0, Number(last) + this.random.between(-6, 6));
    await this.client.setStreamMetadata(name, { truncateBefore });
  }
}
