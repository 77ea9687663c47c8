import { constants, createContext, Script } from 'node:vm';
import { builtins, everywhere, localised } from './inside/builtins.js';
import { dialect } from './inside/dialect.js';
import { language } from './inside/language.js';
import { patternCheck } from './inside/pattern.js';
import { plain } from './inside/plain.js';

const library = JSON.stringify({ builtins, everywhere, localised });
const prepare = new Script(`
  (${String(language)})(${library}, (${String(patternCheck)})());
  const $inside = { definition: (${String(dialect)})(), lossOf: (${String(plain)})() };
`);

/** A context with the language as the server has it, the words of the dialect, and nothing else. No code is made of text. */
export const freshContext = (): object => {
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
    // Without a queue of its own, promises of the file would run in ours, out of reach of any limit.
    microtaskMode: 'afterEvaluate',
  });
  prepare.runInContext(context);
  return context;
};
