// `/replay/`: what would today's apps have answered? Started, watched and read in a browser.
import { readTime, timesTaken } from '../../../domain/times.js';
import type { ReplayWish } from '../../../replay/runs.js';
import type { Ask } from '../asking.js';
import type { Form } from '../form.js';
import { PageError } from '../pageError.js';
import type { Answer, PageRoute } from '../route.js';
import type { ReplayPagesNeeds } from './needs.js';
import { RunPage, RunsPage } from './page.js';

export const replayPages = (needs: ReplayPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path: '/replay/', right: 'operate', answer: async (ask) => showAll(needs, ask) },
  {
    method: 'POST',
    path: '/replay/',
    right: 'operate',
    answer: async (ask, form) => start(needs, ask, form),
  },
  { method: 'GET', path: '/replay/:id/', right: 'operate', answer: async (ask) => showOne(needs, ask) },
  { method: 'POST', path: '/replay/:id/stop/', right: 'operate', answer: async (ask) => stop(needs, ask) },
];

const showAll = ({ runs, backends, apps }: ReplayPagesNeeds, { query }: Ask): Answer => ({
  kind: 'page',
  title: 'Replay',
  body: (
    <RunsPage runs={runs} backends={backends} apps={apps} conversation={query.get('conversation') ?? ''} />
  ),
});

const showOne = (needs: ReplayPagesNeeds, { params }: Ask): Answer => {
  const run = needs.runs?.get(params.id ?? '');
  if (run === undefined)
    throw new PageError(404, 'This replay is not kept any more: the last 20 are, until the router stops.');
  return { kind: 'page', title: 'Replay', body: <RunPage run={run} /> };
};

const start = ({ runs }: ReplayPagesNeeds, ask: Ask, form: Form): Answer => {
  if (runs === undefined) throw new PageError(409, 'This router cannot start a replay.');
  if (runs.isBusy)
    throw new PageError(
      409,
      'Another replay is running: one at a time, since each takes a processor from the router.',
    );
  const { id } = runs.start(wishIn(form, ask), ask.visitor.by);
  return { kind: 'elsewhere', path: `/replay/${id}/` };
};

const wishIn = (form: Form, { formats, now }: Ask): ReplayWish => {
  const zone = formats.zone.name;
  const time = (name: 'since' | 'until') => {
    const text = form.text(name).trim();
    if (text !== '' && readTime(text, name, formats.zone, now) === undefined)
      throw new PageError(400, `${name}: expected ${timesTaken}, got “${text}”.`);
    return text === '' ? {} : { [name]: text };
  };
  const given = (name: 'backend' | 'app' | 'conversation') => {
    const text = form.text(name).trim();
    return text === '' ? {} : { [name]: text };
  };
  return {
    ...time('since'),
    ...time('until'),
    zone,
    ...given('backend'),
    ...given('app'),
    ...given('conversation'),
    ...(form.text('memory') === 'here' ? { fromHere: true } : {}),
  };
};

const stop = ({ runs }: ReplayPagesNeeds, { params }: Ask): Answer => {
  runs?.stop(params.id ?? '');
  return { kind: 'elsewhere', path: `/replay/${params.id ?? ''}/` };
};
