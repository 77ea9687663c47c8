import { z } from 'zod';
import { isNetwork } from '../../access/networks.js';
import { zoneOf } from '../../domain/zone.js';
import { routingDefaults } from '../../routing/settings.js';
import { faultInConnectionString } from '../../store/eventstoredb/connectionString.js';
import { eventStoreDBDefaults } from '../../store/eventstoredb/settings.js';
import { ownTabs } from '../../web/pages/tabs.js';
import { defaultPartitions, workerDefaults } from '../../workers/settings.js';
import { leastSecret, lengthOfSecret } from './secretLength.js';
import { webhooksSchema } from './webhooks.js';

const positive = z.int().positive();
const milliseconds = z
  .int()
  .positive()
  .max(24 * 60 * 60 * 1_000);

const partitions = positive.max(256);

/** By a key that has one: its older name, which is still read. */
export const olderNames: Readonly<Record<string, string>> = { 'routing.partitions': 'routing.shares' };

interface Checked {
  readonly value: unknown;
  readonly issues: readonly { readonly path?: readonly PropertyKey[] | undefined }[];
}

/** What two keys must be to each other is told also when a third is wrong. */
const areSound =
  (...keys: readonly string[]) =>
  ({ value, issues }: Checked): boolean =>
    typeof value === 'object' &&
    value !== null &&
    !issues.some(({ path }) => keys.includes(String(path?.[0])));

const networks = z
  .array(z.string().refine(isNetwork, 'expected an address or a network such as 10.0.0.0/8'))
  .min(1);

/** What a gateway sends along, so that nobody else can speak for its phones. */
const inboundSecret = z.strictObject({
  secret: z
    .string()
    .refine((text) => lengthOfSecret(text) >= leastSecret, `expected at least ${leastSecret} characters`),
  parameter: z.string().min(1).default('secret'),
  header: z
    .string()
    .regex(/^[\w-]+$/, 'expected the name of a header')
    .default('X-Threadless-Secret'),
});

/** The keys that every backend takes, whatever its engine; the engine checks the others. */
export const backendSchema = z.strictObject({
  engine: z.string(),
  handler: z.enum(['inline', 'queued']).default('inline'),
  path: z
    .string()
    .regex(/^\/.+\/$/, 'expected a path with a slash at both ends, such as /sms/in/')
    .optional(),
  from: networks.optional(),
  inbound: inboundSecret.optional(),
  concurrency: positive.max(1_000).default(32),
  ratePerSecond: z.number().positive().optional(),
  timeoutMs: milliseconds.default(30_000),
  retry: z
    .strictObject({
      maxAttempts: positive.default(8),
      firstDelayMs: milliseconds.default(1_000),
      maxDelayMs: milliseconds.default(600_000),
    })
    .prefault({}),
  onUnclear: z.enum(['hold', 'resend']).default('hold'),
  probe: z
    .strictObject({ firstMs: milliseconds.default(1_000), maxMs: milliseconds.default(30_000) })
    .prefault({}),
  holdProbeMs: milliseconds.default(60_000),
  window: positive.default(1_000),
});

export type BackendConfig = z.infer<typeof backendSchema>;

const tab = z
  .strictObject({
    page: z.enum(Object.keys(ownTabs) as [string, ...string[]]).optional(),
    title: z.string().min(1).optional(),
    href: z
      .string()
      .regex(/^(?:\/(?!\/)|https?:\/\/)/, 'expected a path of this router or an http address')
      .optional(),
    hidden: z.boolean().optional(),
  })
  .refine(({ page, href }) => (page === undefined) !== (href === undefined), 'expected one of page and href');

