import { foldersOf } from '../../../main/config/projectionFolders.js';
import { faultsIn } from '../../../projections/faultsIn.js';
import { type ProjectionFile, readProjections } from '../../../projections/files.js';
import type { Check } from '../examine.js';
import { broken, well } from '../finding.js';
import { listed } from '../words.js';

/** The files of projections: those that come with the router, and one's own. */
export const projectionFiles: Check = {
  about: 'projections.files',
  examine: async (installation) => {
    const { config } = installation;
    let files: readonly ProjectionFile[];
    try {
      files = readProjections(foldersOf(config));
    } catch (error) {
      return [
        broken(
          'projections.files',
          `The folder of projections cannot be read: ${installation.quote(error)}`,
          'No router starts so. Mend projections.folder: a path that begins with a dot is seen from the file that names it.',
        ),
      ];
    }
    const faults = files.flatMap((file) => faultsIn(file));
    if (faults.length === 0)
      return [well('projections.files', `${listed(files.map(({ name }) => name))}: nothing hinders them.`)];
    return faults.map(({ message }) =>
      broken(
        'projections.files',
        `A projection is refused: ${installation.quote(message)}`,
        'The others run; what reads this one finds nothing. Mend the file: a running router takes it up within seconds (docs/projections.md).',
      ),
    );
  },
};
