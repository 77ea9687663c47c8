// `/webhooks/NAME/`: how it is, and what it refused for too long, to be sent again.
import type { JSX } from 'preact';
import { may } from '../../../access/rights.js';
import { connectionOf } from '../../../domain/connection.js';
import type { Chosen, FailedCall, FailedPage } from '../../../webhooks/failed.js';
import type { WebhookReport } from '../../../webhooks/status.js';
import { UnknownWebhook, type WebhookSupervision } from '../../../webhooks/supervision.js';
import { pathPart, textOfPart } from '../../api/paths.js';
import { type Ask, useAsk } from '../asking.js';
import type { Form as Sent } from '../form.js';
import { News } from '../lists/parts.js';
import { PageError } from '../pageError.js';
import { Blank, Form, Identity, Time } from '../parts.js';
import { Cell, Register, Row } from '../register.js';
import type { Answer, PageRoute } from '../route.js';
import { Figures, Settings, State, Why } from './state.js';

const limit = 50;

/** @param path - of all webhooks */
export const onePages = (webhooks: WebhookSupervision, path: string): readonly PageRoute[] => [
  { method: 'GET', path: `${path}:name/`, right: 'see', answer: (ask) => known(() => show(webhooks, ask)) },
  {
    method: 'POST',
    path: `${path}:name/resend/`,
    right: 'operate',
    answer: (ask, form) => known(() => sendAgain(webhooks, ask, form, path)),
  },
];

/** @throws {PageError} 404 */
const known = async (answer: () => Promise<Answer>): Promise<Answer> => {
  try {
    return await answer();
  } catch (error) {
    if (error instanceof UnknownWebhook) throw new PageError(404, error.message);
    throw error;
  }
};

const nameIn = ({ params }: Ask): string => textOfPart(params.name ?? '');

const isPlace = (text: string): boolean => /^\d{1,18}$/.test(text);

const show = async (webhooks: WebhookSupervision, ask: Ask): Promise<Answer> => {
  const name = nameIn(ask);
  const before = ask.query.get('before') ?? '';
  const page = await webhooks.failed(name, { limit, ...(isPlace(before) ? { before } : {}) });
  const report = (await webhooks.list()).find((one) => one.name === name);
  if (report === undefined) throw new PageError(404, `There is no webhook ${name}.`);
  const isFirst = !isPlace(before);
  return {
    kind: 'page',
    title: name,
    body: <One report={report} page={page} isFirst={isFirst} />,
    ...(isFirst ? { live: ['all'] } : {}),
  };
};

interface OneProps {
  readonly report: WebhookReport;
  readonly page: FailedPage;
  readonly isFirst: boolean;
}

const One = ({ report, page, isFirst }: OneProps): JSX.Element => (
  <>
    <header>
      <h1>{report.name}</h1>
      <p class="row">
        <State state={report.state} />
      </p>
    </header>
    <Why of={report} />
    <Figures of={report} />
    <Settings of={report} />
    <section aria-labelledby="aside-h">
      <h2 id="aside-h">Put aside</h2>
      <News href={`/webhooks/${pathPart(report.name)}/`} />
      {page.calls.length === 0 ? (
        <Blank title={isFirst ? 'No call was put aside' : 'No more'}>
          <p>
            What it refuses for too long stands here, and can be sent again. Its conversation goes on
            meanwhile.
          </p>
        </Blank>
      ) : (
        <PutAside report={report} page={page} isFirst={isFirst} />
      )}
    </section>
  </>
);

const PutAside = ({ report, page: { calls, hasMore }, isFirst }: OneProps) => {
  const { visitor } = useAsk();
  const path = `/webhooks/${pathPart(report.name)}/`;
  const mayOperate = may(visitor, 'operate');
  return (
    <>
      <p class="soft">
        Mend the receiver, then have them sent again: each with its own id and the same bytes, out of its
        order.
      </p>
      <Form action={`${path}resend/`} class="stack">
        <Calls calls={calls} canChoose={mayOperate} />
        {mayOperate ? (
          <Foot report={report} upTo={isFirst ? calls[0]?.place : undefined} />
        ) : (
          <p class="xs soft">An operator can have them sent again.</p>
        )}
      </Form>
      {hasMore ? (
        <p>
          <a href={`${path}?before=${calls.at(-1)?.place}`}>Older ones</a>
        </p>
      ) : undefined}
    </>
  );
};

