// Whether a server runs the sources that lie here. It tells them over HTTP, on the port of its gRPC.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { openServerProjections } from '../../../src/store/eventstoredb/projections.js';
import type { StandIn } from '../../eventstoredb/standIn.js';
import { needsStandIn, startStandIn } from '../../oneServer/server.js';
import { ours } from '../../projections/support/history.js';
import { allAdvise, diagnose, findingOf, newFolder, sourcesOf } from './support.js';

const onStandIn = needsStandIn(test);

/** The stand-in speaks gRPC alone: what comes as HTTP is answered beside it. @returns the port of both */
const withHttp = async (t: ExecutionContext, server: StandIn, sources: Readonly<Record<string, string>>) => {
  const http = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://server');
    const [, name = ''] = /^\/projection\/(.*)\/query$/.exec(pathname) ?? [];
    if (sources[name] === undefined || searchParams.get('config') !== 'yes') response.writeHead(404).end();
    else response.end(JSON.stringify({ name, query: sources[name], emitEnabled: false }));
  });
  const both = createTcpServer((client) => {
    client.on('error', () => client.destroy());
    client.once('data', (first) => {
      const port = String(first).startsWith('GET ') ? (http.address() as AddressInfo).port : server.port;
      const way = connect(port, '127.0.0.1').on('error', () => client.destroy());
      way.write(first);
      client.pipe(way).pipe(client);
    });
  });
  for (const listener of [http, both]) {
    listener.listen(0, '127.0.0.1');
    await once(listener, 'listening');
    t.teardown(() => listener.close());
  }
  t.teardown(() => http.closeAllConnections());
  return (both.address() as AddressInfo).port;
};

const examined = async (t: ExecutionContext, url: string) => {
  const keys = { eventStore: { engine: 'eventstoredb' } };
  const found = await diagnose(await sourcesOf({ data: newFolder(t), keys, env: { EVENTSTORE_URL: url } }));
  allAdvise(t, found);
  return found;
};

const deployed = async (t: ExecutionContext) => {
  const server = await startStandIn(t);
  const onServer = openServerProjections(server.connectionString);
  t.teardown(() => onServer.close());
  for (const name of ['traffic', 'messages']) await onServer.deploy(name, ours(name).source);
  return server;
};

onStandIn('a server that runs another source than the file has is told, by name', async (t) => {
  const server = await deployed(t);
  const port = await withHttp(t, server, {
    traffic: 'fromAll().when({})',
    messages: ours('messages').source,
  });
  const finding = findingOf(
    t,
    await examined(t, `esdb://127.0.0.1:${port}?tls=false`),
    'projections.source',
    'look',
  );
  t.regex(finding.says, /^traffic: the server runs another source/);
  t.regex(finding.advice ?? '', /threadless projections deploy traffic$/);
});

onStandIn('a server that does not tell is not held against it', async (t) => {
  const server = await deployed(t);
  const finding = findingOf(t, await examined(t, server.connectionString), 'projections.source');
  t.is(finding.level, 'well');
  t.regex(finding.says, /messages and traffic cannot be told/);
});
