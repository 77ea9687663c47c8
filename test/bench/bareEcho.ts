// The baseline of what is answered over EventStoreDB: what no router can do without, with the bare client and nothing else. A text
// that is stored is answered 200; then what is decided on it is stored, the answer handed to the gateway, and that stored. One
// text of a phone at a time. node bareEcho.js CONNECTION_STRING CATEGORY OUTGOING_URL
import { Agent, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parse } from 'node:querystring';
import { EventStoreDBClient, jsonEvent } from '@eventstore/db-client';
import got from 'got';
import { v7 } from 'uuid';

const [, , connectionString = '', category = '', outgoingUrl = ''] = process.argv;
const client = EventStoreDBClient.connectionString(connectionString);
const gateway = got.extend({ agent: { http: new Agent({ keepAlive: true }) }, retry: { limit: 0 } });

const event = (type: string, data: Record<string, string | number>, correlation: string) =>
  jsonEvent({ id: v7(), type, data, metadata: { $correlationId: correlation, schema: 1 } });

/** Of each phone, what is under way. */
const last = new Map<string, Promise<unknown>>();

const answer = async (stream: string, phone: string, text: string, messageId: string): Promise<void> => {
  const [sentId, at] = [v7(), new Date().toISOString()];
  await client.appendToStream(stream, [
    event('MessageRouted', { messageId, outcome: 'handled', app: 'echo', routedAt: at }, messageId),
    event('MessageSent', { messageId: sentId, inResponseTo: messageId, text, sentAt: at }, messageId),
  ]);
  const url = outgoingUrl
    .replace('%(identity)s', encodeURIComponent(phone))
    .replace('%(text)s', encodeURIComponent(text));
  await gateway.get(url);
  await client.appendToStream(
    stream,
    event('MessageDispatched', { messageId: sentId, attempt: 1, dispatchedAt: at }, messageId),
  );
};

const server = createServer(async (request, response) => {
  const { id, text } = parse(request.url?.split('?')[1] ?? '');
  const [phone, said, messageId] = [String(id), String(text), v7()];
  const stream = `${category}-${phone}`;
  const data = { messageId, text: said, receivedAt: new Date().toISOString() };
  await client.appendToStream(stream, event('MessageReceived', data, messageId));
  response.end();
  const before = last.get(phone) ?? Promise.resolve();
  const answered = before.then(() => answer(stream, phone, said.replace(/^echo /, ''), messageId));
  last.set(phone, answered);
  await answered;
  if (last.get(phone) === answered) last.delete(phone);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () =>
  console.log(`listens on http://127.0.0.1:${(server.address() as AddressInfo).port}`),
);
process.once('SIGTERM', () => process.exit());
