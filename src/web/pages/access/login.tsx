// `/login/`: name and password.
import type { Ask } from '../asking.js';
import type { Form as Sent } from '../form.js';
import { Form } from '../parts.js';
import type { Answer, PageRoute, Shown } from '../route.js';
import { isOwnPath } from '../standing.js';
import { Door, Problem, wrongIf } from './door.js';
import { type AccessPagesNeeds, leftText, waitingText } from './needs.js';

export const loginPages = (needs: AccessPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path: '/login/', right: 'anyone', answer: async (ask) => showLogin(needs, ask) },
  { method: 'POST', path: '/login/', right: 'anyone', answer: (ask, form) => logIn(needs, ask, form) },
];

/** Where somebody wanted to go who was not logged in. */
const wayOf = (to: string | null): string => (to !== null && isOwnPath(to) ? to : '/');

const showLogin = ({ title, sessionHours }: AccessPagesNeeds, ask: Ask): Answer => {
  const to = wayOf(ask.query.get('to'));
  if (ask.visitor.name !== '') return { kind: 'elsewhere', path: to };
  return loginPage(title, sessionHours, { to });
};

interface Tried {
  readonly to: string;
  readonly name?: string;
  readonly problem?: string;
  readonly status?: number;
}

const loginPage = (title: string, sessionHours: number, { to, name, problem, status }: Tried): Shown => ({
  kind: 'page',
  title: 'Log in',
  isBare: true,
  ...(status === undefined ? {} : { status }),
  body: (
    <Door title={title}>
      <h1>Log in</h1>
      <Form action="/login/">
        <input type="hidden" name="to" value={to} />
        <Problem text={problem} />
        <p>
          <label for="name">Name</label>
          <input
            id="name"
            name="name"
            autocomplete="username"
            autoCapitalize="none"
            spellcheck={false}
            required
            value={name}
            {...wrongIf(problem)}
          />
        </p>
        <p>
          <label for="password">Password</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="current-password"
            required
            {...wrongIf(problem)}
          />
        </p>
        <p class="row">
          <button type="submit" class="do">
            Log in
          </button>
        </p>
      </Form>
      <p class="xs soft">
        Behind this are people’s health and names. What you change, and what you look at where that is
        recorded, is kept with your name. You are logged out after {sessionHours} hours.
      </p>
      <p class="xs soft">
        First start? The one-time link for the first administrator is where the router was started: in its
        terminal, or in the file <code>setup-link</code> of its data folder.
      </p>
    </Door>
  ),
});

const logIn = async (
  { logins, access, title, sessionHours }: AccessPagesNeeds,
  ask: Ask,
  form: Sent,
): Promise<Answer> => {
  const [to, name] = [wayOf(form.text('to')), form.text('name')];
  const again = (status: number, problem: string) =>
    loginPage(title, sessionHours, { to, name, problem, status });
  if (!(await access.isKnown())) return again(503, 'The users are being read. Please try again in a moment.');
  const result = await logins.logIn(name, form.text('password'), ask.address);
  switch (result.kind) {
    case 'in':
      return { kind: 'elsewhere', path: to, session: result.session };
    case 'wrong':
      return again(403, `Name or password is wrong. ${leftText(result.left)}`);
    case 'waiting':
      return again(429, waitingText(result.waitMs));
  }
};
