import { Script } from 'node:vm';
import { faultsInText } from './check/text.js';
import { freshContext } from './context.js';
import { type FaultCode, lineOf, ProjectionFault, placeIn } from './faults.js';
import type { ProjectionFile } from './files.js';
import type { Definition } from './inside/dialect.js';
import { type Folded, type Folding, folding, type Outcome, type Trouble } from './inside/folding.js';
import { type Selection, selectionOf } from './selection.js';
import { limitMs, whereSlow } from './slow.js';

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
const begin = new Script(`
  for (const name of $inside.definition.calls) Reflect.deleteProperty(globalThis, name);
  Object.assign($inside, (${String(folding)})($inside.definition, $inside.lossOf));
`);

/** A projection's file in a context of its own. Only text goes in: an object of ours would bring our own functions with it. */
export class Sandbox {
  readonly selection: Selection;
  readonly #file: ProjectionFile;
  readonly #wallMs: number;
  #context: object;
  readonly #inside: Inside;
  /** It has transformBy or filterBy. */
  readonly makesResults: boolean;
  readonly #sharing: boolean;
  #wantsShared: boolean;

  /**
   * @param wallMs - how long one call of the file's functions may take
   * @throws {ProjectionFault} `syntax`, `unsupported`, `definition`, `too-slow`
   */
  constructor(file: ProjectionFile, wallMs = limitMs) {
    this.#file = file;
    this.#wallMs = wallMs;
    if (file.taken !== undefined)
      throw this.#fault('definition', `there is a projection ${file.name} already: ${file.taken}`);
    if (file.unreadable !== undefined) throw this.#fault('syntax', `it cannot be read: ${file.unreadable}`);
    if (file.indexFault !== undefined) throw this.#fault('definition', file.indexFault);
    const [fault] = faultsInText(file);
    if (fault !== undefined) throw fault;
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

  /** As {@link whereSlow}: `again` runs what was too slow in contexts that nothing has run in. */
  whereSlow(again: (fresh: Sandbox) => void): ProjectionFault | undefined {
    return whereSlow(this.#file.file, (wallMs) => again(new Sandbox(this.#file, wallMs)));
  }

  #runFile(): void {
    const { file, source } = this.#file;
    const script = this.#compile(source, file);
    try {
      this.#runScript(script, this.#wallMs);
    } catch (error) {
      if (!(error instanceof ProjectionFault && error.code === 'too-slow')) throw error;
      const fault = whereSlow(this.#file.file, (wallMs) => {
        this.#context = freshContext();
        this.#runScript(script, wallMs);
      });
      if (fault !== undefined) throw fault;
    }
  }

  #compile(source: string, file: string): Script {
    try {
      return new Script(source, { filename: file });
    } catch (error) {
      const { message, stack = '' } = error as Error;
      throw new ProjectionFault('syntax', placeIn(stack, file), message);
    }
  }

  #runScript(script: Script, wallMs: number): void {
    try {
      this.#timed(script, wallMs);
    } catch (error) {
      if (error instanceof ProjectionFault) throw error;
      const { name, message, stack = '' } = Object(error) as Error;
      const code = name === 'NotSupported' ? 'unsupported' : 'definition';
      throw new ProjectionFault(code, placeIn(stack, this.#file.file), `${message ?? error}`);
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
    const outcome = this.#timed(fold, this.#wallMs) as Outcome<Folded>;
    if ('value' in outcome) return outcome.value;
    throw this.#faultOf(outcome.trouble);
  }

  #timed(script: Script, wallMs: number): unknown {
    try {
      return script.runInContext(this.#context, { timeout: wallMs });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
      throw this.#fault('too-slow', `it takes longer than ${limitMs} ms`);
    }
  }

  #faultOf({ name, message, stack, within }: Trouble): ProjectionFault {
    const { file, source } = this.#file;
    if (name === 'NotJson') return this.#fault('not-json', message, lineOf(within, source));
    const place = placeIn(stack, file);
    if (place.line === undefined) return this.#fault('threw', message, lineOf(within, source));
    return new ProjectionFault('threw', place, message);
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
