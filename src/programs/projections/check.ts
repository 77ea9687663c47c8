import { type ConfigSources, loadConfig } from '../../main/config/load.js';
import { foldersOf } from '../../main/config/projectionFolders.js';
import type { ProjectionFault } from '../../projections/faults.js';
import { faultsIn } from '../../projections/faultsIn.js';
import { type ProjectionFile, readProjections } from '../../projections/files.js';

/** A file that was looked through, and all that hinders it. */
export interface CheckedProjection extends ProjectionFile {
  readonly faults: readonly ProjectionFault[];
}

export class UnknownProjection extends Error {
  override readonly name = 'UnknownProjection';
  readonly code = 'unknown-projection';

  constructor(projection: string, existing: readonly string[]) {
    super(`There is no projection ${projection}. There are: ${existing.join(', ') || 'none yet'}.`);
  }
}

/** @throws {UnknownProjection} */
export const haveAll = (existing: readonly string[], names: readonly string[]): void => {
  const unknown = names.find((name) => !existing.includes(name));
  if (unknown !== undefined) throw new UnknownProjection(unknown, existing);
};

/**
 * Looks through the files of the configured folders. Neither a store nor a server is asked, and nothing is written.
 *
 * @param names - default: all
 * @throws {ConfigError} {UnknownProjection}
 */
export const checkProjections = (
  names: readonly string[],
  sources: ConfigSources = {},
): readonly CheckedProjection[] => checkedIn(foldersOf(loadConfig(sources)), names);

/** @throws {UnknownProjection} */
export const checkedIn = (
  folders: readonly string[],
  names: readonly string[],
): readonly CheckedProjection[] => {
  const files = readProjections(folders);
  haveAll(
    files.map(({ name }) => name),
    names,
  );
  return files
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map((file) => ({ ...file, faults: faultsIn(file) }));
};
