import type { ServiceIdentifier } from 'inversify';
import type { Access } from '../access/access.js';
import type { Logins } from '../access/logins.js';
import type { Passwords } from '../access/passwords.js';
import type { Tokens } from '../access/tokens.js';
import type { Users } from '../access/users.js';
import type { Figures } from '../audit/figures/figures.js';
import type { ListSource } from '../audit/lists/ask.js';
import type { Questions, ReadingRecord } from '../audit/recorded.js';
import type { Backend } from '../backends/backend.js';
import type { DeadLetterDesk } from '../deadletters/desk.js';
import type { Clock, NewId } from '../domain/clock.js';
import type { Log } from '../domain/log.js';
import type { Explainer } from '../explain/explainer.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Backends } from '../outbound/backends.js';
import type { Outbound } from '../outbound/outbound.js';
import type { Projections } from '../projections/process/projections.js';
import type { ReplayRuns } from '../replay/runs.js';
import type { Intake } from '../routing/intake.js';
import type { Routing } from '../routing/routing.js';
import type { OpenStore } from '../store/port.js';
import type { ConversationPaths } from '../web/api/paths.js';
import type { Health } from '../web/health.js';
import type { Exposition } from '../web/metrics.js';
import type { SitePart } from '../web/pages/sitePart.js';
import type { Web } from '../web/server.js';
import type { FormTokens } from '../web/visitors/formTokens.js';
import type { Visitors } from '../web/visitors/visitors.js';
import type { WebhookSupervision } from '../webhooks/supervision.js';
import type { Webhooks } from '../webhooks/webhooks.js';
import type { Lease } from '../workers/lease.js';
import type { Member } from '../workers/member.js';
import type { Node } from '../workers/node.js';
import type { AuditIndex } from './adapters/auditIndex.js';
import type { LoadedApp } from './apps.js';
import type { Config } from './config/config.js';
import type { ConfigSources } from './config/load.js';

/** What this process does beside taking calls from its own program. */
export interface Roles {
  readonly listen: boolean;
  /** Of an HTTP server that answers the probes and `/metrics`, and nothing else. */
  readonly healthPort?: number;
  readonly routing: boolean;
  readonly outbound: boolean;
}

/** A container key that carries its type, so that `bind`, `get` and `toResolvedValue` are checked. */
const key = <T>(name: string): ServiceIdentifier<T> => Symbol(name);

export const keys = {
  config: key<Config>('config'),
  roles: key<Roles>('roles'),
  options: key<ConfigSources & { readonly commandLine?: string }>('options'),
  clock: key<Clock>('clock'),
  newId: key<NewId>('newId'),
  log: key<Log>('log'),
  apps: key<readonly LoadedApp[]>('apps'),
  store: key<OpenStore>('store'),
  node: key<Node>('node'),
  backends: key<readonly Backend[]>('backends'),
  routing: key<Routing>('routing'),
  intake: key<Intake>('intake'),
  outbound: key<Outbound>('outbound'),
  backendList: key<Backends>('backendList'),
  webhooks: key<Webhooks>('webhooks'),
  webhookSupervision: key<WebhookSupervision>('webhookSupervision'),
  webhookPages: key<SitePart>('webhookPages'),
  lease: key<Lease>('lease'),
  member: key<Member>('member'),
  projections: key<Projections>('projections'),
  auditIndex: key<AuditIndex>('auditIndex'),
  /** To be asked by someone. */
  explainer: key<(by: string) => Pick<Explainer, 'explain'>>('explainer'),
  /** Where it is recorded who reads. */
  recordOf: key<(by: string) => ReadingRecord>('recordOf'),
  appPages: key<SitePart>('appPages'),
  conversationPages: key<SitePart>('conversationPages'),
  /** Undefined: this router cannot start any. */
  replayRuns: key<{ readonly current: ReplayRuns | undefined }>('replayRuns'),
  replayPages: key<SitePart>('replayPages'),
  backendPages: key<SitePart>('backendPages'),
  testerPages: key<SitePart>('testerPages'),
  figures: key<Figures>('figures'),
  overviewPages: key<SitePart>('overviewPages'),
  messagesPages: key<SitePart>('messagesPages'),
  deadLetterDesk: key<DeadLetterDesk>('deadLetterDesk'),
  deadLetterPages: key<SitePart>('deadLetterPages'),
  connectionPages: key<SitePart>('connectionPages'),
  auditPages: key<SitePart>('auditPages'),
  /** Of who asks; without them nothing is recorded. */
  listSource: key<(by?: string) => ListSource>('listSource'),
  /** All of them. */
  site: key<SitePart>('site'),
  conversationPaths: key<ConversationPaths>('conversationPaths'),
  access: key<Access>('access'),
  passwords: key<Passwords>('passwords'),
  users: key<Users>('users'),
  tokens: key<Tokens>('tokens'),
  logins: key<Logins>('logins'),
  formTokens: key<FormTokens>('formTokens'),
  visitors: key<Visitors>('visitors'),
  accessPages: key<SitePart>('accessPages'),
  questions: key<(by: string) => Questions>('questions'),
  health: key<Health>('health'),
  metrics: key<Metrics>('metrics'),
  exposition: key<Exposition>('exposition'),
  web: key<Web>('web'),
};
