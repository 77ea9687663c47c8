// Pages that stand beside all others: what the marks mean, and in which zone times are shown.
import { zoneOf } from '../../domain/zone.js';
import { inMarks, Mark, outMarks } from './marks.js';
import { PageError } from './pageError.js';
import { Form } from './parts.js';
import type { PageRoute } from './route.js';

const Meanings = ({ direction }: { readonly direction: 'in' | 'out' }) => (
  <table class="reg">
    <caption>{direction === 'in' ? 'In' : 'Out'}</caption>
    <thead>
      <tr>
        <th scope="col" class="st">
          Status
        </th>
        <th scope="col">Means</th>
      </tr>
    </thead>
    <tbody>
      {Object.entries(direction === 'in' ? inMarks : outMarks).map(([status, { means }]) => (
        <tr key={status}>
          <th scope="row">
            <Mark direction={direction} status={status} />
          </th>
          <td>{means}</td>
        </tr>
      ))}
    </tbody>
  </table>
);

const marksPage: PageRoute = {
  method: 'GET',
  path: '/marks/',
  right: 'see',
  answer: async () => ({
    kind: 'page',
    title: 'What the marks mean',
    body: (
      <>
        <header>
          <h1>What the marks mean</h1>
          <p>
            A mark is the way of a message: stops that are reached are filled. Out: decided, with the gateway,
            on the phone. In: received, decided. The end has a shape of its own, so that no colour is needed;
            the word always stands beside it.
          </p>
        </header>
        <div class="two-up">
          <Meanings direction="out" />
          <Meanings direction="in" />
        </div>
      </>
    ),
  }),
};

const preferencesPage: PageRoute = {
  method: 'GET',
  path: '/preferences/',
  right: 'see',
  answer: async ({ query, formats }) => ({
    kind: 'page',
    title: 'Times',
    body: (
      <>
        <header>
          <h1>Times</h1>
          <p class="lede">Times are shown in {formats.zoneSaid}.</p>
        </header>
        <section>
          <h2>Another zone</h2>
          <Form action="/preferences/">
            <input type="hidden" name="to" value={query.get('to') ?? '/'} />
            <p>
              <label for="zone">A place such as Africa/Kampala, or an offset such as +05:45</label>
              <input id="zone" name="zone" required list="zones" value={formats.zone.name} />
              <datalist id="zones">
                {Intl.supportedValuesOf('timeZone').map((name) => (
                  <option key={name} value={name} />
                ))}
              </datalist>
            </p>
            <p class="row">
              <button type="submit" class="do">
                Show times so
              </button>
            </p>
          </Form>
        </section>
      </>
    ),
  }),
};

const keepZone: PageRoute = {
  method: 'POST',
  path: '/preferences/',
  right: 'see',
  answer: async (_ask, form) => {
    const name = form.text('zone').trim();
    const zone = zoneOf(name);
    if (zone === undefined)
      throw new PageError(
        400,
        `“${name}” is no zone: expected a place such as Africa/Kampala, or an offset such as +05:45.`,
      );
    const to = form.text('to');
    return { kind: 'elsewhere', path: isOwnPath(to) ? to : '/', zone: zone.name };
  },
};

/** Of this router: `//host` is not. */
export const isOwnPath = (path: string): boolean => /^\/(?![/\\])[^\s\\]*$/.test(path);

export const standingPages: readonly PageRoute[] = [marksPage, preferencesPage, keepZone];