const Calls = ({
  calls,
  canChoose,
}: {
  readonly calls: readonly FailedCall[];
  readonly canChoose: boolean;
}) => (
  <Register
    caption="Calls that were put aside, the newest first"
    class={canChoose ? 'pick' : ''}
    columns={[
      ...(canChoose ? [{ title: 'Choose', class: 'box' }] : []),
      { title: 'Put aside', class: 'when' },
      { title: 'Who', class: 'who' },
      { title: 'What, and why', class: 'text' },
    ]}
  >
    {calls.map((call) => (
      <Call key={call.eventId} call={call} canChoose={canChoose} />
    ))}
  </Register>
);

const Call = ({ call, canChoose }: { readonly call: FailedCall; readonly canChoose: boolean }) => {
  const { pathOf, formats, visitor } = useAsk();
  const connection = connectionOf(call.stream);
  const { eventId, type, code, attempts, abandonedAt } = call;
  const detail = visitor.seesNumbers
    ? call.detail
    : call.detail.replaceAll(connection?.identity ?? '\0', '…');
  return (
    <Row>
      {canChoose ? (
        <Cell class="box">
          <input type="checkbox" name="id" value={eventId} aria-label={`Choose the call ${eventId}`} />
        </Cell>
      ) : undefined}
      <Cell class="when">
        <Time at={abandonedAt} />
      </Cell>
      <Cell class="who">
        {connection === undefined ? undefined : (
          <>
            <a href={pathOf(connection)}>
              <Identity of={connection.identity} />
            </a>{' '}
            <span class="xs soft">{connection.backend}</span>
          </>
        )}
      </Cell>
      <Cell class="text">
        <code>{type}</code>
        <p class="xs bad">
          {code}: <code dir="auto">{detail}</code> After {formats.number(attempts)}{' '}
          {attempts === 1 ? 'attempt' : 'attempts'}
        </p>
      </Cell>
    </Row>
  );
};

/** All of them are those that were there when the page was made: what is put aside meanwhile nobody has seen. */
const Foot = ({
  report: { putAside, orMore },
  upTo,
}: {
  readonly report: WebhookReport;
  readonly upTo: string | undefined;
}) => {
  const { formats } = useAsk();
  return (
    <div class="row end">
      <p class="grow">
        <label for="why">Why (recorded with your name)</label>
        <input id="why" name="why" maxLength={500} autocomplete="off" />
      </p>
      <button type="submit" name="which" value="chosen" class="do">
        Send the chosen again
      </button>
      {upTo === undefined ? undefined : (
        <>
          <input type="hidden" name="upTo" value={upTo} />
          <button type="submit" name="which" value="all">
            Send all {formats.number(putAside)}
            {orMore ? ' or more' : ''} again
          </button>
        </>
      )}
    </div>
  );
};

const sendAgain = async (
  webhooks: WebhookSupervision,
  ask: Ask,
  form: Sent,
  path: string,
): Promise<Answer> => {
  const [name, why, upTo] = [nameIn(ask), form.text('why').trim(), form.text('upTo')];
  const back = `${path}${pathPart(name)}/`;
  const isAll = form.text('which') === 'all' && isPlace(upTo);
  const chosen: Chosen = isAll ? { upTo } : form.all('id');
  if (!isAll && form.all('id').length === 0)
    return { kind: 'elsewhere', path: back, said: { tone: 'bad', text: 'Choose at least one call.' } };
  const told = await webhooks.sendAgain(name, chosen, { by: ask.visitor.by, ...(why === '' ? {} : { why }) });
  const failed = told.filter(({ problem }) => problem !== undefined).length;
  const done = told.length - failed;
  const sent = `${ask.formats.number(done)} ${done === 1 ? 'call is' : 'calls are'} sent again.`;
  const gone = failed === 0 ? '' : ` ${ask.formats.number(failed)} did not wait any more.`;
  return { kind: 'elsewhere', path: back, said: { tone: failed === 0 ? 'ok' : 'warn', text: sent + gone } };
};
