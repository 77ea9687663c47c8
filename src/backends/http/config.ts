import { z } from 'zod';
import { isHttpUrl } from '../url.js';

const fieldName = z
  .string('expected the name of a field')
  .min(1, 'expected the name of a field, not an empty text');

const placeholder = /%\((.*?)\)s/g;

/** What may stand in an address as `%(name)s` or be sent as a field. */
const values = ['identity', 'text', 'messageId', 'inResponseTo'] as const;
export type OutgoingValue = (typeof values)[number];

const isValue = (name: string): name is OutgoingValue => values.some((value) => value === name);

/** The seed's notation: `%(identity)s` and `%(text)s` are filled in, `%%` is a percent sign. */
const outgoingUrl = z
  .string('expected an address, e.g. http://myservice.com/?identity=%(identity)s&text=%(text)s')
  .superRefine((url, context) => {
    for (const [, name = ''] of url.matchAll(placeholder))
      if (!isValue(name))
        context.addIssue(`expected no other placeholders than ${values.join(', ')}, got %(${name})s`);
    if (!isHttpUrl(url.replaceAll(placeholder, 'x').replaceAll('%%', '%')))
      context.addIssue('expected an absolute http or https address without a #');
  });

const status = z.int('expected a status from 200 to 399').min(200).max(399);

export const httpConfig = z
  .strictObject({
    incomingIdentity: fieldName.default('identity'),
    incomingText: fieldName.default('text'),
    /** The field with the gateway's own id of a message, by which a redelivery is recognised. */
    incomingId: fieldName.optional(),
    outgoingUrl,
    /** GET when the address holds the text, else POST. */
    outgoingMethod: z.enum(['GET', 'POST', 'PUT'], 'expected GET, POST or PUT').optional(),
    outgoingFormat: z.enum(['form', 'json'], 'expected form or json').default('form'),
    /** The names of the fields in the body. Without it they are `identity` and `text`, unless the address holds both. */
    outgoingFields: z
      .strictObject({
        identity: fieldName.default('identity'),
        text: fieldName.default('text'),
        messageId: fieldName.optional(),
        inResponseTo: fieldName.optional(),
      })
      .optional(),
    outgoingHeaders: z.record(z.string(), z.string('expected a text')).default({}),
    /** Which answers mean that the gateway took the text. Without it every 2xx. */
    successStatus: z.union([status, z.array(status).min(1)]).optional(),
  })
  .superRefine((config, context) => {
    if (config.outgoingMethod !== 'GET' || !hasBody(config)) return;
    const message = 'expected POST or PUT, or %(identity)s and %(text)s in outgoingUrl and no outgoingFields';
    context.addIssue({ code: 'custom', path: ['outgoingMethod'], message });
  });

export type HttpConfig = z.output<typeof httpConfig>;

/** Whether the text goes in the body. */
export const hasBody = ({
  outgoingUrl: url,
  outgoingFields,
}: Pick<HttpConfig, 'outgoingUrl' | 'outgoingFields'>) =>
  outgoingFields !== undefined || !url.includes('%(identity)s') || !url.includes('%(text)s');

/** The address with its placeholders filled in. One pass: a text that holds a placeholder stays a text. */
export const fillUrl = (url: string, fill: (name: OutgoingValue) => string): string =>
  url.replaceAll(/%\((\w+)\)s|%%/g, (found: string, name: string | undefined) =>
    name === undefined ? '%' : isValue(name) ? fill(name) : found,
  );
