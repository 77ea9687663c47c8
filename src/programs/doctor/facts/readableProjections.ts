import type { Config } from '../../../main/config/config.js';
import { foldersOf } from '../../../main/config/projectionFolders.js';
import { foldersWith, type ProjectionFile, readProjections } from '../../../projections/files.js';

/** Those of a folder that is not there, or cannot be read, are left out: that is told by the findings of the files. */
export const readableProjections = (config: Config): readonly ProjectionFile[] => {
  try {
    return readProjections(foldersOf(config));
  } catch {
    return readProjections(foldersWith(undefined));
  }
};
