import { ContainerModule } from 'inversify';
import { Auditing } from '../../audit/auditing.js';
import { type Questions, RecordedQuestions } from '../../audit/recorded.js';
import { engines } from '../../backends/engines.js';
import { type Clock, isoTime, type NewId } from '../../domain/clock.js';
import { conversationsWith } from '../../explain/find.js';
import type { EventStore } from '../../store/port.js';
import { Web } from '../../web/server.js';
import type { AuditIndex } from '../adapters/auditIndex.js';
import { healthOf } from '../adapters/health.js';
import { type Config, playedIn } from '../config/config.js';
import { keys } from '../keys.js';

/** An answer may be late, a message may not: each event that is counted is read in the thread that takes messages. */
const countedAtMost = 100;

/** Without a zone that is asked for, days are those of UTC: a server's own zone is nobody's. */
const auditOf = (
  store: EventStore,
  index: AuditIndex,
  { node, backends, audit: { record } }: Config,
  clock: Clock,
  newId: NewId,
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
  const needs = { store, node, newId, now: () => isoTime(clock.now()) };
  return (by) => (record ? new RecordedQuestions(questions, needs, by) : questions);
};

export const web = new ContainerModule(({ bind }) => {
  bind(keys.web)
    .toResolvedValue(
      (
        config,
        backends,
        intake,
        routing,
        outbound,
        member,
        projections,
        roles,
        log,
        store,
        auditIndex,
        clock,
        newId,
      ) => {
        const { http, backends: configured, workers } = config;
        const mounted = roles.listen ? backends : [];
        return new Web({
          host: http.host,
          port: roles.healthPort ?? http.port,
          bodyLimit: http.bodyLimit,
          backends: mounted.map((backend) => ({
            backend,
            handling: configured.find(({ name }) => name === backend.name)?.common.handler ?? 'inline',
          })),
          prefixes: roles.listen ? [...new Set(engines.map(({ prefix }) => prefix))] : [],
          intake,
          ...(roles.listen ? { audit: auditOf(store, auditIndex, config, clock, newId) } : {}),
          health: healthOf(store, routing, outbound, member, projections, workers.takeoverMs),
          log,
        });
      },
      [
        keys.config,
        keys.backends,
        keys.intake,
        keys.routing,
        keys.outbound,
        keys.member,
        keys.projections,
        keys.roles,
        keys.log,
        keys.store,
        keys.auditIndex,
        keys.clock,
        keys.newId,
      ],
    )
    .inSingletonScope();
});
