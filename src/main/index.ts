export { NodeInUse } from '../workers/nodeName.js';
export { ConfigError } from './config/config.js';
export { type Router, UnknownBackend } from './router.js';
export { type StartOptions, startRouter } from './start.js';
export { version } from './version.js';
