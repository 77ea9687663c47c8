import { createContext, constants, Script } from 'node:vm';
import { busiestLine } from './endless.js';
import { type FaultCode, lineIn, lineOf, ProjectionFault } from './faults.js';
import type { ProjectionFile } from './files.js';
import { type Definition, dialect, nothingElse } from './inside/dialect.js';
import { type Changed, type Folding, folding, type Outcome, type Trouble } from './inside/folding.js';
import { plain } from './inside/plain.js';
import { refuseWriting } from './writing.js';
import { type Selection, selectionOf } from './selection.js';

/** As the server has it: for one event, and for a file's own run. */
export const limitMs = 250;
/** Of one state. */
const maxStateBytes = 8 * 1_024 * 1_024;
/** How many states are kept in memory, and about how many characters of JSON. */
const [maxStates, maxChars] = [10_000, 64_000_000];

interface Inside extends Folding {
  readonly definition: Definition;
}

/** Steps that run the file's own functions, and so under a limit of time. */
const steps = {
  missing: new Script('$inside.missing()'),
  fold: new Script('$inside.fold()'),
  changed: new Script(`$inside.changed(${maxStates}, ${maxChars})`),
};

const prepare = new Script(`
  (${nothingElse})();
  const $inside = { definition: (${dialect})(), lossOf: (${plain})() };
`);
const begin = new Script(`
  for (const name of $inside.definition.calls) Reflect.deleteProperty(globalThis, name);
  Object.assign($inside, (${folding})($inside.definition, $inside.lossOf));
`);

/**
 * A projection's file in a context of its own, which has the language and the words of the dialect and nothing else; no code
 * is made of text in it. Only text goes in: an object of ours would bring our own functions with it.
 */
export class Sandbox {
  readonly selection: Selection;
  readonly #file: ProjectionFile;
  readonly #context: object;
  readonly #inside: Inside;
  readonly #sharing: boolean;
  #wantsShared: boolean;

  /** @throws {ProjectionFault} `syntax`, `unsupported`, `definition` */
  constructor(file: ProjectionFile) {
    this.#file = file;
    if (file.taken !== undefined)
      throw this.#fault('definition', `there is a projection ${file.name} already: ${file.taken}`);
    refuseWriting(file);
    // Without a queue of its own, promises of the file would run in ours, out of reach of any limit.
    this.#context = createContext(constants.DONT_CONTEXTIFY, {
      codeGeneration: { strings: false, wasm: false },
      microtaskMode: 'afterEvaluate',
    });
    prepare.runInContext(this.#context);
    this.#runFile();
    this.#inside = begin.runInContext(this.#context) as Inside;
    this.selection = this.#select();
    this.#sharing = this.#inside.definition.handlers?.has('$initShared') === true;
    this.#wantsShared = this.#sharing;
  }

  /**
   * Takes a batch in and finds its partitions.
   *
   * @param batch - a JSON list of `EventRow`
   * @returns the partitions whose states {@link give} has to bring before {@link fold}
   * @throws {ProjectionFault} as all that follow; what was folded and not yet taken out is then to be forgotten
   */
  missing(batch: string): readonly string[] {
    this.#inside.put(batch);
    return [...this.#step<readonly string[]>('missing')];
  }

  give(partition: string, state: string | undefined): void {
    this.#inside.give(partition, state);
  }

  /** True until {@link giveShared}: for `$initShared`. */
  get wantsShared(): boolean {
    return this.#wantsShared;
  }

  giveShared(state: string | undefined): void {
    this.#wantsShared = false;
    this.#inside.giveShared(state);
  }

  fold(): void {
    this.#step('fold');
  }

  /** The states that changed since the last time, as they are to be kept. */
  changed(): readonly Changed[] {
    const changed = [...this.#step<readonly Changed[]>('changed')];
    for (const { partition, state } of changed) this.#checkSize(`the state of ${partition || 'it all'}`, state);
    return changed;
  }

  shared(): string | undefined {
    const shared = this.#valueOf(this.#inside.shared());
    if (shared !== undefined) this.#checkSize('the shared state', shared);
    return shared;
  }

  forget(): void {
    this.#wantsShared = this.#sharing;
    this.#inside.forget();
  }

  /**
   * Runs `again` what was too slow, to see where.
   *
   * @returns the fault with its line; undefined when it was quick enough this time: then the machine was busy elsewhere
   */
  whereSlow(again: () => void): ProjectionFault | undefined {
    let slow: ProjectionFault | undefined;
    const line = busiestLine(this.#file.file, () => {
      try {
        again();
      } catch (error) {
        if (!(error instanceof ProjectionFault)) throw error;
        slow = error;
      }
    });
    return slow?.code === 'too-slow' ? this.#fault('too-slow', slow.what, line) : slow;
  }

  #runFile(): void {
    const { file, source } = this.#file;
    let script: Script | undefined;
    try {
      script = new Script(source, { filename: file });
      this.#timed(script);
    } catch (error) {
      if (error instanceof ProjectionFault) throw this.whereSlow(() => this.#runFile()) ?? error;
      const { name, message, stack = '' } = Object(error) as Error;
      const code = script === undefined ? 'syntax' : name === 'NotSupported' ? 'unsupported' : 'definition';
      throw this.#fault(code, `${message ?? error}`, lineIn(stack, file));
    }
  }

  #select(): Selection {
    const { source, handlers } = this.#inside.definition;
    if (source === undefined)
      throw this.#fault('definition', 'it reads from nothing: fromAll, fromStream, fromStreams or fromCategory');
    if (handlers === undefined) throw this.#fault('definition', 'it has no handlers: when({ … })');
    return selectionOf(source, [...handlers.keys()]);
  }

  #step<Value>(step: keyof typeof steps): Value {
    return this.#valueOf(this.#timed(steps[step]) as Outcome<Value>);
  }

  #timed(script: Script): unknown {
    try {
      return script.runInContext(this.#context, { timeout: limitMs });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw this.#fault('too-slow', `it takes longer than ${limitMs} ms`);
    }
  }

  #valueOf<Value>(outcome: Outcome<Value>): Value {
    if ('value' in outcome) return outcome.value;
    throw this.#faultOf(outcome.trouble);
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
