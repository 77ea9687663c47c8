import { z } from 'zod';
import { linkPath } from '../../../access/linkPath.js';
import { sameName, userStream } from '../../../access/names.js';
import type { User } from '../../../access/user.js';
import type { MadeLink } from '../../../access/users.js';
import { roles } from '../../../access/visitor.js';
import { type ApiRoute, apiRoute } from '../route.js';
import { type AccessApiNeeds, done, named, right, seesNumbers, tag, time } from './shared.js';

const role = z.enum(roles);

const user = z.object({
  name: z.string(),
  role,
  seesNumbers: z.boolean(),
  hasPassword: z.boolean(),
  logins: z.array(z.object({ from: z.string(), openedAt: time, endsAt: time })),
  addedAt: time,
  addedBy: z.string(),
});
const link = z.object({
  path: z.string().meta({ description: 'Of this router. Whoever opens it chooses the password, once.' }),
  endsAt: time,
});

const shown = (
  { name, role, seesNumbers, password, sessions, addedAt, addedBy }: User,
  now: string,
): z.output<typeof user> => ({
  name,
  role,
  seesNumbers,
  addedAt,
  addedBy,
  hasPassword: password !== undefined,
  logins: sessions
    .filter(({ endsAt }) => endsAt > now)
    .map(({ from, openedAt, endsAt }) => ({ from, openedAt, endsAt })),
});

const linkOf = (name: string, { secret, endsAt }: MadeLink) => ({
  path: linkPath(sameName(name), secret),
  endsAt,
});

const listUsers = ({ access, now }: AccessApiNeeds): ApiRoute =>
  apiRoute({
    method: 'get',
    path: '/users',
    summary: 'Who may log in.',
    tag,
    right,
    answers: { 200: { description: 'All of them, by name.', schema: z.object({ users: z.array(user) }) } },
    handle: async () => {
      const at = new Date(now()).toISOString();
      return { status: 200, body: { users: access.directory.users.map((one) => shown(one, at)) } };
    },
  });

const addUser = ({ access, users }: AccessApiNeeds): ApiRoute =>
  apiRoute({
    method: 'post',
    path: '/users',
    summary: 'Add a user, and make the link with which the password is chosen.',
    tag,
    right,
    body: z.strictObject({ name: z.string(), role, seesNumbers }),
    answers: { 201: { description: 'The link. It is told once.', schema: link } },
    example: { name: 'asha', role: 'operator' },
    handle: async ({ body, visitor }) => {
      const name = await users.add(body.name, body, visitor.by);
      const made = await users.makeLink(name, visitor.by);
      await access.written(userStream(name));
      return { status: 201, body: linkOf(name, made) };
    },
  });

const makeLink = ({ users }: AccessApiNeeds): ApiRoute =>
  apiRoute({
    method: 'post',
    path: '/users/{name}/link',
    summary: 'Make a link with which a user chooses another password.',
    tag,
    right,
    params: named,
    answers: { 201: { description: 'The link. It is told once.', schema: link } },
    handle: async ({ params: { name }, visitor }) => ({
      status: 201,
      body: linkOf(name, await users.makeLink(name, visitor.by)),
    }),
  });

const changeRole = ({ access, users }: AccessApiNeeds): ApiRoute =>
  apiRoute({
    method: 'post',
    path: '/users/{name}/role',
    summary: 'Give a user another role.',
    tag,
    right,
    params: named,
    body: z.strictObject({ role, seesNumbers }),
    answers: done,
    example: { role: 'viewer', seesNumbers: true },
    handle: async ({ params: { name }, body, visitor }) => {
      await users.changeRole(name, body, visitor.by);
      await access.written(userStream(sameName(name)));
      return { status: 204 };
    },
  });

const logOut = ({ access, users }: AccessApiNeeds): ApiRoute =>
  apiRoute({
    method: 'post',
    path: '/users/{name}/logout',
    summary: 'Log a user out everywhere.',
    tag,
    right,
    params: named,
    answers: done,
    handle: async ({ params: { name }, visitor }) => {
      await users.closeSessions(name, visitor.by);
      await access.written(userStream(sameName(name)));
      return { status: 204 };
    },
  });

const removeUser = ({ access, users }: AccessApiNeeds): ApiRoute =>
  apiRoute({
    method: 'delete',
    path: '/users/{name}',
    summary: 'Remove a user, who is logged out everywhere.',
    tag,
    right,
    params: named,
    answers: done,
    handle: async ({ params: { name }, visitor }) => {
      await users.remove(name, visitor.by);
      await access.written(userStream(sameName(name)));
      return { status: 204 };
    },
  });

export const usersApi = (needs: AccessApiNeeds): readonly ApiRoute[] =>
  [listUsers, addUser, makeLink, changeRole, logOut, removeUser].map((routeFor) => routeFor(needs));
