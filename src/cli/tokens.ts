import { Command, InvalidArgumentError } from 'commander';
import { endOf } from '../access/lifetimes.js';
import { isScope } from '../access/said.js';
import type { Token } from '../access/token.js';
import { type Scope, scopes } from '../access/visitor.js';
import { print } from '../terminal/print.js';
import { visible, visibleJson } from '../terminal/visible.js';
import { inColumns } from './columns.js';
import { withPeople } from './people.js';

/** Works on the store beside a running router, which follows it. */
export const tokens = (): Command =>
  new Command('tokens')
    .description('With which programs ask the API.')
    .addCommand(add())
    .addCommand(list())
    .addCommand(revoke());

interface AddOptions {
  readonly scopes: readonly Scope[];
  readonly ends: string;
  readonly seesNumbers?: boolean;
}

const add = (): Command =>
  new Command('add')
    .description('Make a token. It is shown once.')
    .argument('<name>', 'of the program that will have it')
    .requiredOption('--scopes <list>', `what it may do: ${scopes.join(', ')}`, scopesIn)
    .requiredOption('--ends <time>', 'how long it works: 90d', lifetime)
    .option('--sees-numbers', 'with read alone: whole telephone numbers')
    .action((name: string, { scopes, ends, seesNumbers = false }: AddOptions) =>
      withPeople(
        async ({ tokens, by }) => {
          const text = await tokens.add(name, { scopes, seesNumbers, endsAt: ends }, by);
          print(`Keep it now, it is shown once. It works until ${ends}:\n  ${text}`);
        },
        { isFirst: true },
      ),
    );

function scopesIn(text: string): readonly Scope[] {
  const given = text.split(',').map((word) => word.trim());
  if (!given.every(isScope))
    throw new InvalidArgumentError(`Expected some of ${scopes.join(', ')}, with commas between them.`);
  return [...new Set(given.filter(isScope))];
}

/** @returns when it ends */
function lifetime(text: string): string {
  const endsAt = endOf(text, Date.now());
  if (endsAt === undefined) throw new InvalidArgumentError('Expected days, at most 3650: 90d.');
  return endsAt;
}

const list = (): Command =>
  new Command('list')
    .description('List the tokens.')
    .option('--json', 'one JSON object a line')
    .action(({ json = false }: { json?: boolean }) =>
      withPeople(async (people) => {
        const found = (await people.directory()).tokens;
        const now = new Date(people.now).toISOString();
        if (json) for (const token of found) print(visibleJson(JSON.stringify(shown(token))));
        else if (found.length === 0) print('No tokens.');
        else for (const line of inColumns(found.map((token) => row(token, now)))) print(visible(line));
      }),
    );

const shown = ({ name, scopes, seesNumbers, addedAt, addedBy, endsAt }: Token) => ({
  name,
  scopes,
  seesNumbers,
  addedAt,
  addedBy,
  endsAt,
});

const row = ({ name, scopes, seesNumbers, endsAt, addedBy }: Token, now: string): readonly string[] => [
  name,
  scopes.join(','),
  seesNumbers ? 'sees numbers' : '',
  `${endsAt <= now ? 'ended' : 'ends'} ${endsAt}`,
  `by ${addedBy}`,
];

const revoke = (): Command =>
  new Command('revoke')
    .description('Revoke a token: whatever program has it is refused from now on.')
    .argument('<name>')
    .action((name: string) =>
      withPeople(async ({ tokens, by }) => {
        await tokens.revoke(name, by);
        print(`${name} is revoked.`);
      }),
    );
