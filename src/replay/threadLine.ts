import type { ToldEvent } from './groups.js';
import type { FromThread, ToThread } from './protocol.js';

/** How a thread talks with who runs it: one piece of work after the other, and questions in between. */
export class Line {
  readonly #questions = new Map<number, (answer: Extract<ToThread, { kind: 'conversation' }>) => void>();
  #asked = 0;
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly post: (message: FromThread) => void) {}

  /** Work that begins when all before it is done. */
  enqueue(work: () => Promise<unknown>): void {
    this.#last = this.#last.then(work).catch((error: Error) => this.post({ kind: 'fault', error }));
  }

  answered(answer: Extract<ToThread, { kind: 'conversation' }>): void {
    this.#questions.get(answer.nth)?.(answer);
    this.#questions.delete(answer.nth);
  }

  /** Another conversation, in pieces. @param alive - called when a piece has come */
  async *read(stream: string, alive: () => void): AsyncGenerator<readonly ToldEvent[], void, undefined> {
    for (let from: number | undefined = 0; from !== undefined; ) {
      const { events, next }: Extract<ToThread, { kind: 'conversation' }> = await this.#ask(stream, from);
      alive();
      yield JSON.parse(events) as ToldEvent[];
      from = next;
    }
  }

  #ask(stream: string, from: number): Promise<Extract<ToThread, { kind: 'conversation' }>> {
    this.#asked += 1;
    const nth = this.#asked;
    return new Promise((resolve) => {
      this.#questions.set(nth, resolve);
      this.post({ kind: 'wants', nth, stream, from });
    });
  }
}
