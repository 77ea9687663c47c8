import type { MessageRouted } from '../../domain/events.js';
import { systemClock } from '../../main/clock.js';
import type { Config } from '../../main/config/config.js';
import { Rehearsal } from '../../replay/rehearsal.js';
import type { OpenStore } from '../../store/port.js';
import { type ReplayRequest, UnknownName } from './request.js';

/**
 * That the app that is asked for is one of today's, or has been asked about a message some time.
 *
 * @throws {UnknownName}
 * @throws {UnfitApp}
 */
export const checkNameOfApp = async (
  store: OpenStore,
  { apps, defaultResponse, routing }: Config,
  { app, allowed }: Pick<ReplayRequest, 'app' | 'allowed'>,
): Promise<void> => {
  if (app === undefined) return;
  const { phaseTimeoutMs, maxTexts } = routing;
  const rehearsal = new Rehearsal({ apps, defaultResponse, allowed, phaseTimeoutMs, maxTexts }, systemClock);
  try {
    const { apps: today } = await rehearsal.ask({ steps: [], backend: '' });
    const names = today.map(({ name }) => name);
    if (names.includes(app)) return;
    const known = new Set(names);
    // One that is gone: what is left of it is in the decisions, and most often it is found in one of the first.
    for await (const { data } of store.readAll({ filter: { types: ['MessageRouted', 'RoutingFailed'] } })) {
      const { app: by, trace = [] } = data as Partial<MessageRouted['data']>;
      for (const name of [...(by === undefined ? [] : [by]), ...trace.map((entry) => entry.app)])
        known.add(name);
      if (known.has(app)) return;
    }
    throw new UnknownName('--app', 'an app', app, known);
  } finally {
    await rehearsal.stop();
  }
};
