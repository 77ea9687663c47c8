import type { Handover } from './handover.js';

/** What a lane has taken up and not ended. While it is full nothing more is read: it holds back nobody but itself. */
export class Window {
  readonly #handovers = new Set<Handover>();
  #wake: (() => void) | undefined;

  constructor(
    private readonly limit: number,
    private readonly stopping: AbortSignal,
  ) {
    stopping.addEventListener('abort', () => this.#wake?.(), { once: true });
  }

  get all(): readonly Handover[] {
    return [...this.#handovers];
  }

  add(handover: Handover): void {
    this.#handovers.add(handover);
  }

  delete(handover: Handover): void {
    this.#handovers.delete(handover);
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Resolves when there is room, or the lane stops. */
  async room(): Promise<void> {
    while (this.#handovers.size >= this.limit && !this.stopping.aborted) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
