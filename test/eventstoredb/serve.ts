// A stand-in in a process of its own: node dist/test/eventstoredb/serve.js. Prints its connection string.
import { StandIn } from './standIn.js';

const server = await StandIn.start();
console.log(`listens on ${server.connectionString}`);
