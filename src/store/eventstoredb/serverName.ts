import { createRequire } from 'node:module';
import { isIP } from 'node:net';
import type { ChannelCredentials, credentials } from '@grpc/grpc-js';

/** The instance that the client has, wherever it is installed. */
const { credentials: grpc } = createRequire(import.meta.resolve('@eventstore/db-client'))(
  '@grpc/grpc-js',
) as { credentials: { createSsl: typeof credentials.createSsl } };

/** What gRPC keeps protected. */
interface Internals {
  _createSecureConnector(...given: unknown[]): { readonly connectionOptions?: { servername?: string } };
}

/**
 * gRPC names the host of each TLS connection to the server, an IP address too, which RFC 6066 forbids: Node prints a warning and
 * will ignore it. Without a name the certificate is checked against the address all the same.
 *
 * @param work - makes the credentials, before it returns
 */
export const unnamedAtAddresses = <Made>(work: () => Made): Made => {
  const { createSsl } = grpc;
  grpc.createSsl = (...given) => unnamed(createSsl(...given));
  try {
    return work();
  } finally {
    grpc.createSsl = createSsl;
  }
};

const unnamed = (made: ChannelCredentials): ChannelCredentials => {
  const internals = made as unknown as Internals;
  const create = internals._createSecureConnector.bind(made);
  internals._createSecureConnector = (...given) => {
    const connector = create(...given);
    if (isIP(connector.connectionOptions?.servername ?? '') !== 0)
      delete connector.connectionOptions?.servername;
    return connector;
  };
  return made;
};
