// What is told of whoever answers in place of EventStoreDB.
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createHttp } from 'node:http';
import { createServer as createHttps } from 'node:https';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { Server as GrpcServer, ServerCredentials } from '@grpc/grpc-js';
import test, { type ExecutionContext } from 'ava';
import { diagnoseConnection } from '../../src/store/eventstoredb/connectionDiagnosis.js';
import { authority, otherAuthority } from '../eventstoredb/security.js';
import { StandIn } from '../eventstoredb/standIn.js';
import { failsWith } from './events.js';
import { openStore } from './eventstoredb-engine.js';

const certificate = (): { cert: Buffer; key: Buffer } => ({
  cert: readFileSync(authority.replace('ca.crt', 'server.crt')),
  key: readFileSync(authority.replace('ca.crt', 'server.key')),
});

const others: Readonly<Record<string, { readonly server: () => Server; readonly told: string }>> = {
  'a web server': {
    server: () => createHttp((_request, response) => response.end('hello')),
    told: 'what answers there is not EventStoreDB: check the host and the port',
  },
  'a web server with TLS': {
    server: () => createHttps(certificate(), (_request, response) => response.end('hello')),
    told: 'what answers there is not EventStoreDB: check the host and the port',
  },
  'a server that speaks first': {
    server: () =>
      createServer((socket) => {
        socket.on('error', () => undefined).write('220 mail.example.org\r\n');
        socket.once('data', () => socket.end('500 What?\r\n'));
      }),
    told: 'what answers there is not EventStoreDB: check the host and the port',
  },
  'a way that leads nowhere': {
    server: () => createServer((socket) => socket.on('error', () => undefined).destroy()),
    told: 'it takes connections and ends them',
  },
  'a server that stands still': {
    server: () => createServer((socket) => socket.on('error', () => undefined)),
    told: 'it takes connections and does not answer',
  },
};

const listening = async (t: ExecutionContext, server: Server): Promise<number> => {
  const sockets: { destroy(): unknown }[] = [];
  server.on('connection', (socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return (server.address() as AddressInfo).port;
};

for (const [name, { server, told }] of Object.entries(others)) {
  for (const tls of ['tls=false', `tls=true&tlsCAFile=${authority}`]) {
    test(`${name} is told as what it is, asked with ${tls.slice(0, 9)}`, async (t) => {
      const port = await listening(t, server());
      t.is(
        await diagnoseConnection(`esdb://u:s3cret@localhost:${port}?${tls}`),
        `localhost:${port}: ${told}`,
      );
    });
  }
}

test('nobody, and a host that is not there, are told in the words of the system', async (t) => {
  const server = createServer();
  const port = await listening(t, server);
  server.close();
  await once(server, 'close');
  t.is(
    await diagnoseConnection(`esdb://127.0.0.1:${port}?tls=false`),
    `127.0.0.1:${port}: connect ECONNREFUSED 127.0.0.1:${port}`,
  );
  t.regex(
    (await diagnoseConnection('esdb+discover://nowhere.invalid?tls=true')) ?? '',
    /^nowhere\.invalid:2113: getaddrinfo /,
  );
});

test('nothing is told of a server that may well be it, nor when one of several may', async (t) => {
  const plain = await StandIn.start();
  const secure = await StandIn.start({ user: { name: 'u', password: 's3cret' } });
  t.teardown(() => Promise.all([plain.close(), secure.close()]));
  const web = await listening(t, createHttp());
  t.is(await diagnoseConnection(`esdb://127.0.0.1:${plain.port}?tls=false`), undefined);
  t.is(await diagnoseConnection(`esdb://127.0.0.1:${web},127.0.0.1:${plain.port}?tls=false`), undefined);
  t.is(
    await diagnoseConnection(`esdb://localhost:${secure.port}?TLS=true&tls_ca_file=${authority}`),
    undefined,
  );
  t.regex(
    (await diagnoseConnection(`esdb://localhost:${secure.port}?tlsCAFile=${otherAuthority}`)) ?? '',
    /its certificate is not trusted \(UNABLE_TO_VERIFY_LEAF_SIGNATURE\): see tlsCAFile/,
  );
});

test('a server of other calls is an error at once', async (t) => {
  const server = new GrpcServer();
  t.teardown(() => server.forceShutdown());
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const opening = openStore(t, { connectionString: `esdb://127.0.0.1:${port}?tls=false` });
  t.regex((await failsWith(t, 'unavailable', opening)).message, /does not know the calls of EventStoreDB/);
});
