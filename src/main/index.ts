export { NodeInUse } from '../workers/name.js';
export { ConfigError } from './config/config.js';
export { type Router, type StartOptions, startRouter, UnknownBackend } from './router.js';
export { version } from './version.js';
