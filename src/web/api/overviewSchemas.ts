import { z } from 'zod';

/** A day in UTC. */
export const day = z.iso.date();

const milliseconds = z.number().meta({ description: 'Milliseconds.' });

const fresh = z
  .looseObject({ states: z.string(), said: z.string() })
  .meta({ description: 'How far the counts can be trusted. With states none there are none.' });

const hour = z.object({ since: z.string(), in: z.int(), out: z.int() });

const quantiles = z
  .object({ n: z.int(), p50: milliseconds, p95: milliseconds, p99: milliseconds })
  .meta({ description: 'Of how many, and what half, 95 and 99 of a hundred of them took at most.' });

const letters = z.object({ n: z.int(), oldest: z.string().optional() });

const lane = z.looseObject({
  backend: z.string(),
  state: z.string().meta({ description: 'As in /readyz; elsewhere: another process works on it.' }),
  since: z.string().optional(),
  reason: z.string().optional(),
  by: z.string().optional().meta({ description: 'The person who has paused it.' }),
  waiting: z.int().optional(),
  inFlight: z.int().optional(),
});

const projection = z.object({
  name: z.string(),
  phase: z.string(),
  lagMs: z.number().meta({ description: 'How long the oldest event waits that it has not folded.' }),
  fault: z.string().optional(),
});

const origin = z.object({
  name: z.string(),
  source: z.string(),
  sha256: z.string().optional(),
  takes: z.looseObject({}).optional(),
});

const change = z.object({
  app: z.string(),
  how: z.enum(['added', 'taken away', 'changed', 'moved']),
  sha256: z.string().optional(),
  was: z.string().optional(),
});

const lastStart = z.object({
  version: z.string(),
  node: z.string(),
  nodeVersion: z.string(),
  startedAt: z.string(),
  apps: z.array(origin),
  before: z
    .object({
      version: z.string(),
      nodeVersion: z.string(),
      startedAt: z.string(),
      stoppedInOrder: z.boolean(),
      changes: z.array(change).meta({ description: 'What has changed since then.' }),
    })
    .optional(),
});

export const overviewAnswer = z.object({
  ready: z.boolean().meta({ description: 'As /readyz says, which also says what hinders it.' }),
  zone: z.string(),
  fresh,
  hours: z.array(hour).optional().meta({ description: 'The last 24, the last one not over.' }),
  today: hour.optional(),
  took: z
    .object({
      since: z.string(),
      answered: quantiles.optional(),
      handedOver: quantiles.optional(),
      delivered: quantiles.optional(),
    })
    .optional(),
  waiting: z
    .object({
      messages: z.int(),
      texts: z.int(),
      letters: z.object({ inbound: letters, abandoned: letters, unclear: letters }),
    })
    .optional(),
  lanes: z.array(lane),
  projections: z.array(projection),
  lastStart: lastStart.optional(),
});

const took = z.object({
  p50: milliseconds,
  p95: milliseconds,
  p99: milliseconds,
  longest: milliseconds,
  total: milliseconds,
});
const calls = { calls: z.int(), threw: z.int(), timedOut: z.int(), took };

const figures = z.object({
  app: z.string(),
  ...calls,
  decided: z.int().meta({ description: 'Messages whose outcome is by it.' }),
  failed: z.int().meta({ description: 'Messages that went to the dead letters at it.' }),
  phases: z.array(z.object({ phase: z.string(), ...calls })),
});

export const appsAnswer = z.object({
  from: day,
  to: day,
  version: z.string().meta({ description: 'Of the router, and so of its built-in apps.' }),
  fresh,
  messages: z.int().meta({ description: 'That were decided on.' }),
  apps: z.array(
    z.object({
      name: z.string(),
      order: z.int().optional().meta({ description: 'Absent: it runs no more.' }),
      origin: origin.optional(),
      figures: figures.optional(),
    }),
  ),
});
