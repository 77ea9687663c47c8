import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Ports of 127.0.0.1 that nobody listens on now, all different. */
export const freePorts = async (count: number): Promise<number[]> => {
  // All held at once, so that none is handed out twice.
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map(close));
  return ports;
};

const listen = async (): Promise<Server> => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
};

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
