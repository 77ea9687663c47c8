import type { RouterContext } from '@koa/router';
import { Networks, plainAddress } from '../access/networks.js';
import { isSameText } from '../access/secrets.js';
import type { Log } from '../domain/log.js';

/** Who may speak for the phones of a backend. */
export interface AdmissionRules {
  /** Addresses and networks. Absent: every one. */
  readonly from?: readonly string[] | undefined;
  /** What comes along, in the query or in a header. Absent: nothing need. */
  readonly inbound?:
    | { readonly secret: string; readonly parameter: string; readonly header: string }
    | undefined;
}

/** A request without the secret: what goes on is stored. */
export interface Admitted {
  /** Path and query. */
  readonly url: string;
  readonly query: string;
}

/** The same is told once in so many milliseconds. */
const tellAgainMs = 60_000;
const remembered = 1_000;

/** @returns undefined when it may not be taken; then it is told why */
export type Admission = (ctx: RouterContext, isSigned: boolean) => Admitted | undefined;

export const admissionTo = (backend: string, { from, inbound }: AdmissionRules, log: Log): Admission => {
  const networks = from === undefined ? undefined : new Networks(from);
  const tell = tellerOf(backend, log);
  return (ctx, isSigned) => {
    const address = plainAddress(ctx.ip);
    if (networks?.has(address) === false) {
      refuse(ctx, 'This address may not send messages here.');
      tell(address, 'its address is not in from');
      return undefined;
    }
    if (inbound === undefined) return { url: ctx.url, query: ctx.querystring };
    const { query, values } = withoutParameter(ctx.querystring, inbound.parameter);
    const given = [...values, ctx.get(inbound.header)];
    // Whose signature we gave out need not know a secret besides.
    if (!isSigned && !given.some((value) => isSameText(value, inbound.secret))) {
      refuse(ctx, 'The secret that must come along is missing, or is another one.');
      tell(address, 'without the secret of inbound, or with another one');
      return undefined;
    }
    return { url: ctx.path + (query === '' ? '' : `?${query}`), query };
  };
};

const refuse = (ctx: RouterContext, reason: string): void => {
  ctx.status = 403;
  ctx.body = `${reason}\n`;
};

const tellerOf = (backend: string, log: Log) => {
  const told = new Map<string, number>();
  return (address: string, reason: string): void => {
    const now = performance.now();
    if (now < (told.get(address) ?? Number.NEGATIVE_INFINITY) + tellAgainMs) return;
    if (told.size >= remembered) told.clear();
    told.set(address, now);
    log.warn({ backend, address, reason }, 'refused: who sent this may not speak for phones');
  };
};

/** Nothing else is decoded: only the backend knows the charset. */
const withoutParameter = (
  query: string,
  name: string,
): { readonly query: string; readonly values: readonly string[] } => {
  const values: string[] = [];
  const others = query.split('&').filter((pair) => {
    const [key = '', ...rest] = pair.split('=');
    if (decoded(key) !== name) return true;
    values.push(decoded(rest.join('=')));
    return false;
  });
  return { query: others.join('&'), values };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
};
