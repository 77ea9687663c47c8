import type * as messages from '@eventstore/db-client/generated/projections_pb.js';
import projections from '@eventstore/db-client/generated/projections_pb.js';
import { evaluate, parse } from './evaluate.js';
import type { LoggedEvent } from './log.js';
import { projectionRefusals } from './projectionRefusals.js';

/** An answer that never comes. */
export const silence = new Promise<never>(() => undefined);

/** One projection of the stand-in. It is evaluated when it is asked for: always from the beginning, always current. */
export class Projection {
  isRunning = true;
  /** Grows with every change. */
  version = 0;
  /** The version of the last reset. */
  epoch = -1;
  /** How to answer an operation on it that is being written. */
  #refuse: (() => void) | undefined;
  /** Two operations met: it answers nothing any more, until all projections are restarted. */
  isStuck = false;
  /** Its first source could not be compiled: the server has no figures of it. */
  isUntold: boolean;

  constructor(
    readonly name: string,
    public query: string,
    public emitEnabled: boolean,
    /** That an earlier one of this name wrote, and that is there still. */
    private readonly foreign: () => string | undefined,
  ) {
    this.isUntold = this.compileError !== undefined;
  }

  /** An operation is being written for so long. Of two that meet, the first is refused and the second never answered. */
  async write(ms: number): Promise<void> {
    if (this.isStuck) await silence;
    if (this.#refuse !== undefined) {
      this.isStuck = true;
      this.#refuse();
      await silence;
    }
    await new Promise<void>((resolve, reject) => {
      this.#refuse = () => reject(projectionRefusals.received('OperationFailed'));
      setTimeout(resolve, ms);
    }).finally(() => {
      this.#refuse = undefined;
    });
    this.version += 1;
  }

  update(query: string): void {
    this.query = query;
    this.isUntold &&= this.compileError !== undefined;
  }

  get compileError(): string | undefined {
    try {
      parse(this.query);
      return undefined;
    } catch (error) {
      return `Line 1: ${(error as Error).message}`;
    }
  }

  details(events: readonly LoggedEvent[], onlySystem: boolean): messages.StatisticsResp.Details {
    const { status, reason = '', progress } = this.#told(events, onlySystem);
    return new projections.StatisticsResp.Details()
      .setName(this.name)
      .setEffectivename(this.name)
      .setMode('Continuous')
      .setStatus(status)
      .setStatereason(reason)
      .setProgress(progress)
      .setVersion(String(this.version))
      .setEpoch(String(this.epoch))
      .setCoreprocessingtime('0')
      .setEventsprocessedafterrestart('0')
      .setBufferedevents('0');
  }

  #told(
    events: readonly LoggedEvent[],
    onlySystem: boolean,
  ): { readonly status: string; readonly reason?: string; readonly progress: number } {
    if (this.isStuck) return { status: 'Prepared/Initial', progress: -1 };
    const enabled = this.isRunning ? ' (Enabled)' : '';
    const reason = this.compileError ?? this.#conflict() ?? this.#failure(events);
    if (reason !== undefined) return { status: `Faulted${enabled}`, reason, progress: 0 };
    if (onlySystem) return { status: `Stopped${enabled}`, progress: -1 };
    return { status: this.isRunning ? 'Running' : 'Stopped', progress: 100 };
  }

  #conflict(): string | undefined {
    const stream = this.foreign();
    return stream === undefined
      ? undefined
      : `Multiple projections emitting to the same stream detected.  Stream: '${stream}'. Last event projection: '1'.  Emitting projection: '2'`;
  }

  #failure(events: readonly LoggedEvent[]): string | undefined {
    try {
      evaluate(this.query, events);
      return undefined;
    } catch (error) {
      const lines = ['', 'Handler: JintProjectionStateHandler', '', 'Message:', '', (error as Error).message];
      return `The ${this.name} projection failed to process an event.${lines.join('\r\n')}`;
    }
  }
}
