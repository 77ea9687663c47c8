// `/apps/<app>/<path>/`: pages that apps bring, in our frame.
import type { AnyApp } from '../../../apps/app.js';
import { Html } from '../../../apps/html.js';
import type { AppPage, AppPageContext } from '../../../apps/pages.js';
import type { Asked } from '../../../audit/reading.js';
import { AuditError } from '../../../audit/reading.js';
import type { Questions } from '../../../audit/recorded.js';
import { type Connection, conversationStream } from '../../../domain/connection.js';
import type { Log } from '../../../domain/log.js';
import type { Explainer } from '../../../explain/explainer.js';
import { NotFound } from '../../../explain/find.js';
import type { Ask } from '../asking.js';
import { PageError } from '../pageError.js';
import type { Answer, PageRoute } from '../route.js';

export interface AppPagesNeeds {
  readonly apps: readonly AnyApp[];
  readonly questions: (by: string) => Pick<Questions, 'messages'>;
  readonly explainer: (by: string) => Pick<Explainer, 'explain'>;
  readonly log: Log;
}

export const appPages = (needs: AppPagesNeeds): readonly PageRoute[] =>
  pagesOf(needs.apps).map(({ app, page, href }) => ({
    method: 'GET',
    path: href,
    right: 'see',
    answer: (ask) => render(needs, app, page, ask),
  }));

/** For the menu. */
export const appTabs = (apps: readonly AnyApp[]) =>
  pagesOf(apps).map(({ page, href }) => ({ title: page.title, href }));

const pagesOf = (apps: readonly AnyApp[]) =>
  apps.flatMap((app) =>
    (app.pages ?? []).map((page) => ({ app: app.name, page, href: `/apps/${app.name}/${page.path}/` })),
  );

const render = async (needs: AppPagesNeeds, app: string, page: AppPage, ask: Ask): Promise<Answer> => {
  const { query, visitor } = ask;
  let made: Html;
  try {
    made = await page.render(
      { query, visitor: { name: visitor.name, role: visitor.role } },
      contextOf(needs, app, ask),
    );
    if (!(made instanceof Html)) throw new TypeError('A page is rendered with html`…`.');
  } catch (err) {
    needs.log.error({ err, app, page: page.path }, 'a page of an app cannot be shown');
    throw new PageError(
      503,
      `The app ${app} cannot show this page now: ${err instanceof Error ? err.message : String(err)}`,
    );
  }
  return {
    kind: 'page',
    title: page.title,
    body: (
      <>
        <header>
          <h1>{page.title}</h1>
        </header>
        {/* What was filled in is escaped by html`…`. */}
        <div class="stack" dangerouslySetInnerHTML={{ __html: made.text }} />
      </>
    ),
  };
};

const contextOf = (
  { questions, explainer }: AppPagesNeeds,
  app: string,
  { visitor, now, pathOf }: Ask,
): AppPageContext => ({
  now: new Date(now),
  pathOf,
  messages: async (question) => {
    const asked: Asked = Object.fromEntries(Object.entries(question).map(([part, value]) => [part, [value]]));
    const answer = await questions(visitor.by).messages(asked);
    if ('messages' in answer) return answer.messages;
    throw new AuditError('by', 'no groups on a page of an app', question.by ?? '');
  },
  memory: async (connection) => memoryOf(await stateOf(explainer(visitor.by), connection), app),
});

const stateOf = async (explainer: Pick<Explainer, 'explain'>, connection: Connection) => {
  try {
    const conversation = conversationStream(connection);
    return (await explainer.explain({ conversation, at: { time: '9999-12-31T00:00:00.000Z' }, count: 1 }))
      .state;
  } catch (error) {
    if (error instanceof NotFound) return undefined;
    throw error;
  }
};

const memoryOf = (state: Awaited<ReturnType<typeof stateOf>>, app: string): unknown =>
  (state?.apps[app] as { readonly state?: unknown } | undefined)?.state;
