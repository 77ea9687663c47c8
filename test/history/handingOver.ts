import type { NewEvent } from '../../src/domain/event.js';
import type { MessageRequeued, SendErrorCode } from '../../src/domain/events.js';
import type { EventOf } from '../../src/outbound/conversationEvents.js';
import { freshHandover, type Handover } from '../../src/outbound/handover.js';
import {
  acceptedEvent,
  asNewEvents,
  type Ended,
  type Failure,
  failureEvents,
  takenEvent,
} from '../../src/outbound/outcomeEvents.js';
import { verdictOn } from '../../src/outbound/policy.js';
import { acceptance, backendNamed, refusedByKannel } from './backends.js';
import { createDeck, type Weights } from './random.js';
import { report, reportOnUnclear, reportsOf, reportWeight } from './reports.js';
import { textOutWeight } from './weights.js';
import type { Outgoing, SentText, World } from './world.js';

/** What the gateway does with a text, attempt by attempt; it takes the one after the last. */
const fates = {
  taken: [],
  'throttled once': ['throttled'],
  'throttled twice': ['throttled', 'throttled'],
  'throttled for ever': ['throttled', 'throttled', 'throttled', 'throttled'],
  rejected: ['rejected'],
  unclear: ['unclear'],
  'unclear, then throttled': ['unclear', 'throttled'],
} as const satisfies Record<string, readonly SendErrorCode[]>;

type Fate = keyof typeof fates;

const weights: Weights<Fate> = {
  taken: 900,
  'throttled once': 30,
  'throttled twice': 10,
  'throttled for ever': 5,
  rejected: 10,
  unclear: 6,
  'unclear, then throttled': 2,
};

const details: Readonly<Record<SendErrorCode, string>> = {
  throttled: 'Kannel answered 503: Temporal failure, try again later.',
  rejected: 'Kannel answered 403: Not routable. Message dropped',
  unclear: 'no answer within 30000 ms',
  unreachable: 'connect ECONNREFUSED 127.0.0.1:13013',
  misconfigured: 'Kannel answered 403: Authorization failed for sendsms',
};

/** Why the next attempt fails; undefined when it does not. */
const failureOf = ({ attempts }: Handover, { connection, fate }: Outgoing): Failure | undefined => {
  if (refusedByKannel(connection)) {
    const receiver = JSON.stringify(connection.identity.slice(0, 40));
    return { code: 'rejected', detail: `no single receiver: ${receiver}` };
  }
  const code = fate[attempts];
  return code === undefined ? undefined : { code, detail: details[code] };
};

const endedNow = (world: World, node: string): Ended => ({
  atMs: world.clockOf(node),
  tookMs: Math.round(world.random.around(40)),
});

/** The lanes: in each conversation one text after the other, as src/outbound does it. */
export class Lanes {
  readonly #world: World;
  readonly #drawFate: () => Fate;
  readonly #waiting = new Map<string, Outgoing[]>();
  /** False: what is decided from now on stays where it is. */
  areOpen = true;

  constructor(world: World) {
    this.#world = world;
    this.#drawFate = createDeck(world.random, weights);
  }

  sent(text: SentText): void {
    this.#take({ ...text, request: text.event, fate: fates[this.#drawFate()] });
  }

  /** A person has put it back: then the gateway takes it. */
  requeued(text: Outgoing, request: NewEvent<MessageRequeued>): void {
    this.#take({ ...text, request, fate: [] });
  }

  #take(text: Outgoing): void {
    if (!this.areOpen) return;
    this.#world.reserve(textOutWeight);
    const waiting = this.#waiting.get(text.stream);
    if (waiting !== undefined) waiting.push(text);
    else {
      this.#waiting.set(text.stream, [text]);
      this.#begin(text);
    }
  }

  #begin(text: Outgoing): void {
    const begun = this.#world.now;
    this.#world.later(20 + this.#world.random.around(60), 0, () =>
      this.#attempt(this.#handoverOf(text, begun), text),
    );
  }

  #handoverOf({ connection, stream, event, request }: Outgoing, begun: number): Handover {
    const { routers, now } = this.#world;
    const place = { stream, revision: 0n, position: '0', recordedAt: '' };
    const handover = freshHandover({ ...event, ...place } as EventOf<'MessageSent'>, connection.identity);
    const resumed = routers.wasCutSince(routers.owner(stream, begun), begun, now);
    return { ...handover, request: { ...request, ...place } as Handover['request'], resumed };
  }

  #attempt(handover: Handover, text: Outgoing): void {
    const failure = failureOf(handover, text);
    if (failure === undefined) this.#accepted(handover, text);
    else this.#failed(handover, text, failure);
  }

  #failed(handover: Handover, text: Outgoing, failure: Failure): void {
    const world = this.#world;
    const { settings } = backendNamed(text.connection.backend);
    const verdict = verdictOn(failure.code, handover.attempts + 1, settings, () => world.random.next());
    if (verdict.do === 'pause' || verdict.do === 'hold') throw new Error(`${failure.code} leaves no event.`);
    const node = world.routers.owner(text.stream, world.now);
    const events = failureEvents(handover, failure, verdict, endedNow(world, node));
    const fatal = this.#store(handover, text, events).at(-1);
    if ('delayMs' in verdict) {
      handover.attempts += 1;
      const isTaken = failure.code === 'unclear' && reportOnUnclear(world, text, verdict.delayMs);
      const next = () => (isTaken ? this.#told(handover, text) : this.#attempt(handover, text));
      world.later(verdict.delayMs + 5, 0, next);
      return;
    }
    if (fatal !== undefined) world.duties.died(text, fatal);
    this.#ended(text);
  }

  #accepted(handover: Handover, text: Outgoing): void {
    const world = this.#world;
    const backend = backendNamed(text.connection.backend);
    const planned = backend.engine === 'kannel' ? reportsOf(world.random) : [];
    // A report may overtake the record of the hand-over.
    for (const { status } of planned.filter(({ overtakes }) => overtakes)) report(world, text, status);
    const node = world.routers.owner(text.stream, world.now);
    const accepted = acceptance(world.random, backend, handover.text.text);
    this.#store(handover, text, [acceptedEvent(handover, accepted, endedNow(world, node))]);
    for (const { status, delayMs, overtakes } of planned) {
      if (!overtakes) world.later(delayMs, reportWeight, () => report(world, text, status));
    }
    this.#ended(text);
  }

  /** A report told it before the next attempt was due. */
  #told(handover: Handover, text: Outgoing): void {
    const node = this.#world.routers.owner(text.stream, this.#world.now);
    this.#store(handover, text, [takenEvent(handover, this.#world.clockOf(node))]);
    this.#ended(text);
  }

  #store(handover: Handover, text: Outgoing, events: Parameters<typeof asNewEvents>[1]): readonly NewEvent[] {
    const world = this.#world;
    const node = world.routers.owner(text.stream, world.now);
    const stored = asNewEvents(handover, events, () => world.newId(node));
    world.append(node, text.stream, stored);
    return stored;
  }

  #ended({ stream }: Outgoing): void {
    this.#world.reserve(-textOutWeight);
    const waiting = this.#waiting.get(stream);
    waiting?.shift();
    const [next] = waiting ?? [];
    if (next === undefined) this.#waiting.delete(stream);
    else this.#begin(next);
  }
}
