import helmet from 'helmet';
import type { Middleware } from 'koa';

/** What browsers are told: nothing from elsewhere, no scripts or styles within a page, no frame around it. TLS is the proxy's to insist on. */
const set = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: ["'self'"],
      scriptSrc: ["'self'"],
      imgSrc: ["'self'"],
      connectSrc: ["'self'"],
      formAction: ["'self'"],
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  strictTransportSecurity: false,
  // Forms tell by their origin that they are ours.
  referrerPolicy: { policy: 'same-origin' },
});

export const safeHeaders: Middleware = async ({ req, res }, next) => {
  await new Promise<void>((resolve, reject) =>
    set(req, res, (error) => (error === undefined ? resolve() : reject(error))),
  );
  await next();
};
