import { basename, dirname, relative, resolve } from 'node:path';
import type { Config } from '../../main/config/config.js';
import { inTemplate, maxTextsInTests } from '../../replay/transcript.js';

/** The text of a test for ava. @param file - where it will lie: the apps are imported from there */
export const testOf = (
  lines: readonly string[],
  { apps, defaultResponse, routing: { maxTexts } }: Config,
  backend: string,
  file: string,
): string => {
  const modules = apps.map((entry, nth) => ({ entry, nth, isModule: /[./\\]/.test(entry) }));
  const imports = modules.flatMap(({ entry, nth, isModule }) =>
    isModule ? [`import app${nth + 1} from ${quoted(pathFrom(file, entry))};`] : [],
  );
  const builtin = modules.some(({ isModule }) => !isModule);
  const names = modules.map(({ entry, nth, isModule }) => (isModule ? `app${nth + 1}` : `builtin.${entry}`));
  const limit = maxTexts === maxTextsInTests ? '' : `, maxTexts: ${maxTexts}`;
  return [
    `import test from ${quoted('ava')};`,
    `import { ${builtin ? 'builtinApps, ' : ''}runScript } from ${quoted('threadless-router/testing')};`,
    ...imports,
    '',
    ...(builtin ? [`const builtin = builtinApps({ defaultResponse: ${quoted(defaultResponse)} });`, ''] : []),
    `// Written by threadless replay --as-test.`,
    `test(${quoted(`a recorded conversation: ${basename(file).replace(/\.test\.[cm]?[jt]s$/, '')}`)}, async (t) => {`,
    `  const transcript = \``,
    ...lines.map((line) => `    ${inTemplate(line)}`),
    '  `;',
    `  await runScript([${names.join(', ')}], transcript, { connection: { backend: ${quoted(backend)} }${limit} });`,
    '  t.pass();',
    '});',
    '',
  ].join('\n');
};

const pathFrom = (file: string, module: string): string => {
  const path = relative(dirname(file), resolve(module)).replaceAll('\\', '/');
  return path.startsWith('.') ? path : `./${path}`;
};

/** A string of JavaScript as people write it. */
const quoted = (text: string): string =>
  `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
