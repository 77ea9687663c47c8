/** As a shell tells it of a program that Ctrl-C ended: 128 + SIGINT. */
export const interrupted = 130;

const sayNothingYet = (): void => {
  process.stderr.write('Stopped: nothing was replayed yet.\n');
  process.exit(interrupted);
};

/** One Ctrl-C may come twice: from the terminal, and again from npm or a shell that hands it on. */
const sameMs = 1_000;

/** What answers the first interrupt of a replay; a second one ends it at once. */
class Interrupts {
  #answer = sayNothingYet;
  #since: number | undefined;
  readonly #take = (): void => {
    const now = performance.now();
    if (this.#since !== undefined && now - this.#since > sameMs) process.exit(interrupted);
    if (this.#since !== undefined) return;
    this.#since = now;
    this.#answer();
  };

  begin(): void {
    process.on('SIGINT', this.#take).on('SIGTERM', this.#take);
  }

  /** From here on someone else answers. One that has come and was not answered yet is this one's: nobody stops listening meanwhile. */
  handOver(answer: () => void): void {
    this.#answer = answer;
  }

  end(): void {
    process.off('SIGINT', this.#take).off('SIGTERM', this.#take);
  }
}

export const interrupts = new Interrupts();
