import { Argument, Command, Option } from 'commander';
import { firstAdmin } from '../access/names.js';
import type { User } from '../access/user.js';
import { type Role, roles } from '../access/visitor.js';
import type { People } from '../programs/people.js';
import { print, printError, terminalOf } from '../terminal/print.js';
import { visible, visibleJson } from '../terminal/visible.js';
import { inColumns } from './columns.js';
import { withPeople } from './people.js';
import { askHidden, readLine } from './secretLine.js';

/** Works on the store beside a running router, which follows it. */
export const users = (): Command =>
  new Command('users')
    .description('Who may log in to the pages, and what for.')
    .addCommand(add())
    .addCommand(list())
    .addCommand(role())
    .addCommand(link())
    .addCommand(password())
    .addCommand(logout())
    .addCommand(remove());

interface RoleOptions {
  readonly role: Role;
  readonly seesNumbers?: boolean;
}

const roleOption = () =>
  new Option('--role <role>', 'what the user may do').choices(roles).makeOptionMandatory();
const numbersOption = () => new Option('--sees-numbers', 'as a viewer: whole telephone numbers');

const add = (): Command =>
  new Command('add')
    .description('Add a user, and make the link with which the password is chosen.')
    .argument('<name>')
    .addOption(roleOption())
    .addOption(numbersOption())
    .action((given: string, { role, seesNumbers = false }: RoleOptions) =>
      withPeople(
        async (people) => {
          const name = await people.users.add(given, { role, seesNumbers }, people.by);
          print(`${name} is added as ${role}.`);
          await printLink(people, name);
        },
        { isFirst: true },
      ),
    );

const printLink = async ({ users, by, urlOf }: People, name: string): Promise<void> => {
  const made = await users.makeLink(name, by);
  print(`With this link ${name} chooses a password. It works once, within an hour:\n  ${urlOf(name, made)}`);
};

const list = (): Command =>
  new Command('list')
    .description('List the users.')
    .option('--json', 'one JSON object a line')
    .action(({ json = false }: { json?: boolean }) =>
      withPeople(async (people) => {
        const found = (await people.directory()).users;
        const now = new Date(people.now).toISOString();
        if (json) for (const user of found) print(visibleJson(JSON.stringify(shown(user, now))));
        else if (found.length === 0) print('No users.');
        else for (const line of inColumns(found.map((user) => row(user, now)))) print(visible(line));
      }),
    );

const shown = ({ name, role, seesNumbers, password, sessions, addedAt, addedBy }: User, now: string) => ({
  name,
  role,
  seesNumbers,
  hasPassword: password !== undefined,
  sessions: sessions
    .filter(({ endsAt }) => endsAt > now)
    .map(({ from, openedAt, endsAt }) => ({ from, openedAt, endsAt })),
  addedAt,
  addedBy,
});

const row = (user: User, now: string): readonly string[] => {
  const { name, role, seesNumbers, hasPassword, sessions, addedAt } = shown(user, now);
  return [
    name,
    role,
    role === 'viewer' && seesNumbers ? 'sees numbers' : '',
    hasPassword ? `${sessions.length} logged in` : 'no password yet',
    `since ${addedAt}`,
  ];
};

const role = (): Command =>
  new Command('role')
    .description('Give a user another role.')
    .argument('<name>')
    .addArgument(new Argument('<role>', 'what the user may do').choices(roles))
    .addOption(numbersOption())
    .action((name: string, given: Role, { seesNumbers = false }: Pick<RoleOptions, 'seesNumbers'>) =>
      withPeople(async ({ users, by }) => {
        await users.changeRole(name, { role: given, seesNumbers }, by);
        print(`${name} is ${given} from now on.`);
      }),
    );

const link = (): Command =>
  new Command('link')
    .description('Make a link with which a user chooses a password. The first admin is added if need be.')
    .argument('[name]', `default: ${firstAdmin}, the first admin`)
    .action((name?: string) =>
      withPeople(
        async (people) => {
          if (name !== undefined) await printLink(people, name);
          else await printFirstLink(people);
        },
        { isFirst: name === undefined },
      ),
    );

const printFirstLink = async ({ users, by, urlOf, directory }: People): Promise<void> => {
  const others = (await directory()).users.filter(({ name }) => name !== firstAdmin);
  const made = others.length > 0 ? undefined : await users.makeFirstLink(firstAdmin, by);
  if (made === undefined) {
    printError('There are users already: name the one who is to get a link.');
    process.exitCode = 1;
    return;
  }
  print(
    `With this link ${firstAdmin} chooses a password. It works once, within an hour:\n  ${urlOf(firstAdmin, made)}`,
  );
};

const password = (): Command =>
  new Command('password')
    .description('Set the password of a user: it is asked for, or read from standard input.')
    .argument('<name>')
    .action((name: string) =>
      withPeople(async ({ users, by }) => {
        const given =
          terminalOf().isTerminal && process.stdin.isTTY ? await askTwice(name) : await readLine();
        if (given === undefined) return;
        await users.setPassword(name, given, by);
        print(`The password of ${name} is set, and ${name} is logged out everywhere.`);
      }),
    );

const askTwice = async (name: string): Promise<string | undefined> => {
  const first = await askHidden(`Password for ${name}: `);
  if (first === (await askHidden('The same again: '))) return first;
  printError('They are not the same: nothing is changed.');
  process.exitCode = 1;
  return undefined;
};

const logout = (): Command =>
  new Command('logout')
    .description('Log a user out everywhere.')
    .argument('<name>')
    .action((name: string) =>
      withPeople(async ({ users, by }) => {
        await users.closeSessions(name, by);
        print(`${name} is logged out everywhere.`);
      }),
    );

const remove = (): Command =>
  new Command('remove')
    .description('Remove a user, who is logged out everywhere. What was done stays recorded.')
    .argument('<name>')
    .action((name: string) =>
      withPeople(async ({ users, by }) => {
        await users.remove(name, by);
        print(`${name} is removed.`);
      }),
    );
