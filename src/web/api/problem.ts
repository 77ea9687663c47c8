import { z } from 'zod';

/** What went wrong, as RFC 9457 tells it. */
export const problemSchema = z.object({
  type: z.string().meta({ description: 'What kind of problem: about:blank, where the status says it.' }),
  title: z.string(),
  status: z.int(),
  detail: z.string().meta({ description: 'What is wrong with this request, and what was expected.' }),
  errors: z
    .array(z.object({ at: z.string(), expected: z.string() }))
    .optional()
    .meta({ description: 'Each part of the request that is wrong.' }),
});

export type ProblemDocument = z.output<typeof problemSchema>;

const titles: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood',
  401: 'Who asks is not known',
  403: 'This is not allowed',
  404: 'There is nothing here',
  409: 'Something else came first',
  410: 'This is no more',
  413: 'The request is too large',
  415: 'The request has another type than expected',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'This cannot be answered now',
};

/** Thrown by a handler; told as a problem document. */
export class Problem extends Error {
  override readonly name = 'Problem';

  constructor(
    readonly status: number,
    detail: string,
    readonly errors?: ProblemDocument['errors'],
  ) {
    super(detail);
  }
}

export const problemDocument = ({ status, message, errors }: Problem): ProblemDocument => ({
  type: 'about:blank',
  title: titles[status] ?? 'This did not work',
  status,
  detail: message,
  ...(errors === undefined ? {} : { errors }),
});
