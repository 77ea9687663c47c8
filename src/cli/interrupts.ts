/** As a shell tells it of a program that Ctrl-C ended: 128 + SIGINT. */
export const interrupted = 130;

const sayNothingYet = (): void => {
  process.stderr.write('Stopped: nothing was replayed yet.\n');
  process.exit(interrupted);
};

/** What answers the first interrupt of a replay; the second one ends it at once. */
class Interrupts {
  #answer = sayNothingYet;
  readonly #take = (): void => this.#answer();

  begin(): void {
    process.once('SIGINT', this.#take).once('SIGTERM', this.#take);
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
