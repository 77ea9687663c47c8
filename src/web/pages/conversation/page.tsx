import type { JSX } from 'preact';
import type { Explanation } from '../../../explain/explanation.js';
import { pathPart } from '../../api/paths.js';
import { useAsk } from '../asking.js';
import { Form, Icon, Identity, Note, Time } from '../parts.js';
import { Talk } from '../story/talk.js';
import { StateAt } from './stateAt.js';

export interface ConversationProps {
  /** What is shown of what was said. */
  readonly story: Explanation;
  /** Up to the event at {@link ConversationProps.revision}; undefined: in a long conversation only when it is asked for. */
  readonly then: Explanation | undefined;
  readonly revision: number;
  /** How many of the last messages; undefined: one alone. */
  readonly count: number | undefined;
  /** Shown whole, once. */
  readonly number: string | undefined;
  readonly canSend: boolean;
  readonly isPlayed: boolean;
}

export const ConversationPage = (props: ConversationProps): JSX.Element => {
  const { story, then, revision, count } = props;
  const path = useAsk().pathOf(story.connection);
  return (
    <>
      <Head {...props} path={path} />
      <div class="two-up beside">
        <section aria-labelledby="talk">
          <h2 id="talk" class="vh">
            Messages, oldest first
          </h2>
          <Earlier story={story} count={count} path={path} />
          <Talk explanation={story} />
          <Send {...props} path={path} />
        </section>
        <StateAt story={story} then={then} revision={revision} path={path} />
      </div>
    </>
  );
};

type Within = ConversationProps & { readonly path: string };

const Head = ({ story, then, number, isPlayed, path }: Within): JSX.Element => {
  const { formats, visitor } = useAsk();
  const { connection, firstAt, lastAt } = story;
  const state = then?.state;
  const name = state?.contact.name;
  return (
    <header>
      <p class="xs">
        <a href="/messages/">Messages</a> / {connection.backend}
      </p>
      <h1>
        {number === undefined ? <Identity of={connection.identity} /> : <bdi class="nb">{number}</bdi>}{' '}
        {typeof name === 'string' ? (
          <span class="soft" dir="auto">
            {name}
          </span>
        ) : undefined}
      </h1>
      <dl class="facts">
        <Fact title="Backend">{connection.backend}</Fact>
        <Fact title="First heard of">
          <Time at={firstAt} />
        </Fact>
        <Fact title="Last">
          <Time at={lastAt} />
        </Fact>
        {state === undefined ? undefined : (
          <Fact title="In, out">
            {formats.number(state.received)}, {formats.number(state.sent)}
          </Fact>
        )}
        {visitor.seesNumbers || number !== undefined ? undefined : (
          <Fact title="Number">
            <Form action={`${path}number/`}>
              <button type="submit" class="small" title="Recorded in the audit, with your name">
                Show all of it
              </button>
            </Form>
          </Fact>
        )}
      </dl>
      <p class="xs row">
        <a href="#say">Send a text</a> <a href="#at">State at a time</a>{' '}
        <a href={`${path}test/`}>Make a test of it</a>
        {isPlayed && visitor.seesNumbers ? (
          <a href={`/httptester/${pathPart(connection.backend)}/${pathPart(connection.identity)}/`}>
            Write as this phone
          </a>
        ) : undefined}
      </p>
    </header>
  );
};

const Fact = ({
  title,
  children,
}: {
  readonly title: string;
  readonly children: JSX.Element | string | (JSX.Element | string)[];
}) => (
  <div>
    <dt>{title}</dt>
    <dd>{children}</dd>
  </div>
);

const Earlier = ({ story, count, path }: Pick<Within, 'story' | 'count' | 'path'>): JSX.Element => {
  const { formats } = useAsk();
  return (
    <>
      {story.missing === 0 ? undefined : (
        <Note>
          {formats.number(story.missing)} events before these were cut away: what they told is not known.
        </Note>
      )}
      {story.note === undefined ? undefined : <Note>{story.note}</Note>}
      {count === undefined ? (
        <p class="xs">
          One message and what came of it. <a href={path}>The whole conversation</a>
        </p>
      ) : story.hasEarlier ? (
        <p class="xs">
          <a href={`${path}?count=${count * 2}`}>Earlier messages</a>
        </p>
      ) : undefined}
    </>
  );
};

const Send = ({ story, number, canSend, isPlayed, path }: Within): JSX.Element => {
  const { connection } = story;
  if (!canSend)
    return (
      <Note>
        No text can be sent from here: the backend {connection.backend} is not in the configuration any more.
      </Note>
    );
  return (
    <section id="say" aria-labelledby="say-h">
      <h2 id="say-h">
        Send a text to {number === undefined ? <Identity of={connection.identity} /> : <bdi>{number}</bdi>}
      </h2>
      <Form action={`${path}text/`}>
        <p>
          <label for="text">Text</label>
          <textarea id="text" name="text" dir="auto" required />
        </p>
        <div class="row">
          <button type="submit" class="do">
            <Icon name="out" /> Send to the phone
          </button>
          <span class="xs soft">
            {isPlayed ? 'This phone is played. ' : 'It goes to a real phone. '}It is recorded with your name.
          </span>
        </div>
      </Form>
    </section>
  );
};
