// What listens where a gateway should be, and is none, or answers without a word.
import test, { type ExecutionContext } from 'ava';
import { startServer, startTcpServer } from '../../backends/server.js';
import { finds, kannelAt, used } from './cases.js';
import { diagnose, findingOf, newFolder, sourcesOf } from './support.js';

const httpAt = (address: string) => ({ backends: { h: { engine: 'http', outgoingUrl: address } } });

const redirecting = (t: ExecutionContext) =>
  startServer(t, (response) => response.writeHead(302, { location: '/login?from=sendsms' }).end());

finds(test, [
  {
    title: 'a gateway that sends callers on, with where it sends them',
    setUp: async (t) => ({ data: await used(t), keys: kannelAt((await redirecting(t)).port) }),
    about: 'backend.answers',
    level: 'broken',
    says: /sends callers on to another address \(302 to \/login\?…\)/,
    advice: /^No text follows.* set sendsmsUrl to it/,
  },
  {
    title: 'a service that sends callers on, which may take whole calls',
    setUp: async (t) => ({ data: await used(t), keys: httpAt((await redirecting(t)).url) }),
    about: 'backend.answers',
    level: 'look',
    says: /\(302 to \/login\?…\)/,
    advice: /set outgoingUrl to it/,
  },
  {
    title: 'a service that refuses without a word',
    setUp: async (t) => {
      const { url } = await startServer(t, (response) => response.writeHead(403).end());
      return { data: await used(t), keys: httpAt(url) };
    },
    about: 'backend.answers',
    level: 'look',
    says: /\(403\)/,
    advice: /Compare outgoingUrl/,
  },
  {
    title: 'a gateway that speaks no HTTP',
    setUp: async (t) => {
      const port = await startTcpServer(t, (socket) => socket.end('SSH-2.0-x\r\n'));
      return { data: await used(t), keys: httpAt(`http://127.0.0.1:${port}/`) };
    },
    about: 'backend.answers',
    level: 'broken',
    says: /Something answers at .* and speaks no HTTP \(.*HPE_INVALID_CONSTANT/,
    advice: /Another program listens there, or it is a port for TLS: then outgoingUrl begins with https/,
  },
  {
    title: 'an address of TLS that leads to a port without',
    setUp: async (t) => {
      const { port } = await startServer(t, (response) => response.end('OK'));
      return { data: await used(t), keys: httpAt(`https://127.0.0.1:${port}/`) };
    },
    about: 'backend.answers',
    level: 'broken',
    says: /and speaks no TLS \(.*EPROTO/,
    advice: /let outgoingUrl begin with http:/,
  },
]);

test.serial('what is quoted of a gateway has one sign for every secret', async (t) => {
  const { port } = await startServer(t, (response, { url }) =>
    response.writeHead(403).end(`denied for ${url} of 48151623`),
  );
  const sendsmsParams = { username: 'bob', password: 48151623, auth_key: 'AAAABBBB1' };
  const data = newFolder(t);
  const found = await diagnose(await sourcesOf({ data, keys: kannelAt(port, { sendsmsParams }) }));
  const { says } = findingOf(t, found, 'backend.answers', 'broken');
  t.regex(says, /\(403: denied for \/cgi-bin\/sendsms\?username=•••&password=•••&auth_key=••• of •••\)/);
  t.deepEqual(
    found.filter((finding) => /48151623|AAAABBBB1|\*\*\*/.test(JSON.stringify(finding))),
    [],
  );
});

test.serial('how a connection string is written is told whole', async (t) => {
  const eventStore = { engine: 'eventstoredb', connectionString: 'http://a:b@c' };
  const found = await diagnose(await sourcesOf({ data: newFolder(t), keys: { eventStore } }));
  t.regex(
    findingOf(t, found, 'configuration.problem').says,
    /expected esdb:\/\/\[user:password@\]host:port\[,host:port\]\?tls=true, with %40 for an @/,
  );
});
