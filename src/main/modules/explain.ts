import { ContainerModule } from 'inversify';
import { Explainer } from '../../explain/explainer.js';
import { conversationNamed, openConversations } from '../adapters/conversations.js';
import { codesOf } from '../codeOfToday.js';
import { keys } from '../keys.js';

/** Tells from within the router what happened and why, with the apps that it runs. */
export const explain = new ContainerModule(({ bind }) => {
  bind(keys.explainer)
    .toResolvedValue(
      (store, config, apps) =>
        new Explainer({
          store,
          codes: codesOf(store, config),
          conversationNamed: (asked) => conversationNamed(store, config, asked),
          lookup: () => openConversations(config.data),
          apps: async () => apps.map(({ app }) => app),
        }),
      [keys.store, keys.config, keys.apps],
    )
    .inSingletonScope();
});
