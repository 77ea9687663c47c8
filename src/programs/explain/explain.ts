import { Explainer } from '../../explain/explainer.js';
import type { ExplainRequest, Explanation } from '../../explain/explanation.js';
import { conversationNamed, openConversations } from '../../main/adapters/conversations.js';
import { loadApps } from '../../main/apps.js';
import { codesOf } from '../../main/codeOfToday.js';
import type { Config } from '../../main/config/config.js';
import type { ConfigSources } from '../../main/config/load.js';
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
      ? recorded(store, config, request, explainer)
      : explainer.explain(request));
    return request.anonymous === true ? ofNobody(explanation) : explanation;
  } finally {
    await store.close();
  }
};

/** Where reading is recorded: who asked, before it is answered, and how many messages were told of. */
const recorded = async (
  store: OpenStore,
  { node }: Config,
  request: ExplainRequest,
  explainer: Explainer,
): Promise<Explanation> => {
  const record = recordAtTerminal(store, node);
  const { message, conversation } = request;
  const id = await record.asked('explain', {
    ...(message === undefined ? {} : { message: [message] }),
    ...(conversation === undefined ? {} : { conversation: [conversation] }),
  });
  const explanation = await explainer.explain(request);
  await record.answered(id, explanation.chains.length, true);
  return explanation;
};

const explainerOf = (store: OpenStore, config: Config): Explainer =>
  new Explainer({
    store,
    codes: codesOf(store, config),
    conversationNamed: (asked) => conversationNamed(store, config, asked),
    lookup: () => openConversations(config.data),
    apps: async () => (await loadApps(config.apps, config)).map(({ app }) => app),
  });
