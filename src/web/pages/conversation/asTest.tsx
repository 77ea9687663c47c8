// `…/test/`: a conversation as a test that passes today.
import type { Connection } from '../../../domain/connection.js';
import type { Ask } from '../asking.js';
import { PageError } from '../pageError.js';
import type { Answer } from '../route.js';

/** A test as `threadless replay --as-test` writes it. */
export interface WrittenTest {
  readonly source: string;
  /** What whoever keeps it should know. */
  readonly said: string;
}

/** Undefined: this router cannot write any. @throws an error with a sentence, when there is nothing to write */
export type WriteTest = ((connection: Connection) => Promise<WrittenTest>) | undefined;

export const asTest = async (write: WriteTest, connection: Connection, ask: Ask): Promise<Answer> => {
  if (write === undefined)
    throw new PageError(
      409,
      'This router cannot write a test, since its events are in memory only, or it is part of another program.',
    );
  const { source, said } = await write(connection).catch((error: Error) => {
    throw new PageError(409, error.message);
  });
  if (ask.query.has('download'))
    return {
      kind: 'file',
      name: 'conversation.test.mjs',
      type: 'text/javascript; charset=utf-8',
      content: source,
    };
  const path = ask.pathOf(connection);
  return {
    kind: 'page',
    title: 'Test',
    body: (
      <>
        <header>
          <p class="xs">
            <a href={path}>The conversation</a>
          </p>
          <h1>A test of it</h1>
          <p class="lede">It passes with the apps of today. Numbers and names are made up.</p>
          {said.split('\n').map((line) => (
            <p key={line} class="xs soft">
              {line}
            </p>
          ))}
        </header>
        <section aria-label="Test for ava">
          <pre>{source}</pre>
        </section>
        <p class="row">
          <a class="btn" href={`${path}test/?download=yes`}>
            Download the test
          </a>
        </p>
      </>
    ),
  };
};
