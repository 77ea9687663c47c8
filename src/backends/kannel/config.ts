import { z } from 'zod';
import { writableCharset } from '../encoding/charset.js';
import { httpUrl } from '../url.js';

/** What the router itself says in a call of sendsms, with the key that sets it, if one does. */
const ours: Readonly<Record<string, string>> = {
  to: 'each text has its own',
  text: 'each text has its own',
  coding: 'use the key `coding`',
  charset: 'use the key `charset`',
  'dlr-mask': 'use the key `dlrMask`',
  'dlr-url': 'the router signs its own',
};

/** Of what is sent with every text these say how, and may be read. Nothing is known of the others: they may be secrets. */
export const isOpenParameter = (name: string): boolean =>
  /^(username|from|smsc|charset|coding|priority|validity|dlr-mask|account)$/i.test(name);

const sendsmsParams = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean()], 'expected a text, a number or a boolean'),
  )
  .superRefine((params, context) => {
    for (const name of Object.keys(params)) {
      const hint = ours[name];
      if (hint)
        context.addIssue({ code: 'custom', path: [name], message: `the router sets this itself: ${hint}` });
    }
  })
  .transform(
    (params): Readonly<Record<string, string>> =>
      Object.fromEntries(Object.entries(params).map(([name, value]) => [name, String(value)])),
  );

const charset = z.string().refine((label) => (writableCharset(label) ?? { name: 'GSM' }).name !== 'GSM', {
  error: ({ input }) =>
    `expected a charset that the gateway and the router know, e.g. UTF-8, got ${String(input)}`,
});

/** Charsets that say every text, so `coding` may be left to it. */
const universal = new Set(['UTF-8', 'UTF-16BE']);

export const kannelConfig = z
  .strictObject({
    /** Address of smsbox' sendsms, e.g. `http://127.0.0.1:13013/cgi-bin/sendsms`. */
    sendsmsUrl: httpUrl,
    /** Sent with every text: username, password, from, smsc, … */
    sendsmsParams: sendsmsParams.default({}),
    /** Bearerbox' status page, which `threadless doctor` looks at, e.g. `http://127.0.0.1:13000/status.xml?password=…`. */
    statusUrl: httpUrl
      .refine((url) => new URL(url).pathname.endsWith('/status.xml'), {
        error: 'expected the address of status.xml, e.g. http://127.0.0.1:13000/status.xml?password=…',
      })
      .optional(),
    /** 0: GSM 03.38, 1: bytes, 2: UTF-16; `auto`: 0 when the text fits, else 2. */
    coding: z.literal(['auto', 0, 1, 2], 'expected auto, 0 (GSM), 1 (8-bit) or 2 (UCS-2)').default('auto'),
    /** In which charset the text is handed over; without it UTF-8, with coding 1 ISO-8859-1. */
    charset: charset.optional(),
    /** What becomes of characters that coding and charset do not have: dropped, `?`, or the text is rejected. */
    encodeErrors: z
      .enum(['ignore', 'replace', 'strict'], 'expected ignore, replace or strict')
      .default('ignore'),
    /** Which delivery reports to ask for: the sum of 1, 2, 4, 8, 16 and 32; 0 for none. */
    dlrMask: z
      .int('expected a sum of 1, 2, 4, 8, 16 and 32')
      .min(0, 'expected 0 (no reports) or more')
      .max(63, 'expected at most 63: the sum of 1, 2, 4, 8, 16 and 32')
      .default(31),
    /** The max-messages of Kannel's sendsms-user. Kannel cuts what lies beyond it, and accepts the text all the same. */
    maxParts: z.int('expected a whole number').min(1, 'expected 1 or more').default(20),
  })
  .superRefine(({ coding, charset: label }, context) => {
    if (coding !== 'auto' || label === undefined || universal.has(writableCharset(label)?.name ?? '')) return;
    context.addIssue({
      code: 'custom',
      path: ['charset'],
      message: `expected UTF-8 or UTF-16BE as long as \`coding\` is auto; for ${label} set \`coding\` too`,
    });
  });

export type KannelConfig = z.output<typeof kannelConfig>;
