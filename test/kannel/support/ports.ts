import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below where systems take the near ends of outgoing connections from: one of those could take a port before its use. */
const [first, last] = [12_000, 30_000];

/** Once handed out, a port is not handed out again: whoever got it may not listen yet. */
const handedOut = new Set<number>();

/** Ports of 127.0.0.1 that nobody listens on now, all different. */
export const freePorts = async (count: number): Promise<number[]> => {
  const ports: number[] = [];
  while (ports.length < count) {
    // At random, because another test process looks for ports too.
    const port = first + Math.floor(Math.random() * (last - first));
    if (handedOut.has(port) || !(await isFree(port))) continue;
    handedOut.add(port);
    ports.push(port);
  }
  return ports;
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch {
    return false;
  }
  server.close();
  await once(server, 'close');
  return true;
};
