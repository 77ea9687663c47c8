import { Explainer } from '../../explain/explainer.js';
import type { ExplainRequest, Explanation } from '../../explain/explanation.js';
import { conversationNamed, openConversations } from '../../main/adapters/conversations.js';
import { recordedExplain } from '../../main/adapters/recordedExplain.js';
import { loadApps } from '../../main/apps.js';
import { codesOf } from '../../main/codeOfToday.js';
import type { Config } from '../../main/config/config.js';
import type { ConfigSources } from '../../main/config/load.js';
import { readPause } from '../../outbound/pauses.js';
import type { OpenStore } from '../../store/port.js';
import { existingStore } from '../lastingStore.js';
import { openToAsk } from '../openToRead.js';
import { recordAtTerminal } from '../recordAtTerminal.js';
import { ofNobody } from './ofNobody.js';

/**
 * Tells from the configured store what happened and why, beside a router that may be running.
 *
 * @throws {NotFound} in a sentence, for what is not there
 * @throws {ConfigError} when there is no store
 */
export const explain = async (request: ExplainRequest, sources: ConfigSources = {}): Promise<Explanation> => {
  const config = existingStore(sources);
  const { record } = config.audit;
  const store = await openToAsk(config);
  try {
    const explainer = explainerOf(store, config);
    const explanation = await (record
      ? recordedExplain(recordAtTerminal(store, config.node), explainer, request)
      : explainer.explain(request));
    return request.anonymous === true ? ofNobody(explanation) : explanation;
  } finally {
    await store.close();
  }
};

const explainerOf = (store: OpenStore, config: Config): Explainer =>
  new Explainer({
    store,
    codes: codesOf(store, config),
    conversationNamed: (asked) => conversationNamed(store, config, asked),
    lookup: () => openConversations(config.data),
    apps: async () => (await loadApps(config.apps, config)).map(({ app }) => app),
    pauseOf: async (backend) => (await readPause(store, backend)).pause,
  });
