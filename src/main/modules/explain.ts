import { ContainerModule } from 'inversify';
import { Explainer } from '../../explain/explainer.js';
import { readPause } from '../../outbound/pauses.js';
import { conversationNamed, openConversations } from '../adapters/conversations.js';
import { recordedExplain } from '../adapters/recordedExplain.js';
import { codesOf } from '../codeOfToday.js';
import { keys } from '../keys.js';

/** Tells from within the router what happened and why, with the apps that it runs. */
export const explain = new ContainerModule(({ bind }) => {
  bind(keys.explainer)
    .toResolvedValue(
      (store, config, apps, recordOf) => {
        const explainer = new Explainer({
          store,
          codes: codesOf(store, config),
          conversationNamed: (asked) => conversationNamed(store, config, asked),
          lookup: () => openConversations(config.data),
          apps: async () => apps.map(({ app }) => app),
          pauseOf: async (backend) => (await readPause(store, backend)).pause,
        });
        return (by) => ({
          explain: (request) =>
            config.audit.record
              ? recordedExplain(recordOf(by), explainer, request)
              : explainer.explain(request),
        });
      },
      [keys.store, keys.config, keys.apps, keys.recordOf],
    )
    .inSingletonScope();
});
