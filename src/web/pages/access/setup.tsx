// `/setup/`: the first password, or another one, by a link.
import { AccessError } from '../../../access/accessError.js';
import type { Ask } from '../asking.js';
import type { Form as Sent } from '../form.js';
import { Form, Note } from '../parts.js';
import type { Answer, PageRoute, Shown } from '../route.js';
import { Door, Problem, wrongIf } from './door.js';
import type { AccessPagesNeeds } from './needs.js';

export const setupPages = (needs: AccessPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path: '/setup/', right: 'anyone', answer: (ask) => showSetup(needs, ask) },
  { method: 'POST', path: '/setup/', right: 'anyone', answer: (ask, form) => setUp(needs, ask, form) },
];

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
