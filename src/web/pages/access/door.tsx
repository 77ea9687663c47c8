// Before the door: logging in, and the first password by a link.
import type { ComponentChildren, JSX } from 'preact';
import { AccessError } from '../../../access/accessError.js';
import type { Ask } from '../asking.js';
import type { Form as Sent } from '../form.js';
import { Brand } from '../frame.js';
import { Form, Note } from '../parts.js';
import type { Answer, PageRoute, Shown } from '../route.js';
import { isOwnPath } from '../standing.js';
import { type AccessPagesNeeds, leftText, waitingText } from './needs.js';

export const doorPages = (needs: AccessPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path: '/login/', right: 'anyone', answer: async (ask) => showLogin(needs, ask) },
  { method: 'POST', path: '/login/', right: 'anyone', answer: (ask, form) => logIn(needs, ask, form) },
  { method: 'GET', path: '/setup/', right: 'anyone', answer: (ask) => showSetup(needs, ask) },
  { method: 'POST', path: '/setup/', right: 'anyone', answer: (ask, form) => setUp(needs, ask, form) },
];

const Door = ({ title, children }: { readonly title: string; readonly children: ComponentChildren }) => (
  <div class="door stack">
    <Brand title={title} />
    {children}
  </div>
);

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

const Problem = ({ text }: { readonly text: string | undefined }): JSX.Element | undefined =>
  text === undefined ? undefined : (
    <p class="note bad" role="alert" id="err">
      {text}
    </p>
  );

const wrongIf = (problem: string | undefined) =>
  problem === undefined ? {} : { 'aria-invalid': true, 'aria-describedby': 'err' };

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

interface Link {
  readonly name: string;
  readonly secret: string;
}

const showSetup = async ({ users, title }: AccessPagesNeeds, { query }: Ask): Promise<Answer> => {
  const link = { name: query.get('name') ?? '', secret: query.get('link') ?? '' };
  return (await users.isLinkLive(link.name, link.secret))
    ? setupPage(title, link)
    : deadLink(title, 'This link works no longer: it was used, or an hour is over.');
};

const setupPage = (title: string, { name, secret }: Link, problem?: string): Shown => ({
  kind: 'page',
  title: 'Choose a password',
  isBare: true,
  ...(problem === undefined ? {} : { status: 400 }),
  body: (
    <Door title={title}>
      <h1>Choose a password</h1>
      <p>
        You log in as <bdi>{name}</bdi> with it from now on. The link that led here works once.
      </p>
      <Form action="/setup/">
        <input type="hidden" name="link" value={secret} />
        <Problem text={problem} />
        {/* Read only: what keeps passwords is to know whose it is. */}
        <p>
          <label for="name">Name</label>
          <input id="name" name="name" autocomplete="username" readOnly value={name} />
        </p>
        <p>
          <label for="password">Password, at least 10 characters</label>
          <input
            id="password"
            name="password"
            type="password"
            autocomplete="new-password"
            minLength={10}
            required
            {...wrongIf(problem)}
          />
        </p>
        <p class="row">
          <button type="submit" class="do">
            Keep it and log in
          </button>
        </p>
      </Form>
    </Door>
  ),
});

const deadLink = (title: string, text: string): Shown => ({
  kind: 'page',
  title: 'This link works no longer',
  isBare: true,
  status: 410,
  body: (
    <Door title={title}>
      <h1>This link works no longer</h1>
      <Note tone="bad">{text}</Note>
      <p>
        An administrator makes a new one on the page of users, or whoever is at the router’s machine with{' '}
        <code>threadless users link NAME</code>.
      </p>
      <p>
        <a href="/login/">Log in</a>
      </p>
    </Door>
  ),
});

const setUp = async ({ logins, title }: AccessPagesNeeds, ask: Ask, form: Sent): Promise<Answer> => {
  const link = { name: form.text('name'), secret: form.text('link') };
  try {
    const result = await logins.useLink(link.name, link.secret, form.text('password'), ask.address);
    return result.kind === 'in'
      ? { kind: 'elsewhere', path: '/', session: result.session }
      : { kind: 'elsewhere', path: '/login/' };
  } catch (error) {
    if (!(error instanceof AccessError)) throw error;
    return error.code === 'dead-link'
      ? deadLink(title, error.message)
      : setupPage(title, link, error.message);
  }
};
