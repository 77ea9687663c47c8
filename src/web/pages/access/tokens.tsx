// `/tokens/`: what programs may do.
import { endOf, lifetimes } from '../../../access/lifetimes.js';
import { tokenStream } from '../../../access/names.js';
import { isScope } from '../../../access/said.js';
import type { Token } from '../../../access/token.js';
import { scopes } from '../../../access/visitor.js';
import type { Ask } from '../asking.js';
import type { Form as Sent } from '../form.js';
import { PageError } from '../pageError.js';
import { Blank, Form, Note, Time } from '../parts.js';
import { Cell, Register, Row } from '../register.js';
import type { Answer, PageRoute } from '../route.js';
import { type AccessPagesNeeds, orSaid } from './needs.js';

const path = '/tokens/';

export const tokensPages = (needs: AccessPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path, right: 'administer', answer: async (ask) => show(needs, ask) },
  {
    method: 'POST',
    path,
    right: 'administer',
    answer: (ask, form) => orSaid(path, () => add(needs, ask, form)),
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
      { title: 'Scopes' },
      { title: 'Ends' },
      { title: 'Revoke' },
    ]}
  >
    {tokens.map((token) => (
      <Row key={token.name}>
        <Cell class="when">
          <Time at={token.addedAt} as="minute" />
        </Cell>
        <Cell class="who">
          <code>{token.name}</code>
        </Cell>
        <Cell>
          {token.scopes.join(', ')}
          {token.seesNumbers ? ', sees numbers' : ''}
        </Cell>
        <Cell>
          {token.endsAt <= now ? 'has ended ' : ''}
          <Time at={token.endsAt} as="minute" />
        </Cell>
        <Cell>
          <a href={`${path}${token.name}/revoke/`}>Revoke</a>
        </Cell>
      </Row>
    ))}
  </Register>
);

const AddForm = () => (
  <section aria-labelledby="add-h">
    <h2 id="add-h">Another token</h2>
    <Form action={path} class="grid">
      <p>
        <label for="name">Name of the program</label>
        <input
          id="name"
          name="name"
          autocomplete="off"
          autoCapitalize="none"
          pattern="[A-Za-z0-9][A-Za-z0-9\-]*"
          required
        />
      </p>
      <fieldset>
        <legend>Scopes</legend>
        {scopes.map((scope) => (
          <label key={scope} class="tick">
            <input type="checkbox" name="scope" value={scope} /> {scope}
          </label>
        ))}
        <label class="tick">
          <input type="checkbox" name="seesNumbers" value="yes" /> sees whole telephone numbers with read
          alone
        </label>
      </fieldset>
      <p>
        <label for="ends">Works for</label>
        <select id="ends" name="ends">
          {Object.entries(lifetimes).map(([value, words]) => (
            <option key={value} value={value} selected={value === '90d'}>
              {words}
            </option>
          ))}
        </select>
      </p>
      <p class="row">
        <button type="submit" class="do">
          Make it
        </button>
      </p>
    </Form>
  </section>
);

const add = async ({ tokens, access }: AccessPagesNeeds, ask: Ask, form: Sent): Promise<Answer> => {
  const endsAt = endOf(form.text('ends'), ask.now);
  if (endsAt === undefined) throw new PageError(400, 'Expected how long the token works, such as 90d.');
  const name = form.text('name').trim().toLowerCase();
  const given = form.all('scope').filter(isScope);
  const made = { scopes: given, seesNumbers: form.text('seesNumbers') === 'yes', endsAt };
  const text = await tokens.add(name, made, ask.visitor.by);
  await access.written(tokenStream(name));
  return {
    kind: 'page',
    title: 'A token',
    body: (
      <>
        <header>
          <h1>
            A token for <code>{name}</code>
          </h1>
          <p class="lede">
            Keep it now: it is shown once. It works until <Time at={endsAt} as="minute" />.
          </p>
        </header>
        <Note tone="ok">
          <code>{text}</code>
        </Note>
        <p>
          <a href={path}>Tokens</a>
        </p>
      </>
    ),
  };
};

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
