// `/users/`: who may log in, and what for.
import { userStream } from '../../../access/names.js';
import type { User } from '../../../access/user.js';
import type { NewUser } from '../../../access/users.js';
import { type Role, roles } from '../../../access/visitor.js';
import { pathPart } from '../../api/paths.js';
import type { Ask } from '../asking.js';
import type { Form as Sent } from '../form.js';
import { PageError } from '../pageError.js';
import { Blank, Form, Time } from '../parts.js';
import { Cell, Register, Row } from '../register.js';
import type { Answer, PageRoute } from '../route.js';
import { linkPage } from './link.js';
import { type AccessPagesNeeds, orSaid } from './needs.js';

export const usersPath = '/users/';

/** Where a user is changed. */
export const pathOfUser = (name: string): string => `${usersPath}${pathPart(name)}/`;

export const usersPages = (needs: AccessPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path: usersPath, right: 'administer', answer: async (ask) => show(needs, ask) },
  {
    method: 'POST',
    path: usersPath,
    right: 'administer',
    answer: (ask, form) => orSaid(usersPath, () => add(needs, ask, form)),
  },
];

const show = ({ access }: AccessPagesNeeds, ask: Ask): Answer => {
  const { users } = access.directory;
  const without = users.filter(({ password }) => password === undefined).length;
  return {
    kind: 'page',
    title: 'Users',
    body: (
      <>
        <header>
          <h1>Users</h1>
          <p class="lede">
            {users.length === 1 ? 'One user' : `${users.length} users`}
            {without === 0 ? '.' : `, ${without} without a password yet.`}
          </p>
          <p>
            Viewers see. Operators also send, requeue, discard, pause and replay. Administrators also change
            users, tokens and webhooks. Programs have <a href="/tokens/">tokens</a>.
          </p>
        </header>
        {users.length === 0 ? (
          <Blank title="Nobody yet">
            <p>
              In development mode whoever is on this machine is an administrator, and nobody else comes in.
            </p>
          </Blank>
        ) : (
          <List users={users} ask={ask} />
        )}
        <AddForm />
      </>
    ),
  };
};

const List = ({ users, ask }: { readonly users: readonly User[]; readonly ask: Ask }) => (
  <Register
    caption="Users, by name"
    columns={[
      { title: 'Since', class: 'when' },
      { title: 'Name', class: 'who' },
      { title: 'Role', class: 'st' },
      { title: 'Logins', class: 'text' },
    ]}
  >
    {users.map((user) => (
      <Row key={user.name}>
        <Cell class="when">
          <Time at={user.addedAt} />
        </Cell>
        <Cell class="who">
          <a href={pathOfUser(user.name)}>
            <bdi>{user.name}</bdi>
          </a>
        </Cell>
        <Cell class="st">
          {user.role}
          {user.role === 'viewer' && user.seesNumbers ? ', sees numbers' : ''}
        </Cell>
        <Cell class="text">{loginsOf(user, ask.now)}</Cell>
      </Row>
    ))}
  </Register>
);

const loginsOf = ({ password, sessions, links }: User, nowMs: number): string => {
  const now = new Date(nowMs).toISOString();
  const [open, linked] = [sessions, links].map((all) => all.filter(({ endsAt }) => endsAt > now).length);
  if (password === undefined) return linked === 0 ? 'no password, no link' : 'no password yet, a link is out';
  return open === 0 ? 'not logged in' : `logged in ${open === 1 ? 'once' : `${open} times`}`;
};

const AddForm = () => (
  <section aria-labelledby="add-h">
    <h2 id="add-h">Another user</h2>
    <Form action={usersPath} class="grid">
      <p>
        <label for="name">Name</label>
        <input id="name" name="name" autocomplete="off" autoCapitalize="none" spellcheck={false} required />
      </p>
      <RoleFields of={{ role: 'viewer', seesNumbers: false }} />
      <p class="row">
        <button type="submit" class="do">
          Add, and make a link
        </button>
      </p>
    </Form>
    <p class="xs soft">The user chooses a password with the link. It is shown once, and works for an hour.</p>
  </section>
);

export const RoleFields = ({ of: { role, seesNumbers } }: { readonly of: NewUser }) => (
  <>
    <p>
      <label for="role">Role</label>
      <select id="role" name="role">
        {roles.map((one) => (
          <option key={one} value={one} selected={one === role}>
            {one}
          </option>
        ))}
      </select>
    </p>
    <p>
      <label class="tick">
        <input type="checkbox" name="seesNumbers" value="yes" checked={seesNumbers} /> sees whole telephone
        numbers as a viewer
      </label>
    </p>
  </>
);

/** @throws {PageError} */
export const roleIn = (form: Sent): NewUser => {
  const role = roles.find((one): one is Role => one === form.text('role'));
  if (role === undefined) throw new PageError(400, `Expected one of the roles ${roles.join(', ')}.`);
  return { role, seesNumbers: form.text('seesNumbers') === 'yes' };
};

const add = async ({ users, access }: AccessPagesNeeds, ask: Ask, form: Sent): Promise<Answer> => {
  const name = await users.add(form.text('name'), roleIn(form), ask.visitor.by);
  const link = await users.makeLink(name, ask.visitor.by);
  await access.written(userStream(name));
  return linkPage(ask, name, link);
};
