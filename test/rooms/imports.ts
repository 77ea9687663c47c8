import { readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rooms } from './rooms.js';

/** One file sees another, or a package. Paths are from `src/`, without what they end in. */
export interface Import {
  readonly from: string;
  readonly to: string;
  readonly isPackage: boolean;
}

/** Compiled, this file is two folders deeper. */
const src = fileURLToPath(new URL('../../../src', import.meta.url));

const { dependencies, optionalDependencies, devDependencies } = JSON.parse(
  readFileSync(posix.join(src, '../package.json'), 'utf8'),
) as Readonly<Record<'dependencies' | 'optionalDependencies' | 'devDependencies', object>>;
/** Those of the system are everyone's, but for this one. */
const packages = [
  'node:sqlite',
  ...Object.keys({ ...dependencies, ...optionalDependencies, ...devDependencies }),
];

/** Comments may speak of an import, and what stands in quotes on a line may look like the begin of one. */
const quotedOrComment = /((['"`])(?:\\.|(?!\2)[^\\\n])*\2)|\/\*[\s\S]*?\*\/|(?<=^|\s)\/\/.*$/gm;
/** The only comment that loads something. */
const reference = /^\/\/\/\s*<reference\s+path=/gm;
/** `import … from '…'`, `export … from '…'`, `import '…'`, `import('…')`, `require('…')`, `new URL('…', import.meta.url)`: what is loaded, by its name. */
const named =
  /(?:(?<!['"`])\bfrom\s*|\bimport\s*|\b(?:import|require)\s*\(\s*|\bnew URL\(\s*(?=['"`][^'"`]*['"`],\s*import\.meta\.url))(['"`])((?:(?!\1)[^\n$])+)\1/g;
/** What loads something whose name does not stand there. */
const unnamed = /\bimport\s*\((?!\s*(['"`])(?:(?!\1)[^\n$])+\1\s*\))|\bcreateRequire\b|\bgetBuiltinModule\b/;
/** A package, however it is loaded: its name stands there. */
const quoted = /['"`]([^'"`\n]+)['"`]/g;

interface Source {
  readonly imports: readonly Import[];
  /** Packages that package.json does not have. */
  readonly undeclared: readonly string[];
  /** It loads what is known only when it runs. */
  readonly loadsUnnamed: boolean;
}

export const sourceOf = (path: string, content: string): Source => {
  const from = path.replace(/\.tsx?$/, '');
  const text = content.replace(reference, 'import').replace(quotedOrComment, (_, words = '') => words);
  const names = [...text.matchAll(named)].map(([, , name = '']) => name);
  const files = names
    .filter((name) => /^\.{1,2}\/.*\.[cm]?[jt]s$/.test(name))
    .map((name) => posix.join(posix.dirname(from), name.replace(/\.[cm]?[jt]s$/, '')));
  const loaded = [...text.matchAll(quoted)].flatMap(([, word = '']) =>
    packages.filter((name) => word === name || word.startsWith(`${name}/`)),
  );
  return {
    imports: [
      ...files.map((to) => ({ from, to, isPackage: false })),
      ...[...new Set(loaded)].map((to) => ({ from, to, isPackage: true })),
    ],
    undeclared: names.filter(
      (name) => !/^(?:\.|node:)/.test(name) && !loaded.some((one) => name.startsWith(one)),
    ),
    loadsUnnamed: unnamed.test(text),
  };
};

/** Paths from `src/`. */
export const allFiles: readonly string[] = readdirSync(src, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map(({ parentPath, name }) => posix.relative(src, posix.join(parentPath, name)))
  // What browsers load is compiled by nobody.
  .filter((path) => !path.startsWith('web/pages/assets/'))
  .toSorted();

export const allSources: ReadonlyMap<string, Source> = new Map(
  allFiles.map((path) => [path, sourceOf(path, readFileSync(posix.join(src, path), 'utf8'))]),
);

export const allImports: readonly Import[] = [...allSources.values()].flatMap(({ imports }) => imports);

/** Undefined for what lies in none: `src/index.ts`, for programs that use the router. */
export const roomOf = (path: string): string | undefined =>
  [posix.dirname(path), path.split('/')[0] ?? '', path.split('/').slice(0, 2).join('/')]
    .filter((folder) => folder in rooms && path.startsWith(`${folder}/`))
    .toSorted((one, other) => other.length - one.length)[0];
