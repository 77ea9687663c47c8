import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ServerCredentials, ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { failures } from './refusals.js';

/** Who may call, at present: a password may be changed. */
export interface User {
  readonly name: string;
  readonly password: string;
}

// Made for these tests: an authority `ca`, a certificate of localhost and 127.0.0.1 by it, and an authority that is not its.
const file = (name: string): string =>
  fileURLToPath(new URL(`../../../test/eventstoredb/tls/${name}`, import.meta.url));

export const authority = file('ca.crt');
export const otherAuthority = file('otherCa.crt');

export const encrypted = (): ServerCredentials =>
  ServerCredentials.createSsl(null, [
    { cert_chain: readFileSync(file('server.crt')), private_key: readFileSync(file('server.key')) },
  ]);

/**
 * As the server does: who is not known is turned away, and who does not say who he is has no right to anything. Only gossip
 * is anyone's, which clients do not sign.
 */
export const onlyFor =
  (user: User): ServerInterceptor =>
  ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            const [authorization] = metadata.get('authorization');
            if (path.includes('.gossip.') || authorization === signatureOf(user)) pass(metadata);
            else call.sendStatus(authorization ? failures.unauthenticated() : failures.accessDenied());
          },
        }),
    });

const signatureOf = ({ name, password }: User): string =>
  `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
