/** How often progress is told: a terminal's line is written over, a log gets a new one each time. */
const terminalMs = 200;
const logMs = 10_000;

interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Progress on standard error, for a person or for a log. */
export class TransferProgress {
  readonly #out: Output;
  readonly #now: () => number;
  #startedMs: number;
  #toldMs: number;
  #open = false;

  constructor(out: Output = process.stderr, now: () => number = Date.now) {
    this.#out = out;
    this.#now = now;
    this.#startedMs = now();
    this.#toldMs = this.#startedMs;
  }

  /** From here on the seconds count anew: something else is done now. */
  begin(): void {
    this.#startedMs = this.#now();
  }

  /** @param line - asked for only when it is told */
  tell(line: (seconds: number) => string): void {
    const now = this.#now();
    if (now - this.#toldMs < (this.#out.isTTY ? terminalMs : logMs)) return;
    this.#toldMs = now;
    const text = line((now - this.#startedMs) / 1_000);
    if (this.#out.isTTY) this.#out.write(`\r\x1b[K${text.slice(0, (this.#out.columns ?? 80) - 1)}`);
    else this.#out.write(`${text}\n`);
    this.#open = this.#out.isTTY === true;
  }

  /** The last word, on a line of its own. */
  end(text: string): void {
    this.clear();
    this.#out.write(`${text}\n`);
  }

  /** Takes away the line that is written over, before something else is said. */
  clear(): void {
    if (this.#open) this.#out.write('\r\x1b[K');
    this.#open = false;
  }
}

export const counted = (events: number): string =>
  `${events.toLocaleString('en')} event${events === 1 ? '' : 's'}`;

export const rate = (events: number, seconds: number): string =>
  `${Math.round(events / Math.max(seconds, 0.001)).toLocaleString('en')}/s`;
