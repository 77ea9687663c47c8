import { isoTime } from '../../src/domain/clock.js';
import { type DeliveryReported, type DeliveryStatus, schemaVersion } from '../../src/domain/events.js';
import { gatewayId } from './ids.js';
import { createDeck, type Random, type Weights } from './random.js';
import type { SentText, World } from './world.js';

/** Events of one report. */
export const reportWeight = 1;
const second = 1_000;

const codes: Readonly<Record<DeliveryStatus, string>> = {
  delivered: '1',
  failed: '2',
  buffered: '4',
  accepted: '8',
  rejected: '16',
  intermediate: '32',
};

/** What the gateway reports on a text, in the order in which it comes. At most four. */
const courses = {
  'accepted, delivered': ['accepted', 'delivered'],
  delivered: ['delivered'],
  none: [],
  'accepted only': ['accepted'],
  'accepted, failed': ['accepted', 'failed'],
  rejected: ['rejected'],
  'buffered for long': ['accepted', 'buffered', 'delivered'],
  'out of order': ['delivered', 'accepted', 'buffered'],
  repeated: ['accepted', 'delivered', 'delivered'],
  'one for each part': ['accepted', 'delivered', 'delivered', 'failed'],
  intermediate: ['intermediate', 'delivered'],
  'before it was recorded': ['accepted', 'delivered'],
} as const satisfies Record<string, readonly DeliveryStatus[]>;

type Course = keyof typeof courses;

const weights: Weights<Course> = {
  'accepted, delivered': 400,
  delivered: 350,
  none: 100,
  'accepted only': 30,
  'accepted, failed': 30,
  rejected: 5,
  'buffered for long': 20,
  'out of order': 20,
  repeated: 5,
  'one for each part': 10,
  intermediate: 5,
  'before it was recorded': 15,
};

interface PlannedReport {
  readonly status: DeliveryStatus;
  readonly delayMs: number;
  /** It comes before the gateway's answer to the hand-over is recorded. */
  readonly overtakes: boolean;
}

const decks = new WeakMap<Random, () => Course>();

/** The reports that will come on one text. */
export const reportsOf = (random: Random): readonly PlannedReport[] => {
  const draw = decks.get(random) ?? createDeck(random, weights);
  decks.set(random, draw);
  const course = draw();
  let delayMs = 0;
  return courses[course].map((status, nth) => {
    const isLate = status === 'delivered' && (course === 'buffered for long' || random.isOneIn(30));
    delayMs += second + random.around((isLate ? 6 * 3_600 : 8) * second);
    return { status, delayMs, overtakes: course === 'before it was recorded' && nth === 0 };
  });
};

/** A report arrives, at whichever router the gateway asks. */
export const report = (world: World, { stream, event }: SentText, status: DeliveryStatus): void => {
  const { random } = world;
  const node = world.someNode();
  const said = status === 'failed' ? `sub:001 dlvrd:000 err:${random.below(100)} text:` : 'ACK/';
  const { messageId } = event.data;
  world.append(node, stream, [
    {
      type: 'DeliveryReported',
      data: {
        messageId,
        status,
        code: codes[status],
        ...(random.isOneIn(3) ? {} : { text: said }),
        gateway: {
          id: gatewayId(random),
          smsc: 'SMSC-A',
          time: isoTime(world.now).slice(0, 19).replace('T', ' '),
        },
        reportedAt: isoTime(world.clockOf(node)),
      } satisfies DeliveryReported['data'],
      id: world.newId(node),
      metadata: {
        $correlationId: event.metadata.$correlationId,
        $causationId: messageId,
        schema: schemaVersion,
      },
    },
  ]);
};

/**
 * A text whose attempt had no clear outcome: half of them had arrived, and a report says so before the next attempt is due.
 *
 * @returns whether one will
 */
export const reportOnUnclear = (world: World, text: SentText, withinMs: number): boolean => {
  if (world.random.isOneIn(2)) return false;
  world.later(world.random.next() * withinMs, 0, () => report(world, text, 'delivered'));
  return true;
};
