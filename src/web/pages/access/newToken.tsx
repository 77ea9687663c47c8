import { endOf, lifetimes } from '../../../access/lifetimes.js';
import { tokenStream } from '../../../access/names.js';
import { isScope } from '../../../access/said.js';
import { scopes } from '../../../access/visitor.js';
import type { Ask } from '../asking.js';
import type { Form as Sent } from '../form.js';
import { PageError } from '../pageError.js';
import { Form, Note, Time } from '../parts.js';
import type { Answer } from '../route.js';
import type { AccessPagesNeeds } from './needs.js';

const path = '/tokens/';

export const AddForm = () => (
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

/** Shown at once and never again. */
export const addToken = async (
  { tokens, access }: AccessPagesNeeds,
  ask: Ask,
  form: Sent,
): Promise<Answer> => {
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
            Keep it now: it is shown once. It works until <Time at={endsAt} />.
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
