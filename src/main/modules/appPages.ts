import { ContainerModule } from 'inversify';
import { appPages, appTabs } from '../../web/pages/appPages/appPages.js';
import { keys } from '../keys.js';

/** What the installed apps show of themselves. */
export const pagesOfApps = new ContainerModule(({ bind }) => {
  bind(keys.appPages)
    .toResolvedValue(
      (apps, questions, explainer, log) => ({
        pages: appPages({ apps: apps.map(({ app }) => app), questions, explainer, log }),
        api: [],
        tabs: appTabs(apps.map(({ app }) => app)),
      }),
      [keys.apps, keys.questions, keys.explainer, keys.log],
    )
    .inSingletonScope();
});
