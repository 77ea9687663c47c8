// `/tokens/`: what programs may do.
import { tokenStream } from '../../../access/names.js';
import type { Token } from '../../../access/token.js';
import type { Ask } from '../asking.js';
import { PageError } from '../pageError.js';
import { Blank, Form, Time } from '../parts.js';
import { Cell, Register, Row } from '../register.js';
import type { Answer, PageRoute } from '../route.js';
import { type AccessPagesNeeds, orSaid } from './needs.js';
import { AddForm, addToken } from './newToken.js';

const path = '/tokens/';

export const tokensPages = (needs: AccessPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path, right: 'administer', answer: async (ask) => show(needs, ask) },
  {
    method: 'POST',
    path,
    right: 'administer',
    answer: (ask, form) => orSaid(path, () => addToken(needs, ask, form)),
  },
  {
    method: 'GET',
    path: `${path}:name/revoke/`,
    right: 'administer',
    answer: async (ask) => askRevocation(tokenOf(needs, ask)),
  },
  {
    method: 'POST',
    path: `${path}:name/revoke/`,
    right: 'administer',
    answer: (ask) => orSaid(path, () => revoke(needs, ask)),
  },
];

const show = ({ access }: AccessPagesNeeds, ask: Ask): Answer => {
  const { tokens } = access.directory;
  return {
    kind: 'page',
    title: 'Tokens',
    body: (
      <>
        <header>
          <h1>Tokens</h1>
          <p class="lede">A program asks the API with one: Authorization: Bearer …</p>
          <p>
            <code>read</code> sees, <code>send</code> sends texts and nothing else, <code>operate</code> does
            what an operator does, <code>admin</code> everything. What the API can do: <a href="/api/">API</a>
            .
          </p>
        </header>
        {tokens.length === 0 ? (
          <Blank title="No token yet" />
        ) : (
          <List tokens={tokens} now={new Date(ask.now).toISOString()} />
        )}
        <AddForm />
      </>
    ),
  };
};

const List = ({ tokens, now }: { readonly tokens: readonly Token[]; readonly now: string }) => (
  <Register
    caption="Tokens, by name"
    columns={[
      { title: 'Since', class: 'when' },
      { title: 'Name', class: 'who' },
      { title: 'Scopes, and until when', class: 'text' },
      { title: 'Revoke', class: 'app' },
    ]}
  >
    {tokens.map((token) => (
      <Row key={token.name}>
        <Cell class="when">
          <Time at={token.addedAt} />
        </Cell>
        <Cell class="who">
          <code>{token.name}</code>
        </Cell>
        <Cell class="text">
          {token.scopes.join(', ')}
          {token.seesNumbers ? ', sees numbers' : ''}; {token.endsAt <= now ? 'ended' : 'ends'}{' '}
          <Time at={token.endsAt} />
        </Cell>
        <Cell class="app">
          <a href={`${path}${token.name}/revoke/`}>Revoke</a>
        </Cell>
      </Row>
    ))}
  </Register>
);

/** @throws {PageError} */
const tokenOf = ({ access }: AccessPagesNeeds, { params }: Ask): Token => {
  const token = access.directory.token(params.name ?? '');
  if (token === undefined) throw new PageError(404, `There is no token ${params.name}.`);
  return token;
};

const askRevocation = ({ name }: Token): Answer => ({
  kind: 'page',
  title: `Revoke ${name}`,
  body: (
    <>
      <header>
        <h1>
          Revoke <code>{name}</code>?
        </h1>
        <p class="lede">Whatever program has it is refused from now on.</p>
      </header>
      <div class="row">
        <Form action={`${path}${name}/revoke/`}>
          <button type="submit" class="risk">
            Revoke
          </button>
        </Form>
        <a href={path}>Leave it</a>
      </div>
    </>
  ),
});

const revoke = async (needs: AccessPagesNeeds, ask: Ask): Promise<Answer> => {
  const { name } = tokenOf(needs, ask);
  await needs.tokens.revoke(name, ask.visitor.by);
  await needs.access.written(tokenStream(name));
  return { kind: 'elsewhere', path, said: { tone: 'ok', text: `${name} is revoked.` } };
};
