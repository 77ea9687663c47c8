import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A projection as it lies on disk. */
export interface ProjectionFile {
  /** The file's name without `.js`. */
  readonly name: string;
  readonly file: string;
  readonly source: string;
  /** SHA-256 of the source: when it changes, the projection is rebuilt. */
  readonly hash: string;
  /** The file of another folder that has the name already: this one is refused. */
  readonly taken?: string;
}

/**
 * The projections in some folders, those of each in order of their names. Of two with one name the first is taken.
 *
 * @throws what the file system throws for a folder that cannot be read
 */
export const readProjections = (folders: readonly string[]): readonly ProjectionFile[] => {
  const files = new Map<string, string>();
  return folders.flatMap(filesIn).map((file) => {
    const name = basename(file, '.js');
    const taken = files.get(name);
    files.set(name, taken ?? file);
    const source = readFileSync(file, 'utf8');
    const hash = createHash('sha256').update(source).digest('hex');
    return { name, file, source, hash, ...(taken === undefined ? {} : { taken }) };
  });
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => /^[\w-]+\.js$/.test(name))
    .sort()
    .map((name) => join(folder, name));
