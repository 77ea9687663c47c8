import type { Check } from '../examine.js';
import { broken, well } from '../finding.js';

/** What the server lets the router do, asked without a write. Of a file the data folder tells. */
export const storeRights: Check = {
  about: 'store.rights',
  examine: async (installation) => {
    const { kind } = await installation.opened();
    if (kind !== 'server') return [];
    const { refusedRights } = await import('../../../store/eventstoredb/rights.js');
    const refused = await refusedRights(installation.config.eventStore.connectionString ?? '');
    if (refused.length === 0)
      return [
        well('store.rights', 'This user may read all events, and read and append what the router needs.'),
      ];
    return refused.map((sentence) =>
      broken(
        'store.rights',
        sentence,
        'As long as that is refused no router works: it does not start, and one that runs answers 503.',
      ),
    );
  },
};