/** The whole configuration but for what the engines of the backends check. docs/configuration.md describes each key. */
export const schema = z.strictObject({
  node: z
    .string()
    .regex(/^[\w.-]+$/, 'expected letters, digits, dots, - and _')
    .default('main'),
  data: z.string().min(1).default('data'),
  secret: z
    .string()
    .refine((text) => lengthOfSecret(text) >= leastSecret, `expected at least ${leastSecret} characters`)
    .optional(),
  shutdownMs: milliseconds.default(10_000),
  http: z
    .strictObject({
      host: z.string().min(1).default('127.0.0.1'),
      port: z.int().min(0).max(65_535).default(8_000),
      publicUrl: z
        .url({ protocol: /^https?$/, error: 'expected an http or https URL' })
        .transform((url) => url.replace(/\/+$/, ''))
        .optional(),
      trustProxy: z
        .union([z.int().min(1).max(10), networks], {
          error:
            'expected the number of proxies before this router (1 to 10), or a list of their addresses or networks',
        })
        .optional(),
      bodyLimit: positive.default(262_144),
      inlineTimeoutMs: milliseconds.default(30_000),
    })
    .prefault({}),
  eventStore: z
    .strictObject({
      engine: z.enum(['sqlite', 'memory', 'eventstoredb']).default('sqlite'),
      connectionString: z
        .string()
        .superRefine((text, context) => {
          const fault = faultInConnectionString(text);
          if (fault !== undefined) context.addIssue(fault);
        })
        .optional(),
      appendTimeoutMs: milliseconds.max(20_000).default(eventStoreDBDefaults.appendTimeoutMs),
      readTimeoutMs: milliseconds.default(eventStoreDBDefaults.readTimeoutMs),
      connectTimeoutMs: milliseconds.default(eventStoreDBDefaults.connectTimeoutMs),
    })
    .refine(({ engine, connectionString }) => engine !== 'eventstoredb' || connectionString !== undefined, {
      path: ['connectionString'],
      when: areSound('engine', 'connectionString'),
      error: 'expected one for the engine eventstoredb, here or in EVENTSTORE_URL',
    })
    .prefault({}),
  apps: z.array(z.string().min(1)).default([]),
  defaultResponse: z.string().min(1).default('Sorry, we did not understand your message.'),
  routing: z
    .strictObject({
      lanes: positive.max(4_096).default(routingDefaults.lanes),
      inFlight: positive.default(routingDefaults.inFlight),
      actors: positive.default(routingDefaults.actors),
      phaseTimeoutMs: milliseconds.default(routingDefaults.phaseTimeoutMs),
      maxTexts: positive.max(900).default(routingDefaults.maxTexts),
      partitions: partitions.optional(),
      /** The older name of `partitions`. */
      shares: partitions.optional(),
    })
    .refine(({ partitions, shares = partitions }) => partitions === undefined || shares === partitions, {
      path: ['shares'],
      when: areSound('partitions', 'shares'),
      error: 'expected what routing.partitions says: it is an older name of that',
    })
    .transform(({ shares = defaultPartitions, partitions = shares, ...others }) => ({
      ...others,
      partitions,
    }))
    .prefault({}),
  workers: z
    .strictObject({
      beatMs: milliseconds.default(workerDefaults.beatMs),
      takeoverMs: milliseconds.default(workerDefaults.takeoverMs),
    })
    .refine(({ beatMs, takeoverMs }) => takeoverMs >= 4 * beatMs, {
      path: ['takeoverMs'],
      when: areSound('beatMs', 'takeoverMs'),
      error: 'expected at least four times workers.beatMs',
    })
    .prefault({}),
  projections: z
    .strictObject({ run: z.boolean().default(true), folder: z.string().min(1).optional() })
    .prefault({}),
  pages: z
    .strictObject({
      title: z.string().default(''),
      zone: z
        .string()
        .refine((name) => zoneOf(name) !== undefined, 'expected a zone such as Africa/Kampala or +05:45')
        .default('UTC'),
    })
    .prefault({}),
  tabs: z.array(tab).default([]),
  access: z
    .strictObject({
      mode: z.enum(['login', 'development']).default('login'),
      sessionHours: z
        .number()
        .positive()
        .max(24 * 90)
        .default(12),
    })
    .prefault({}),
  audit: z.strictObject({ record: z.boolean().default(false) }).prefault({}),
  metrics: z.strictObject({ from: networks.default([]) }).prefault({}),
  log: z
    .strictObject({
      level: z.enum(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
      format: z.enum(['auto', 'json', 'pretty']).default('auto'),
      phoneNumbers: z.enum(['short', 'full']).default('short'),
    })
    .prefault({}),
  backends: z
    .record(
      z.string().regex(/^[\w.-]+$/, 'expected a name of letters, digits, dots, - and _'),
      z.looseObject({ engine: z.string({ error: 'expected the name of an engine' }) }),
    )
    .default({}),
  webhooks: webhooksSchema,
});

export type CheckedConfig = z.infer<typeof schema>;
