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

/** As the formatter leaves it: `import … from '…'`, `export … from '…'`, `import '…'`, `import('…')`. */
const relative = /(?:\sfrom |^import |\bimport\()['"](\.{1,2}\/[^'"]+)\.js['"]/gm;
/** However it is loaded: its name stands there. */
const quoted = /['"`]([^'"`\n]+)['"`]/g;

const importsOf = (path: string): readonly Import[] => {
  const from = path.replace(/\.ts$/, '');
  const text = readFileSync(posix.join(src, path), 'utf8');
  const files = [...text.matchAll(relative)].map(([, to = '']) => posix.join(posix.dirname(from), to));
  const loaded = [...text.matchAll(quoted)].flatMap(([, word = '']) =>
    packages.filter((name) => word === name || word.startsWith(`${name}/`)),
  );
  return [
    ...files.map((to) => ({ from, to, isPackage: false })),
    ...[...new Set(loaded)].map((to) => ({ from, to, isPackage: true })),
  ];
};

/** Paths from `src/`. */
export const allFiles: readonly string[] = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .toSorted();

export const allImports: readonly Import[] = allFiles.flatMap(importsOf);

/** Undefined for what lies in none: `src/index.ts`, for programs that use the router. */
export const roomOf = (path: string): string | undefined =>
  [posix.dirname(path), path.split('/')[0] ?? '', path.split('/').slice(0, 2).join('/')]
    .filter((folder) => folder in rooms && path.startsWith(`${folder}/`))
    .toSorted((one, other) => other.length - one.length)[0];
