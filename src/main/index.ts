export { NodeInUse } from '../workers/nodeName.js';
export { ConfigError } from './config/configError.js';
export type { Router } from './router.js';
export { type StartOptions, startRouter } from './start.js';
export { UnknownBackend } from './unknownBackend.js';
export { version } from './version.js';
