export type { DeadLetters } from '../outbound/deadLetters.js';
export type { ServerProjections } from '../store/eventstoredb/projections.js';
export { NodeInUse } from '../workers/name.js';
export { ConfigError } from './config/config.js';
export { openDeadLetters } from './deadLetters.js';
export { type Exported, type ExportRequest, exportStore } from './exportStore.js';
export { type ImportProgress, type ImportRequest, importStore } from './importStore.js';
export { version } from './node.js';
export {
  type CheckedProjection,
  openProjections,
  type ProjectionProgress,
  type ProjectionsTool,
} from './projectionsTool.js';
export { type Router, type StartOptions, startRouter, UnknownBackend } from './router.js';
export { giveUpImport } from './withoutRouters.js';
