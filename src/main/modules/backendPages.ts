import { ContainerModule } from 'inversify';
import { blank } from '../../backends/blank.js';
import { backendRoutes } from '../../web/api/backends.js';
import { backendPages } from '../../web/pages/backends/backends.js';
import { keys } from '../keys.js';

export const pagesOfBackends = new ContainerModule(({ bind }) => {
  bind(keys.backendPages)
    .toResolvedValue(
      (backends) => ({ pages: backendPages({ backends, blank }), api: backendRoutes({ backends }) }),
      [keys.backendList],
    )
    .inSingletonScope();
});
