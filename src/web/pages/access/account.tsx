// `/account/`: one's own password and logins.
import type { Session, User } from '../../../access/user.js';
import type { Ask } from '../asking.js';
import type { Form as Sent } from '../form.js';
import { Form, Note, Time } from '../parts.js';
import { Cell, Register, Row } from '../register.js';
import type { Answer, PageRoute } from '../route.js';
import { type AccessPagesNeeds, leftText, orSaid, waitingText } from './needs.js';

const path = '/account/';

export const accountPages = (needs: AccessPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path, right: 'see', answer: async (ask) => show(needs, ask) },
  {
    method: 'POST',
    path: `${path}password/`,
    right: 'see',
    answer: (ask, form) => orSaid(path, () => changePassword(needs, ask, form)),
  },
  // Whoever is logged out already is to see the door, and no error.
  { method: 'POST', path: `${path}out/`, right: 'anyone', answer: (ask) => logOut(needs, ask) },
  { method: 'POST', path: `${path}everywhere/`, right: 'see', answer: (ask) => logOutEverywhere(needs, ask) },
];

const show = ({ access }: AccessPagesNeeds, ask: Ask): Answer => {
  const user = ask.visitor.scopes === undefined ? access.directory.user(ask.visitor.name) : undefined;
  return {
    kind: 'page',
    title: 'Account',
    body: (
      <>
        <header>
          <h1>Account</h1>
          <p class="lede">
            You are <bdi>{ask.visitor.name}</bdi>, {ask.visitor.role}.
          </p>
        </header>
        {user === undefined ? (
          <Note>
            There is nothing to change here: nobody is logged in with a password. In development mode whoever
            is on this machine is an administrator.
          </Note>
        ) : (
          <>
            <PasswordForm name={user.name} />
            <Sessions user={user} ask={ask} />
          </>
        )}
      </>
    ),
  };
};

const PasswordForm = ({ name }: { readonly name: string }) => (
  <section aria-labelledby="password-h">
    <h2 id="password-h">Another password</h2>
    <Form action={`${path}password/`} class="grid">
      {/* What keeps passwords is to know whose it is. */}
      <input
        class="vh"
        name="name"
        autocomplete="username"
        readOnly
        tabIndex={-1}
        aria-hidden="true"
        value={name}
      />
      <p>
        <label for="current">The password of now</label>
        <input id="current" name="current" type="password" autocomplete="current-password" required />
      </p>
      <p>
        <label for="next">The next one, at least 10 characters</label>
        <input id="next" name="next" type="password" autocomplete="new-password" minLength={10} required />
      </p>
      <p class="row">
        <button type="submit" class="do">
          Change it
        </button>
      </p>
    </Form>
    <p class="xs soft">Wherever else you are logged in, you are logged out with it.</p>
  </section>
);

const Sessions = ({ user, ask }: { readonly user: User; readonly ask: Ask }) => {
  const now = new Date(ask.now).toISOString();
  const sessions = user.sessions.filter(({ endsAt }) => endsAt > now).toReversed();
  return (
    <section aria-labelledby="sessions-h">
      <h2 id="sessions-h">Where you are logged in</h2>
      <Register
        caption="Logins, the last one first"
        columns={[
          { title: 'Since', class: 'when' },
          { title: 'From', class: 'who' },
          { title: 'Until', class: 'text' },
        ]}
      >
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} isThis={session.id === ask.session?.session} />
        ))}
      </Register>
      <div class="row">
        <Form action={`${path}out/`}>
          <button type="submit">Log out here</button>
        </Form>
        <Form action={`${path}everywhere/`}>
          <button type="submit">Log out everywhere</button>
        </Form>
      </div>
    </section>
  );
};

const SessionRow = ({ session, isThis }: { readonly session: Session; readonly isThis: boolean }) => (
  <Row>
    <Cell class="when">
      <Time at={session.openedAt} />
    </Cell>
    <Cell class="who">
      <bdi>{session.from}</bdi>
      {isThis ? ', this browser' : undefined}
    </Cell>
    <Cell class="text">
      until <Time at={session.endsAt} />
    </Cell>
  </Row>
);

const changePassword = async ({ logins }: AccessPagesNeeds, ask: Ask, form: Sent): Promise<Answer> => {
  const [current, next] = [form.text('current'), form.text('next')];
  const result = await logins.changePassword(ask.visitor.name, current, next, ask.address);
  switch (result.kind) {
    case 'in': {
      const text = 'The password is changed. Wherever else you were logged in, you are logged out.';
      return { kind: 'elsewhere', path, said: { tone: 'ok', text }, session: result.session };
    }
    case 'wrong': {
      const text = `The password of now is another one. ${leftText(result.left)}`;
      return { kind: 'elsewhere', path, said: { tone: 'bad', text } };
    }
    case 'waiting':
      return { kind: 'elsewhere', path, said: { tone: 'bad', text: waitingText(result.waitMs) } };
  }
};

const logOut = async ({ logins }: AccessPagesNeeds, { session, visitor }: Ask): Promise<Answer> => {
  // Only by who holds the session: the name alone is no proof.
  if (session !== undefined && visitor.name === session.name) await logins.logOut(session);
  return { kind: 'elsewhere', path: '/login/', session: 'over' };
};

const logOutEverywhere = async ({ users }: AccessPagesNeeds, { visitor }: Ask): Promise<Answer> =>
  orSaid(path, async () => {
    await users.closeSessions(visitor.name, visitor.by);
    return { kind: 'elsewhere', path: '/login/', session: 'over' };
  });
