import { ContainerModule } from 'inversify';
import { may } from '../../access/rights.js';
import { Auditing } from '../../audit/auditing.js';
import { type Questions, ReadingRecord, RecordedQuestions } from '../../audit/recorded.js';
import type { Backend } from '../../backends/backend.js';
import { engines } from '../../backends/engines.js';
import { httptester } from '../../backends/httptester/index.js';
import { type Clock, isoTime } from '../../domain/clock.js';
import type { Log } from '../../domain/log.js';
import { conversationsWith } from '../../explain/find.js';
import type { EventStore } from '../../store/port.js';
import { admissionTo } from '../../web/admission.js';
import type { ConversationPaths } from '../../web/api/paths.js';
import type { MountedBackend } from '../../web/inbound.js';
import type { SitePart } from '../../web/pages/sitePart.js';
import { Web, type WebNeeds } from '../../web/server.js';
import type { FormTokens } from '../../web/visitors/formTokens.js';
import type { Visitors } from '../../web/visitors/visitors.js';
import type { AuditIndex } from '../adapters/auditIndex.js';
import { healthOf } from '../adapters/health.js';
import { isOpenIn } from '../addresses.js';
import { type Config, playedIn, zoneIn } from '../config/config.js';
import { keys } from '../keys.js';
import { version } from '../version.js';

/** An answer may be late, a message may not: each event that is counted is read in the thread that takes messages. */
const countedAtMost = 100;

/** Without a zone that is asked for, days are those of UTC: a server's own zone is nobody's. */
const auditOf = (
  store: EventStore,
  index: AuditIndex,
  { backends, audit: { record } }: Config,
  clock: Clock,
  recordOf: (by: string) => ReadingRecord,
): ((by: string) => Questions) => {
  const names = backends.map(({ name }) => name);
  const questions = new Auditing({
    store,
    get index() {
      return index.current;
    },
    conversations: (identity, backend) =>
      conversationsWith(store, identity, backend === undefined ? names : [backend], () => []),
    now: () => clock.now(),
    countedAtMost,
    zone: 'UTC',
    played: playedIn(backends),
    called: (part) => part,
  });
  return (by) => (record ? new RecordedQuestions(questions, recordOf(by)) : questions);
};

/** With a token, or as a person. */
const mayReadWith =
  ({ callerOf }: Visitors): WebNeeds['scrapes']['mayRead'] =>
  (ctx) =>
    callerOf(ctx).then(
      (visitor) => may(visitor, 'see'),
      () => false,
    );

/** What browsers and programs see, beside the questions. */
const sitesOf = (
  config: Config,
  store: EventStore,
  clock: Clock,
  log: Log,
  paths: ConversationPaths,
  { pages, api, tabs = [] }: SitePart,
  formTokens: FormTokens,
  { visitorOf, callerOf }: Visitors,
): Pick<WebNeeds, 'site' | 'api'> => {
  return {
    site: {
      routes: pages,
      api,
      frame: { title: config.pages.title, version, node: config.node, isOpen: isOpenIn(config) },
      tabs: config.tabs,
      brought: tabs,
      paths,
      zone: zoneIn(config.pages.zone),
      formTokens,
      now: () => clock.now(),
      visitorOf,
      store,
      log,
    },
    api: {
      routes: api,
      version,
      callerOf,
      log,
    },
  };
};

const mountedOf = (backend: Backend, { backends }: Config, log: Log): MountedBackend => {
  const common = backends.find(({ name }) => name === backend.name)?.common;
  return {
    backend,
    handling: common?.handler ?? 'inline',
    ...(common === undefined ? {} : { admission: admissionTo(backend.name, common, log) }),
  };
};

export const web = new ContainerModule(({ bind }) => {
  bind(keys.recordOf)
    .toResolvedValue(
      (store, { node }, clock, newId) => {
        const needs = { store, node, newId, now: () => isoTime(clock.now()) };
        return (by) => new ReadingRecord(needs, by);
      },
      [keys.store, keys.config, keys.clock, keys.newId],
    )
    .inSingletonScope();
  bind(keys.questions)
    .toResolvedValue(auditOf, [keys.store, keys.auditIndex, keys.config, keys.clock, keys.recordOf])
    .inSingletonScope();
  bind(keys.listSource)
    .toResolvedValue(
      (store, index, { audit: { record } }, recordOf) =>
        (by?: string) => ({
          store,
          countedAtMost,
          lists: index.lists,
          ...(record && by !== undefined ? { record: recordOf(by) } : {}),
        }),
      [keys.store, keys.auditIndex, keys.config, keys.recordOf],
    )
    .inSingletonScope();
  bind(keys.web)
    .toResolvedValue(
      (
        config,
        backends,
        intake,
        health,
        roles,
        log,
        store,
        clock,
        paths,
        parts,
        formTokens,
        visitors,
        exposition,
      ) => {
        const { http } = config;
        const mounted = roles.listen ? backends : [];
        return new Web({
          host: http.host,
          port: roles.healthPort ?? http.port,
          bodyLimit: http.bodyLimit,
          backends: mounted.map((backend) => mountedOf(backend, config, log)),
          prefixes: roles.listen ? [...new Set(engines.map(({ prefix }) => prefix))] : [],
          pagesAt: roles.listen ? [httptester.prefix] : [],
          intake,
          ...(roles.listen ? sitesOf(config, store, clock, log, paths, parts, formTokens, visitors) : {}),
          health,
          ...(http.trustProxy === undefined ? {} : { trustProxy: http.trustProxy }),
          scrapes: { exposition, from: config.metrics.from, mayRead: mayReadWith(visitors) },
          log,
        });
      },
      [
        keys.config,
        keys.backends,
        keys.intake,
        keys.health,
        keys.roles,
        keys.log,
        keys.store,
        keys.clock,
        keys.conversationPaths,
        keys.site,
        keys.formTokens,
        keys.visitors,
        keys.exposition,
      ],
    )
    .inSingletonScope();
  bind(keys.health)
    .toResolvedValue(
      (store, routing, outbound, webhooks, member, projections, { workers }) =>
        healthOf(store, routing, outbound, webhooks, member, projections, workers.takeoverMs),
      [keys.store, keys.routing, keys.outbound, keys.webhooks, keys.member, keys.projections, keys.config],
    )
    .inSingletonScope();
});
