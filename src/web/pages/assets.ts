import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import type Router from '@koa/router';

/** Beside the sources, since nothing compiles them; seen from where this file is compiled to. */
const folder = new URL('../../../../src/web/pages/assets/', import.meta.url);

const assets: Readonly<Record<string, { readonly type: string; readonly file: URL }>> = {
  'style.css': { type: 'text/css; charset=utf-8', file: new URL('style.css', folder) },
  'live.js': { type: 'text/javascript; charset=utf-8', file: new URL('live.js', folder) },
  'icon.svg': { type: 'image/svg+xml', file: new URL('icon.svg', folder) },
  'idiomorph.js': {
    type: 'text/javascript; charset=utf-8',
    file: new URL('idiomorph.min.js', import.meta.resolve('idiomorph')),
  },
};

/** `/assets/NAME`: for everyone, since the door is styled too. */
export const mountAssets = (router: Router): void => {
  for (const [name, { type, file }] of Object.entries(assets)) {
    const content = readFileSync(file);
    const [tag, packed] = [createHash('sha256').update(content).digest('base64url'), gzipSync(content)];
    router.get(`/assets/${name}`, (ctx) => {
      ctx.set({ ETag: `"${tag}"`, 'Cache-Control': 'max-age=300', Vary: 'Accept-Encoding' });
      ctx.type = type;
      ctx.status = 200;
      if (ctx.fresh) {
        ctx.status = 304;
        return;
      }
      const isPacked = ctx.acceptsEncodings('gzip', 'identity') === 'gzip';
      if (isPacked) ctx.set('Content-Encoding', 'gzip');
      ctx.body = isPacked ? packed : content;
    });
  }
};
