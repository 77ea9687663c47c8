// `/backends/`: which way stands still, why, and who acts.
import { type Backends, NoSuchBackend } from '../../../outbound/backends.js';
import { PauseError } from '../../../outbound/pauses.js';
import { textOfPart } from '../../api/paths.js';
import type { Ask } from '../asking.js';
import type { Form } from '../form.js';
import { PageError } from '../pageError.js';
import type { Answer, PageRoute, Said } from '../route.js';
import { BackendsPage } from './page.js';

export interface BackendPagesNeeds {
  readonly backends: Pick<Backends, 'list' | 'pause' | 'resume'>;
  /** What stands in a configuration in place of a secret. */
  readonly blank: string;
}

const at = '/backends/';

export const backendPages = (needs: BackendPagesNeeds): readonly PageRoute[] => [
  { method: 'GET', path: at, right: 'see', answer: () => show(needs) },
  {
    method: 'POST',
    path: `${at}:name/pause/`,
    right: 'operate',
    answer: (ask, form) => pause(needs, ask, form),
  },
  {
    method: 'POST',
    path: `${at}:name/resume/`,
    right: 'operate',
    answer: (ask, form) => resume(needs, ask, form),
  },
];

const show = async ({ backends, blank }: BackendPagesNeeds): Promise<Answer> => ({
  kind: 'page',
  title: 'Backends',
  live: ['all'],
  body: <BackendsPage backends={await backends.list()} blank={blank} />,
});

const pause = async ({ backends }: BackendPagesNeeds, ask: Ask, form: Form): Promise<Answer> => {
  const [name, why] = [nameIn(ask), whyIn(form)];
  if (why === '') return back({ tone: 'bad', text: `${name} was not paused: say why.` });
  return said(async () => {
    await backends.pause(name, ask.visitor.by, why);
    return `${name} is paused: its texts wait until someone resumes it.`;
  });
};

const resume = async ({ backends }: BackendPagesNeeds, ask: Ask, form: Form): Promise<Answer> => {
  const [name, why] = [nameIn(ask), whyIn(form)];
  return said(async () => {
    await backends.resume(name, ask.visitor.by, why === '' ? undefined : why);
    return `${name} is resumed: what waits leaves now, in order.`;
  });
};

const nameIn = ({ params }: Ask): string => textOfPart(params.name ?? '');

/** Characters: it is shown wherever the backend is. */
const longestWhy = 500;

const whyIn = (form: Form): string => {
  const why = form.text('why').trim();
  if (why.length > longestWhy)
    throw new PageError(400, `The reason is longer than ${longestWhy} characters. Say it shorter.`);
  return why;
};

const said = async (act: () => Promise<string>): Promise<Answer> => {
  try {
    return back({ tone: 'ok', text: await act() });
  } catch (error) {
    if (error instanceof NoSuchBackend) throw new PageError(404, error.message);
    if (error instanceof PauseError) return back({ tone: 'bad', text: error.message });
    throw error;
  }
};

const back = (told: Said): Answer => ({ kind: 'elsewhere', path: at, said: told });
