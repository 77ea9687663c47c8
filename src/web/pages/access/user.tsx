// `/users/NAME/`: another role, a new link, logged out, removed.
import { userStream } from '../../../access/names.js';
import type { User } from '../../../access/user.js';
import { textOfPart } from '../../api/paths.js';
import type { Ask } from '../asking.js';
import type { Form as Sent } from '../form.js';
import { PageError } from '../pageError.js';
import { Form, Note, Time } from '../parts.js';
import type { Answer, PageRoute } from '../route.js';
import { linkPage } from './link.js';
import { type AccessPagesNeeds, orSaid } from './needs.js';
import { pathOfUser, RoleFields, roleIn, usersPath } from './users.js';

const path = `${usersPath}:name/`;

export const userPages = (needs: AccessPagesNeeds): readonly PageRoute[] => {
  const act = (below: string, done: (ask: Ask, user: User, form: Sent) => Promise<Answer>): PageRoute => ({
    method: 'POST',
    path: `${path}${below}/`,
    right: 'administer',
    answer: (ask, form) => {
      const user = userOf(needs, ask);
      return orSaid(pathOfUser(user.name), async () => {
        const answer = await done(ask, user, form);
        await needs.access.written(userStream(user.name));
        return answer;
      });
    },
  });
  const { users } = needs;
  const back = (user: User, text: string): Answer => ({
    kind: 'elsewhere',
    path: pathOfUser(user.name),
    said: { tone: 'ok', text },
  });
  return [
    { method: 'GET', path, right: 'administer', answer: async (ask) => show(userOf(needs, ask), ask) },
    {
      method: 'GET',
      path: `${path}remove/`,
      right: 'administer',
      answer: async (ask) => askRemoval(userOf(needs, ask)),
    },
    act('role', async ({ visitor }, user, form) => {
      await users.changeRole(user.name, roleIn(form), visitor.by);
      return back(user, `The role of ${user.name} is changed.`);
    }),
    act('link', async (ask, user) => {
      const link = await users.makeLink(user.name, ask.visitor.by);
      return linkPage(ask, user.name, link);
    }),
    act('out', async ({ visitor }, user) => {
      await users.closeSessions(user.name, visitor.by);
      return back(user, `${user.name} is logged out everywhere.`);
    }),
    act('remove', async ({ visitor }, user) => {
      await users.remove(user.name, visitor.by);
      return {
        kind: 'elsewhere',
        path: usersPath,
        said: { tone: 'ok', text: `${user.name} is removed, and logged out everywhere.` },
      };
    }),
  ];
};

/** @throws {PageError} */
const userOf = ({ access }: AccessPagesNeeds, { params }: Ask): User => {
  const name = textOfPart(params.name ?? '');
  const user = access.directory.user(name);
  if (user === undefined) throw new PageError(404, `There is no user ${name}.`);
  return user;
};

const show = (user: User, { visitor }: Ask): Answer => ({
  kind: 'page',
  title: user.name,
  body: (
    <>
      <header>
        <h1>
          <bdi>{user.name}</bdi>
        </h1>
        <p class="lede">
          {user.role}
          {user.password === undefined ? ', without a password yet' : ''}. Added by <bdi>{user.addedBy}</bdi>,{' '}
          <Time at={user.addedAt} />.
        </p>
      </header>
      {visitor.by === user.name ? (
        <Note>
          This is you: your role is another administrator’s to change. Your password is in{' '}
          <a href="/account/">your account</a>.
        </Note>
      ) : (
        <Acts user={user} />
      )}
    </>
  ),
});

const Acts = ({ user }: { readonly user: User }) => {
  const path = pathOfUser(user.name);
  return (
    <>
      <section aria-labelledby="role-h">
        <h2 id="role-h">Role</h2>
        <Form action={`${path}role/`} class="grid">
          <RoleFields of={user} />
          <p class="row">
            <button type="submit" class="do">
              Change it
            </button>
          </p>
        </Form>
      </section>
      <section aria-labelledby="login-h">
        <h2 id="login-h">Login</h2>
        <p>With a link the user chooses a new password, and is logged out wherever the old one was used.</p>
        <div class="row">
          <Form action={`${path}link/`}>
            <button type="submit">Make a link</button>
          </Form>
          <Form action={`${path}out/`}>
            <button type="submit">Log out everywhere</button>
          </Form>
          <a class="btn risk" href={`${path}remove/`}>
            Remove
          </a>
        </div>
      </section>
    </>
  );
};

const askRemoval = ({ name }: User): Answer => ({
  kind: 'page',
  title: `Remove ${name}`,
  body: (
    <>
      <header>
        <h1>
          Remove <bdi>{name}</bdi>?
        </h1>
        <p class="lede">
          Nobody logs in with this name any more. What was done with it stays recorded with the name.
        </p>
      </header>
      <div class="row">
        <Form action={`${pathOfUser(name)}remove/`}>
          <button type="submit" class="risk">
            Remove
          </button>
        </Form>
        <a href={pathOfUser(name)}>Leave it</a>
      </div>
    </>
  ),
});
