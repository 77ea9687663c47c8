import { z } from 'zod';
import { isHttpUrl } from '../../backends/url.js';
import { webhookDefaults, webhookEvents } from '../../webhooks/settings.js';
import { isSecret } from '../../webhooks/signature.js';

const positive = z.int().positive();
const milliseconds = positive.max(24 * 60 * 60 * 1_000);
/** Thirty days: who mends a receiver may be on leave. */
const longMilliseconds = positive.max(30 * 24 * 60 * 60 * 1_000);

const secret = z
  .string('expected whsec_ and the base64 of 24 to 64 random bytes')
  .refine(
    isSecret,
    'expected whsec_ and the base64 of 24 to 64 random bytes: echo whsec_$(openssl rand -base64 32)',
  );

/** What an address is told of what happens. docs/configuration.md describes each key. */
export const webhookSchema = z.strictObject({
  url: z
    .string('expected an address, e.g. https://clinic.example/sms')
    .refine(isHttpUrl, 'expected an absolute http or https address without a #'),
  /** Of several each signs, so that a receiver can be given a new one without a pause. */
  secret: z.union([secret, z.array(secret).min(1).max(4)], {
    error: 'expected whsec_ and the base64 of 24 to 64 random bytes, or a list of such secrets',
  }),
  events: z
    .array(z.enum(webhookEvents, `expected some of ${webhookEvents.join(', ')}`))
    .min(1, 'expected at least one event')
    .default([...webhookDefaults.events]),
  backends: z.array(z.string()).min(1, 'expected the name of at least one backend').optional(),
  testers: z.boolean().default(false),
  giveUpAfterMs: longMilliseconds.default(webhookDefaults.giveUpAfterMs),
  timeoutMs: milliseconds.default(webhookDefaults.timeoutMs),
  retry: z
    .strictObject({
      firstDelayMs: milliseconds.default(webhookDefaults.retry.firstDelayMs),
      maxDelayMs: milliseconds.default(webhookDefaults.retry.maxDelayMs),
    })
    .prefault({}),
  concurrency: positive.max(100).default(webhookDefaults.concurrency),
  window: positive.max(5_000).default(webhookDefaults.window),
});

export const webhooksSchema = z
  .record(
    z.string().regex(/^[\w.-]{1,100}$/, 'expected a name of letters, digits, dots, - and _'),
    webhookSchema,
  )
  .default({});

export type WebhooksConfig = z.output<typeof webhooksSchema>;

/**
 * What is wrong with the backends that webhooks name: without it one would wait in vain for their messages.
 *
 * @param played - those of them whose phones are played
 */
export const faultsInWebhooks = (
  webhooks: WebhooksConfig,
  backends: readonly string[],
  played: readonly string[],
): readonly string[] =>
  Object.entries(webhooks).flatMap(([webhook, { backends: named = [], testers }]) =>
    named.flatMap((backend) => {
      const key = `webhooks.${webhook}.backends`;
      if (!backends.includes(backend))
        return [`${key}: there is no backend ${backend}; there is: ${backends.join(', ') || 'none'}`];
      return played.includes(backend) && !testers
        ? [`${key}: ${backend} is a tester, whose messages are left out: expected testers: true beside it`]
        : [];
    }),
  );
