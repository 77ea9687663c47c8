export { ConfigError } from './config/config.js';
export { type ConfigSources, loadConfig } from './config/load.js';
export { openStore } from './dataFolder.js';
export { version } from './node.js';
export { type Router, type StartOptions, startRouter, UnknownBackend } from './router.js';
