import { constants, createContext, Script } from 'node:vm';
import { busiestLine } from './endless.js';
import { type FaultCode, lineIn, lineOf, ProjectionFault } from './faults.js';
import type { ProjectionFile } from './files.js';
import { type Definition, dialect, nothingElse } from './inside/dialect.js';
import { type Folded, type Folding, folding, type Outcome, type Trouble } from './inside/folding.js';
import { plain } from './inside/plain.js';
import { type Selection, selectionOf } from './selection.js';
import { refuseWriting } from './writing.js';

/** As the server has it: for one event, and for a file's own run. */
export const limitMs = 250;
/** Of one state. */
const maxStateBytes = 8 * 1_024 * 1_024;
/** How many states are kept in memory, and about how many characters of JSON. */
const [maxStates, maxChars] = [10_000, 64_000_000];

/** The states as JSON. */
export interface KeptStates {
  state(partition: string): string | undefined;
  shared(): string | undefined;
}

interface Inside extends Folding {
  readonly definition: Definition;
}

const fold = new Script(`$inside.fold(${maxStates}, ${maxChars})`);
const prepare = new Script(`
  (${String(nothingElse)})();
  const $inside = { definition: (${String(dialect)})(), lossOf: (${String(plain)})() };
`);
const begin = new Script(`
  for (const name of $inside.definition.calls) Reflect.deleteProperty(globalThis, name);
  Object.assign($inside, (${String(folding)})($inside.definition, $inside.lossOf));
`);

const freshContext = (): object => {
  const context = createContext(constants.DONT_CONTEXTIFY, {
    codeGeneration: { strings: false, wasm: false },
    // Without a queue of its own, promises of the file would run in ours, out of reach of any limit.
    microtaskMode: 'afterEvaluate',
  });
  prepare.runInContext(context);
  return context;
};

/**
 * A projection's file in a context of its own, which has the language and the words of the dialect and nothing else; no code
 * is made of text in it. Only text goes in: an object of ours would bring our own functions with it.
 */
export class Sandbox {
  readonly selection: Selection;
  readonly #file: ProjectionFile;
  readonly #context: object;
  readonly #inside: Inside;
  /** It has transformBy or filterBy. */
  readonly makesResults: boolean;
  readonly #sharing: boolean;
  #wantsShared: boolean;

  /** @throws {ProjectionFault} `syntax`, `unsupported`, `definition` */
  constructor(file: ProjectionFile) {
    this.#file = file;
    if (file.taken !== undefined)
      throw this.#fault('definition', `there is a projection ${file.name} already: ${file.taken}`);
    refuseWriting(file);
    this.#context = freshContext();
    this.#runFile();
    this.#inside = begin.runInContext(this.#context) as Inside;
    this.selection = this.#select();
    this.makesResults = this.#inside.definition.transforms.length > 0;
    this.#sharing = this.#inside.definition.handlers?.has('$initShared') === true;
    this.#wantsShared = this.#sharing;
  }

  /**
   * Folds a batch into the states in memory.
   *
   * @param batch - a JSON list of `EventRow`
   * @param kept - brings what is not in memory
   * @returns what changed, as it is to be kept
   * @throws {ProjectionFault} then {@link forget}: a part of the batch is folded already
   */
  fold(batch: string, kept: KeptStates): Extract<Folded, { changed: unknown }> {
    this.#inside.put(batch);
    if (this.#wantsShared) this.#inside.giveShared(kept.shared());
    this.#wantsShared = false;
    let folded = this.#fold();
    if ('missing' in folded) {
      for (const partition of folded.missing) this.#inside.give(partition, kept.state(partition));
      folded = this.#fold();
    }
    if ('missing' in folded) throw new Error('A state is missing that was brought.');
    for (const { partition, state } of folded.changed)
      this.#checkSize(`the state of ${partition || 'it all'}`, state);
    this.#checkSize('the shared state', folded.shared ?? '');
    return folded;
  }

  forget(): void {
    this.#wantsShared = this.#sharing;
    this.#inside.forget();
  }

  /**
   * Runs `again`, in a context that nothing has run in, what was too slow, to see where.
   *
   * @returns the fault with its line; undefined when it was quick enough this time: then the machine was busy elsewhere
   */
  whereSlow(again: (fresh: Sandbox) => void): ProjectionFault | undefined {
    return this.#whereSlow(() => again(new Sandbox(this.#file)));
  }

  #whereSlow(again: () => void): ProjectionFault | undefined {
    let fault: ProjectionFault | undefined;
    const line = busiestLine(this.#file.file, () => {
      try {
        again();
      } catch (error) {
        if (!(error instanceof ProjectionFault)) throw error;
        fault = error;
      }
    });
    return fault?.code === 'too-slow' ? this.#fault('too-slow', fault.what, line) : fault;
  }

  #runFile(): void {
    const { file, source } = this.#file;
    let script: Script | undefined;
    try {
      script = new Script(source, { filename: file });
      this.#timed(script);
    } catch (error) {
      const again = script;
      if (error instanceof ProjectionFault && again !== undefined)
        throw this.#whereSlow(() => this.#timed(again, freshContext())) ?? error;
      const { name, message, stack = '' } = Object(error) as Error;
      const code = script === undefined ? 'syntax' : name === 'NotSupported' ? 'unsupported' : 'definition';
      throw this.#fault(code, `${message ?? error}`, lineIn(stack, file));
    }
  }

  #select(): Selection {
    const { source, handlers } = this.#inside.definition;
    if (source === undefined)
      throw this.#fault(
        'definition',
        'it reads from nothing: fromAll, fromStream, fromStreams or fromCategory',
      );
    if (handlers === undefined) throw this.#fault('definition', 'it has no handlers: when({ … })');
    return selectionOf(source, [...handlers.keys()]);
  }

  #fold(): Folded {
    const outcome = this.#timed(fold) as Outcome<Folded>;
    if ('value' in outcome) return outcome.value;
    throw this.#faultOf(outcome.trouble);
  }

  #timed(script: Script, context = this.#context): unknown {
    try {
      return script.runInContext(context, { timeout: limitMs });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw this.#fault('too-slow', `it takes longer than ${limitMs} ms`);
    }
  }

  #faultOf({ name, message, stack, within }: Trouble): ProjectionFault {
    const { file, source } = this.#file;
    if (name === 'NotJson') return this.#fault('not-json', message, lineOf(within, source));
    if (name === 'NotSupported') return this.#fault('unsupported', message, lineIn(stack, file));
    return this.#fault('threw', message, lineIn(stack, file) ?? lineOf(within, source));
  }

  #checkSize(of: string, state: string): void {
    if (state.length * 3 <= maxStateBytes || Buffer.byteLength(state) <= maxStateBytes) return;
    const size = (Buffer.byteLength(state) / 1_048_576).toFixed(1);
    throw this.#fault('too-big', `${of} has ${size} MiB, at most 8 MiB are possible`);
  }

  #fault(code: FaultCode, what: string, line?: number): ProjectionFault {
    const { file } = this.#file;
    return new ProjectionFault(code, { file, ...(line === undefined ? {} : { line }) }, what);
  }
}

/** Lets a file describe itself. @returns what hinders it */
export const faultIn = (file: ProjectionFile): ProjectionFault | undefined => {
  try {
    new Sandbox(file);
    return undefined;
  } catch (error) {
    if (error instanceof ProjectionFault) return error;
    throw error;
  }
};
