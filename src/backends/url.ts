import { z } from 'zod';

/** Absolute, http or https; without a fragment, which would swallow the parameters that we append. */
export const isHttpUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hash } = new URL(text);
  return (protocol === 'http:' || protocol === 'https:') && hash === '' && !text.includes('#');
};

export const httpUrl = z
  .string('expected an address, e.g. http://127.0.0.1:13013/cgi-bin/sendsms')
  .refine(isHttpUrl, { error: 'expected an absolute http or https address without a #' });
