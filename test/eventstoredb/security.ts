import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  Metadata,
  ServerCredentials,
  ServerInterceptingCall,
  type ServerInterceptor,
  status,
} from '@grpc/grpc-js';

/** Who may call. */
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

/** As the server does: who is not known is turned away. Only gossip is anyone's, which clients do not sign. */
export const onlyFor = ({ name, password }: User): ServerInterceptor => {
  const expected = `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
  return ({ path }, call) =>
    new ServerInterceptingCall(call, {
      start: (next) =>
        next({
          onReceiveMetadata: (metadata, pass) => {
            if (path.includes('.gossip.') || metadata.get('authorization')[0] === expected) pass(metadata);
            else
              call.sendStatus({
                code: status.UNAUTHENTICATED,
                details: 'Authentication failed',
                metadata: new Metadata(),
              });
          },
        }),
    });
};
