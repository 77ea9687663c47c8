import { readFileSync } from 'node:fs';
import { connect as connectHttp2 } from 'node:http2';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type Door, doorsIn } from './connectionString.js';

/** How long each of three steps may take, in milliseconds. */
const stepMs = 1_000;

/**
 * Why no connection comes about, where the client does not tell or has no words that help: connects to the hosts itself, with TLS
 * and without.
 *
 * @returns for people to read, without the user and the password; undefined when EventStoreDB may well be at one of them
 */
export const diagnoseConnection = async (connectionString: string): Promise<string | undefined> => {
  const doors = doorsIn(connectionString);
  const whys = await Promise.all(doors.map(diagnose));
  if (whys.includes(undefined)) return undefined;
  return doors[0] && `${doors[0].host}:${doors[0].port}: ${whys[0]}`;
};

const isAnother = 'what answers there is not EventStoreDB: check the host and the port';

const diagnose = async (door: Door): Promise<string | undefined> => {
  const failure = await failureOf(connectTcp(door), 'connect');
  if (failure !== undefined) return failure;
  const encrypted = await overTls(door);
  if (encrypted === undefined) return withoutTls(door);
  if (!encrypted.speaksHttp2) return isAnother;
  if (!door.tls)
    return 'it speaks TLS: set tls=true in the connection string, and tlsCAFile to its authority';
  return encrypted.distrust && `its certificate is not trusted (${encrypted.distrust}): see tlsCAFile`;
};

const withoutTls = async (door: Door): Promise<string | undefined> => {
  const failure = await failureOf(connectHttp2(`http://${door.host}:${door.port}`), 'remoteSettings');
  if (failure !== undefined) return /protocol error/i.test(failure) ? isAnother : failure;
  return door.tls ? 'it speaks no TLS: set tls=false in the connection string' : undefined;
};

/** @returns undefined when there is none */
const overTls = async (
  door: Door,
): Promise<{ readonly speaksHttp2: boolean; readonly distrust: string | undefined } | undefined> => {
  const { host, port, authority } = door;
  // Nothing is said to whoever is there: it need not be trusted.
  const socket = connectTls({
    host,
    port,
    ALPNProtocols: ['h2', 'http/1.1'],
    rejectUnauthorized: false,
    ...(isIP(host) ? {} : { servername: host }),
    ...(authority === undefined ? {} : { ca: readFileSync(authority) }),
  });
  if ((await failureOf(socket, 'secureConnect')) !== undefined) return undefined;
  const distrust = socket.authorized ? undefined : String(socket.authorizationError);
  return { speaksHttp2: socket.alpnProtocol === 'h2', distrust };
};

const silence = 'it takes connections and does not answer';

/** What a socket and a session of HTTP/2 have in common. */
interface Opening {
  once(event: string, told: (error: Error) => void): unknown;
  destroy(): unknown;
}

/** @returns undefined when it gets as far as the event */
const failureOf = async (opening: Opening, event: string): Promise<string | undefined> => {
  let timer: NodeJS.Timeout | undefined;
  const failure = await new Promise<string | undefined>((resolve) => {
    timer = setTimeout(() => resolve(silence), stepMs);
    opening.once(event, () => resolve(undefined));
    opening.once('error', ({ message }) => resolve(message));
    opening.once('close', () => resolve('it takes connections and ends them'));
  });
  clearTimeout(timer);
  // What comes after it concerns no one.
  opening.once('error', () => undefined);
  opening.destroy();
  return failure;
};
