// The baseline of the HTTP rows: what any Koa service behind Kannel has to do. It parses the same query as we do (bytes
// first, then the charset), builds the same event, and stores nothing.
import Koa from 'koa';
import { v7 } from 'uuid';
import { kannel } from '../../src/backends/kannel/index.js';
import { conversationStream } from '../../src/domain/connection.js';

const config = kannel.config.parse({ sendsmsUrl: 'http://127.0.0.1:1/cgi-bin/sendsms', sendsmsParams: {} });
const context = { publicUrl: 'http://127.0.0.1:1', secret: 'only a benchmark', tell: async () => {} };
const [route] = kannel.create('bench', '/backend/bench/', config, context).routes;
if (route === undefined) throw new Error('The kannel engine has no inbound route.');

const app = new Koa();
let built = 0;
app.use((ctx) => {
  const inbound = route.read({ method: 'GET', query: ctx.querystring, body: Buffer.alloc(0) });
  if (inbound.kind !== 'message') {
    ctx.status = 400;
    return;
  }
  const { identity, text, gateway } = inbound;
  const messageId = v7();
  const event = {
    stream: conversationStream({ backend: 'bench', identity }),
    id: messageId,
    type: 'MessageReceived',
    data: { messageId, text, gateway, receivedAt: new Date().toISOString() },
    metadata: { $correlationId: messageId, schema: 1 },
  };
  // Used, so that building it cannot be optimised away.
  built += event.id.length;
  ctx.status = 200;
  ctx.body = '';
});
const server = app.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address !== null && typeof address === 'object')
    console.log(`listens on http://127.0.0.1:${address.port}`);
});
process.once('SIGTERM', () => process.exit(built > 0 ? 0 : 1));
