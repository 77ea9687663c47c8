import type { JSX } from 'preact';
import type { Message } from '../../../audit/messages.js';
import type { Explanation } from '../../../explain/explanation.js';
import { pathPart } from '../../api/paths.js';
import { useAsk } from '../asking.js';
import { Mark } from '../marks.js';
import { Behind, Blank, Form, Icon, Note, Said, Time } from '../parts.js';
import { Cell, Register, Row } from '../register.js';
import { Talk } from '../story/talk.js';

export interface Phone {
  readonly number: string;
  /** Undefined: nothing was said yet. */
  readonly explanation: Explanation | undefined;
}

export interface Log {
  /** The newest first. */
  readonly messages: readonly Message[];
  /** How far behind the events, in words. */
  readonly behind: string;
}

interface TesterProps {
  readonly tester: string;
  readonly testers: readonly string[];
  readonly phones: readonly Phone[];
  readonly log: Log;
  /** Of this page, with its phones. */
  readonly path: string;
}

export const TesterPage = ({ tester, testers, phones, log, path }: TesterProps): JSX.Element => (
  <>
    <header>
      <h1>Message tester</h1>
      <p>
        Write as a phone would, see the answer and why. Nothing here reaches a real phone. Messages are
        ordinary events of <code>{tester}</code>.
      </p>
      {testers.length < 2 ? undefined : <Testers tester={tester} testers={testers} />}
    </header>
    <div class="two-up">
      {phones.map((phone, index) => (
        <PhoneColumn
          key={phone.number}
          phone={phone}
          index={index}
          path={path}
          isAlone={phones.length === 1}
        />
      ))}
    </div>
    <Form action={actionOf(path, 'phones/')} class="row">
      <button type="submit" name="add" value="yes">
        Another phone
      </button>
    </Form>
    <FromFile path={path} number={phones[0]?.number ?? ''} />
    <LogOf tester={tester} log={log} />
  </>
);

/** Below the path, with the same phones beside. */
const actionOf = (path: string, below: string): string => path.replace(/(?=\?|$)/, below);

const Testers = ({ tester, testers }: Pick<TesterProps, 'tester' | 'testers'>) => (
  <nav aria-label="Testers">
    <p class="row">
      {testers.map((name) => (
        <a
          key={name}
          class="chip"
          href={`/httptester/${pathPart(name)}/`}
          aria-current={name === tester ? 'page' : undefined}
        >
          {name}
        </a>
      ))}
    </p>
  </nav>
);

const PhoneColumn = ({
  phone: { number, explanation },
  index,
  path,
  isAlone,
}: {
  readonly phone: Phone;
  readonly index: number;
  readonly path: string;
  readonly isAlone: boolean;
}) => (
  <section class="phone" aria-labelledby={`phone-${index}`}>
    <div class="row">
      <h2 id={`phone-${index}`}>
        <Icon name="phone" /> <bdi class="nb">{number}</bdi>
      </h2>
      <Form action={actionOf(path, 'phones/')} class="push">
        <p class="row">
          <button
            type="submit"
            class="small"
            name="renew"
            value={number}
            title="A new random number. Nothing is deleted."
          >
            New number
          </button>
          {isAlone ? undefined : (
            <button type="submit" class="small" name="close" value={number}>
              Put away
            </button>
          )}
        </p>
      </Form>
    </div>
    {explanation === undefined ? (
      <Blank title="Nothing yet">
        <p>Write a text below: what comes back stands here.</p>
      </Blank>
    ) : (
      <Talk explanation={explanation} />
    )}
    {explanation === undefined ? undefined : <Links explanation={explanation} />}
    <Write number={number} index={index} path={path} />
  </section>
);

const Links = ({ explanation }: { readonly explanation: Explanation }) => {
  const path = useAsk().pathOf(explanation.connection);
  return (
    <p class="xs row">
      <a href={path}>The conversation</a> <a href={`${path}test/`}>Make a test of this</a>
    </p>
  );
};

const Write = ({
  number,
  index,
  path,
}: {
  readonly number: string;
  readonly index: number;
  readonly path: string;
}) => (
  <Form action={path} id={`write-${index}`} within>
    <input type="hidden" name="identity" value={number} />
    <div class="row end">
      <p class="grow">
        <label for={`text-${index}`}>Text from this phone</label>
        <input id={`text-${index}`} name="text" dir="auto" autocomplete="off" autofocus={index === 0} />
      </p>
      <button type="submit" class="do">
        Send
      </button>
    </div>
    <p>
      <label for={`play-${index}`}>What becomes of answers to it</label>
      <Plays id={`play-${index}`} />
    </p>
  </Form>
);

const Plays = ({ id }: { readonly id: string }) => (
  <select id={id} name="play">
    <option value="">as configured</option>
    <option value="delivered">delivered</option>
    <option value="failed">failed (absent subscriber)</option>
    <option value="delayed">delivered after a while</option>
    <option value="away">gateway away at first</option>
    <option value="none">no report</option>
  </select>
);

const FromFile = ({ path, number }: { readonly path: string; readonly number: string }) => (
  <section aria-labelledby="file-h">
    <h2 id="file-h">Many messages from a file</h2>
    <Form action={actionOf(path, 'file/')} class="row end" encType="multipart/form-data">
      <p class="grow">
        <label for="file">
          One message a line, or <code>number,text</code>
        </label>
        <input id="file" name="file" type="file" accept=".txt,.csv,text/plain,text/csv" required />
      </p>
      <p class="grow">
        <label for="file-identity">Number for lines without one</label>
        <input id="file-identity" name="identity" inputMode="tel" value={number} />
      </p>
      <button type="submit">
        <Icon name="file" /> Send all lines
      </button>
    </Form>
  </section>
);

const LogOf = ({ tester, log: { messages, behind } }: { readonly tester: string; readonly log: Log }) => {
  const { pathOf } = useAsk();
  return (
    <section aria-labelledby="log-h">
      <h2 id="log-h">Log, both ways</h2>
      <Behind said={behind} />
      {messages.length === 0 ? (
        <Note>No message of {tester} yet.</Note>
      ) : (
        <Register
          caption={`Log of ${tester}, newest first`}
          columns={[
            { title: 'When', class: 'when' },
            { title: 'Who', class: 'who' },
            { title: 'Text' },
            { title: 'Status', class: 'st' },
          ]}
        >
          {messages.map((message) => (
            <Row key={message.messageId}>
              <Cell class="when">
                <Time at={message.at} as="exactTime" />
              </Cell>
              <Cell class="who">
                <Icon name={message.direction} />
                <span class="vh">{message.direction === 'in' ? 'from' : 'to'}</span>{' '}
                <a href={pathOf(message)}>
                  <bdi class="nb">{message.identity}</bdi>
                </a>
              </Cell>
              <Cell class="text">
                <Said text={message.text ?? ''} />
              </Cell>
              <Cell class="st">
                <Mark direction={message.direction} status={message.status} />
              </Cell>
            </Row>
          ))}
        </Register>
      )}
    </section>
  );
};
