import { statSync } from 'node:fs';
import { foldersWith } from '../../projections/files.js';
import { type Config, ConfigError } from './config.js';

/** Where projections are: ours, then the user's. @throws {ConfigError} for a folder that is not there, or none */
export const foldersOf = ({ projections: { folder } }: Pick<Config, 'projections'>): readonly string[] => {
  if (folder !== undefined && statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new ConfigError([`projections.folder: there is no folder ${folder}`]);
  return foldersWith(folder);
};
