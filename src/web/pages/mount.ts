import type { IncomingMessage } from 'node:http';
import { gzipSync } from 'node:zlib';
import type Router from '@koa/router';
import type { RouterContext } from '@koa/router';
import { h } from 'preact';
import { may } from '../../access/rights.js';
import { nobody, type Visitor } from '../../access/visitor.js';
import { type Zone, zoneOf } from '../../domain/zone.js';
import { StoreError } from '../../store/port.js';
import type { ConversationPaths } from '../api/paths.js';
import { forgetSession, keepSession, sessionKeyOf } from '../visitors/cookies.js';
import type { FormTokens } from '../visitors/formTokens.js';
import type { Ask } from './asking.js';
import { type Form, readForm } from './form.js';
import { Formats, languageOf } from './formats.js';
import { documentOf, type Frame } from './frame.js';
import { PageError } from './pageError.js';
import type { Answer, Elsewhere, File, PageRoute, Said } from './route.js';

export interface PagesNeeds {
  readonly routes: readonly PageRoute[];
  readonly frame: Frame;
  readonly paths: ConversationPaths;
  /** Of readers whose browser tells none. */
  readonly zone: Zone;
  readonly formTokens: FormTokens;
  readonly now: () => number;
  /** Undefined: nobody that we know. */
  readonly visitorOf: (ctx: RouterContext) => Promise<Visitor | undefined>;
}

/** Puts each page at its address: who asks, whether they may, what they sent, and the answer in its frame. */
export const mountPages = (router: Router, needs: PagesNeeds): void => {
  for (const route of needs.routes) {
    const handle = (ctx: RouterContext) => answerPage(ctx, needs, route);
    if (route.method === 'GET') router.get(route.path, handle);
    else router.post(route.path, handle);
  }
};

const answerPage = async (ctx: RouterContext, needs: PagesNeeds, route: PageRoute): Promise<void> => {
  const visitor = await needs.visitorOf(ctx);
  // There the door leads nowhere.
  if (visitor === undefined && needs.frame.isOpen)
    ctx.throw(
      403,
      'In development mode pages are shown on the machine of the router only: open them there, at 127.0.0.1 or localhost.',
    );
  if (visitor === undefined && route.right !== 'anyone') {
    const to = ctx.method === 'GET' ? ctx.url : '/';
    goElsewhere(ctx, { kind: 'elsewhere', path: `/login/?to=${encodeURIComponent(to)}` });
    return;
  }
  const ask = askOf(ctx, needs, visitor ?? nobody);
  try {
    if (route.right !== 'anyone' && !may(ask.visitor, route.right))
      throw new PageError(403, `This is not for the role ${ask.visitor.role}.`);
    write(ctx, needs, ask, await answerOf(ctx, needs, ask, route));
  } catch (error) {
    write(ctx, needs, ask, failure(toldOnPage(error)));
  }
};

const answerOf = async (
  ctx: RouterContext,
  { formTokens }: PagesNeeds,
  ask: Ask,
  route: PageRoute,
): Promise<Answer> => {
  if (route.method === 'GET') return route.answer(ask);
  const form = await soundForm(ctx, formTokens);
  return route.answer(ask, form);
};

const soundForm = async (ctx: RouterContext, tokens: FormTokens): Promise<Form> => {
  const form = await readForm(ctx.req as IncomingMessage);
  if (!tokens.isSound(ctx, form.text('formToken')))
    throw new PageError(
      403,
      'This form is too old, or comes from elsewhere. Load its page again, and send it from there.',
    );
  return form;
};

/** What is no fault of the router's own is told in the frame. */
const toldOnPage = (error: unknown): PageError => {
  if (error instanceof PageError) return error;
  if (!(error instanceof StoreError)) throw error;
  return new PageError(503, `The events cannot be read or written now: ${error.message}`);
};

const failure = ({ status, message }: PageError): Answer => ({
  kind: 'page',
  status,
  title: failureTitles[status],
  body: h('header', null, h('h1', null, failureTitles[status]), h('p', { class: 'lede' }, message)),
});

const failureTitles: Readonly<Record<PageError['status'], string>> = {
  400: 'This cannot be understood',
  403: 'This is not allowed',
  404: 'There is nothing here',
  409: 'Something else came first',
  410: 'This is no more',
  413: 'This is too large',
  503: 'This cannot be answered now',
};

const askOf = (ctx: RouterContext, needs: PagesNeeds, visitor: Visitor): Ask => {
  const now = needs.now();
  const chosen = ctx.cookies.get('zone');
  const zone = (chosen === undefined ? undefined : zoneOf(decoded(chosen))) ?? needs.zone;
  return {
    path: ctx.path,
    params: ctx.params as Readonly<Record<string, string>>,
    query: new URLSearchParams(ctx.querystring),
    visitor,
    session: sessionKeyOf(ctx),
    address: ctx.ip,
    origin: ctx.origin,
    formToken: needs.formTokens.of(ctx),
    formats: new Formats(languageOf(ctx.acceptsLanguages()), zone, now),
    now,
    pathOf: (connection) => needs.paths.of(connection, visitor.seesNumbers),
  };
};

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
};

const write = (ctx: RouterContext, { frame }: PagesNeeds, ask: Ask, answer: Answer): void => {
  ctx.set('Cache-Control', 'no-store');
  if (answer.kind === 'elsewhere') goElsewhere(ctx, answer);
  else if (answer.kind === 'file') sendFile(ctx, answer);
  else {
    const html = documentOf(frame, ask, answer, takeSaid(ctx));
    ctx.status = answer.status ?? 200;
    ctx.type = 'text/html; charset=utf-8';
    ctx.vary('Accept-Encoding');
    // Slow lines are why.
    const isPacked = ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
    if (isPacked) ctx.set('Content-Encoding', 'gzip');
    ctx.body = isPacked ? gzipSync(html) : html;
  }
};

/** What is said of an act waits for the page after it. */
const saidCookie = 'said';

const yearMs = 365 * 86_400_000;

const goElsewhere = (ctx: RouterContext, { path, said, zone, session }: Elsewhere): void => {
  if (session === 'over') forgetSession(ctx);
  else if (session !== undefined) keepSession(ctx, session);
  // live.js looks whether there is one.
  if (zone !== undefined)
    ctx.cookies.set('zone', encodeURIComponent(zone), { httpOnly: false, sameSite: 'lax', maxAge: yearMs });
  if (said !== undefined) {
    const value = Buffer.from(JSON.stringify(said)).toString('base64url').slice(0, 3_000);
    ctx.cookies.set(saidCookie, value, { httpOnly: true, sameSite: 'lax', maxAge: 60_000, overwrite: true });
  }
  ctx.status = 303;
  ctx.set('Location', path);
  ctx.body = '';
};

const takeSaid = (ctx: RouterContext): Said | undefined => {
  const kept = ctx.cookies.get(saidCookie);
  if (kept === undefined) return undefined;
  ctx.cookies.set(saidCookie, null);
  try {
    const { tone, text } = JSON.parse(Buffer.from(kept, 'base64url').toString('utf8')) as Partial<Said>;
    return typeof text === 'string' && (tone === 'ok' || tone === 'bad' || tone === 'warn')
      ? { tone, text }
      : undefined;
  } catch {
    return undefined;
  }
};

const sendFile = (ctx: RouterContext, { name, type, content }: File): void => {
  ctx.type = type;
  ctx.attachment(name);
  ctx.body = content;
};
