import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type IndexDefinition, indexDefinition } from './index/definition.js';

/** A projection as it lies on disk. */
export interface ProjectionFile {
  /** The file's name without `.js`. */
  readonly name: string;
  readonly file: string;
  /** Empty when it cannot be read. */
  readonly source: string;
  /** Why it cannot be read: this one is refused, the others run. */
  readonly unreadable?: string;
  /** What is looked for in its states: `NAME.index.json` beside it. */
  readonly index?: IndexDefinition;
  /** Why that cannot be used, with its path: this one is refused, the others run. */
  readonly indexFault?: string;
  /** SHA-256 of the source and of what stands beside it: when it changes, the projection is rebuilt. */
  readonly hash: string;
  /** The file of another folder that has the name already: this one is refused. */
  readonly taken?: string;
}

/** Where those are that come with the router. */
const ownFolder = fileURLToPath(new URL('../../../projections', import.meta.url));

/** Ours first, so that nobody takes their names. @param folder - of the user's */
export const foldersWith = (folder: string | undefined): readonly string[] =>
  folder === undefined ? [ownFolder] : [ownFolder, folder];

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
    const content = contentOf(file);
    const { text, ...index } = indexOf(file.replace(/js$/, 'index.json'));
    const hash = createHash('sha256').update(content.source).update(text).digest('hex');
    return { name, file, hash, ...content, ...index, ...(taken === undefined ? {} : { taken }) };
  });
};

const contentOf = (file: string): Pick<ProjectionFile, 'source' | 'unreadable'> => {
  try {
    // A pipe would be waited for.
    if (!statSync(file).isFile()) return { source: '', unreadable: 'it is no regular file' };
    return { source: readFileSync(file, 'utf8') };
  } catch (error) {
    return { source: '', unreadable: (error as Error).message };
  }
};

/** Most have none. */
const indexOf = (file: string): Pick<ProjectionFile, 'index' | 'indexFault'> & { readonly text: string } => {
  if (!existsSync(file)) return { text: '' };
  const { source, unreadable } = contentOf(file);
  try {
    if (unreadable !== undefined) throw new Error(unreadable);
    return { text: source, index: indexDefinition(source) };
  } catch (error) {
    return { text: source, indexFault: `${file}: ${(error as Error).message}` };
  }
};

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder)
    .filter((name) => /^[\w-]+\.js$/.test(name))
    .sort()
    .map((name) => join(folder, name));
