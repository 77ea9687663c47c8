import type { BackendEngine } from './backend.js';
import { http } from './http/index.js';
import { httptester } from './httptester/index.js';
import { kannel } from './kannel/index.js';

/** Every kind of gateway. `create` takes what the same engine's `config` parsed, and nothing else. */
export const engines: readonly BackendEngine<unknown>[] = [kannel, http, httptester];
