import type { RunningStatus, StatesFile } from '../statesFile.js';
import { type Projections, type ProjectionsNeeds, runProjections } from './projections.js';

/** In the router's own process, for a store that no other can open: their states end with it, as the events do. */
export class ProjectionsHere implements Projections {
  #end: Promise<() => Promise<void>> | undefined;
  #statuses: readonly RunningStatus[] = [];
  #toldAt = Number.NEGATIVE_INFINITY;
  #states: StatesFile | undefined;

  constructor(private readonly needs: Omit<ProjectionsNeeds, 'statesPath' | 'tell' | 'onOpen'>) {}

  start(): void {
    const tell = (statuses: readonly RunningStatus[]) => {
      this.#statuses = statuses;
      this.#toldAt = this.needs.clock.steady();
    };
    const onOpen = (states: StatesFile) => {
      this.#states = states;
    };
    this.#end ??= runProjections({ ...this.needs, statesPath: ':memory:', tell, onOpen });
    this.#end.catch((error) => this.needs.log.error({ err: error }, 'the projections do not run'));
  }

  async stop(): Promise<void> {
    const end = await this.#end?.catch(() => undefined);
    this.#states = undefined;
    await end?.();
  }

  /** Undefined while it is not running. */
  get states(): StatesFile | undefined {
    return this.#states;
  }

  statuses(): readonly RunningStatus[] {
    return this.#statuses;
  }

  get silentMs(): number {
    return this.needs.clock.steady() - this.#toldAt;
  }
}
