import { connectionOf } from '../domain/connection.js';
import type { ReplayReport } from '../programs/replay/request.js';
import { isChange } from '../replay/globals.js';
import { isDifference, type Kind, kinds } from '../replay/kinds.js';
import { wordsOf } from '../replay/kindWords.js';
import type { Hung } from '../replay/replay.js';
import type { Counted } from '../replay/tally.js';
import { styled, widthOf } from '../terminal/print.js';
import { visible } from '../terminal/visible.js';
import { count, inColumns, indented, things } from './columns.js';
import { differenceLines, type Look } from './replayDiff.js';

/** Told even when there is none of it. */
const alwaysTold: ReadonlySet<Kind> = new Set(['same', 'failed', 'notReproducible']);
const none: Counted = { count: 0, causes: 0, conversations: 0 };
/** Only what needs a person is in colour. */
const needPerson: ReadonlySet<Kind> = new Set(['failed', 'nowSilent', 'stopped']);

/** What a replay found, as lines. */
export const reportLines = (report: ReplayReport, look: Look): readonly string[] => [
  '',
  ...countLines(report, look),
  ...notedLines(report),
  ...detailLines(report, look),
  '',
  ...report.hung.map((hung) => hungLine(hung)),
  lastLine(report),
];

/** Where an app did not come back when the replay was stopped. */
export const hungLine = ({ app, phase, ms, stream, messageId }: Hung): string => {
  const time = `for ${(ms / 1_000).toFixed(1)} s when it was stopped`;
  if (stream === undefined || messageId === undefined)
    return `The app ${visible(app)} had been loading ${time}.`;
  const { backend, identity } = connectionOf(stream) ?? { backend: '', identity: stream };
  return `The app ${visible(app)} had been in its ${phase} ${time}: at the message ${messageId} of ${backend} ${visible(identity)}.`;
};

const countLines = ({ tally }: ReplayReport, { width }: Look): readonly string[] => {
  const order: readonly Kind[] = ['same', ...kinds.filter((kind) => kind !== 'same')];
  const told = order.filter((kind) => alwaysTold.has(kind) || (tally.counts[kind]?.count ?? 0) > 0);
  const rows = told.map((kind) => {
    const times = tally.counts[kind]?.count ?? 0;
    const mark = needPerson.has(kind) && times > 0 ? ' !' : '';
    return [`  ${wordsOf[kind]}`, `${count(times).padStart(9)}${mark}`];
  });
  return inColumns(rows).flatMap((line, index) => {
    const kind = told[index] ?? 'same';
    const counted = tally.counts[kind] ?? none;
    const lines = beside(line, about(kind, counted, tally.handovers), width);
    return needPerson.has(kind) && counted.count > 0 ? lines.map((one) => styled(one, 'attention')) : lines;
  });
};

/** What does not fit beside goes below, further in. */
const beside = (line: string, more: string, width: number | undefined): readonly string[] => {
  if (more === '') return [line];
  const whole = `${line}  ${more}`;
  return width === undefined || widthOf(whole) <= width
    ? [whole]
    : [line, ...indented(more, width - 4).map((one) => `    ${one}`)];
};

const about = (kind: Kind, counted: Counted, handovers: Readonly<Record<string, number>>): string => {
  if (!isDifference(kind) || counted.count === 0) return '';
  const places = `in ${things(counted.conversations, 'conversation')}`;
  const causes = things(counted.causes, 'first cause');
  const most = Object.entries(handovers)
    .sort(([, one], [, other]) => other - one)
    .slice(0, 2)
    .map(([handover, times]) => `${handover} ${count(times)}`);
  return [places, causes, ...(kind === 'otherApp' ? most : [])].join(', ');
};

/** Whoever made a call when no app was being asked, and had not been seen to wait for anything. */
const nobody = 'some app, after its handler had ended';

/** What apps tried that a replay does not give them. */
export const notedLines = ({ tally }: ReplayReport): readonly string[] => {
  if (tally.noted.length === 0) return [];
  const byApp = new Map<string, string[]>();
  for (const { app = nobody, call, count: times } of tally.noted)
    byApp.set(app, [...(byApp.get(app) ?? []), `${call} (${count(times)})`]);
  return [
    '',
    'not reproducible: these apps reach out, go by clock or chance, or change what all code goes by',
    ...[...byApp].flatMap(([app, calls]) => [`  ${visible(app)}`, ...calls.map((call) => `      ${call}`)]),
  ];
};

const detailLines = ({ tally }: ReplayReport, look: Look): readonly string[] =>
  kinds.filter(isDifference).flatMap((kind) => {
    const examples = tally.examples[kind] ?? [];
    if (examples.length === 0) return [];
    const { count: all, causes } = tally.counts[kind] ?? none;
    const isCauses = causes > 0;
    const of = count(isCauses ? causes : all);
    const more = examples.length < (isCauses ? causes : all) ? ', --limit 0 for all' : '';
    const title = `${wordsOf[kind]}${isCauses ? ', first causes' : ''} (${examples.length} of ${of}${more})`;
    return [
      '',
      styled(title, 'strong'),
      ...examples.flatMap((replayed) => [...differenceLines(replayed, look), '']).slice(0, -1),
    ];
  });

/** Said where not each message that was announced was counted once: what was found cannot be relied on then. */
export const miscounted = ({ messages, total, tally }: ReplayReport): string | undefined => {
  if (messages === total) return undefined;
  const found = `${things(messages, 'message')} were to be replayed and ${count(total)} counted: what is found here is not to be relied on.`;
  const changing = tally.noted.filter(({ call }) => isChange(call));
  if (changing.length === 0) return found;
  const named = changing.map(({ app = nobody, call }) => `${visible(app)}, by ${call}`);
  return `${found} An app may have brought that about: ${[...new Set(named)].join('; ')}.`;
};

const lastLine = (report: ReplayReport): string => {
  const { total, notRun, differing, kept, notKept, done, conversations } = report;
  const run = `${count(total - notRun)} replayed`;
  const all = notRun === 0 ? run : `${things(total, 'message')}: ${run}, ${count(notRun)} not run`;
  const sentence = `${all}, ${count(differing)} differ${differing === 1 ? 's' : ''}.`;
  if (done === conversations) return `${sentence} Exit ${differing > 0 ? 1 : 0}.`;
  const stopped = `Stopped after ${count(done)} of ${count(conversations)} conversations: ${sentence}`;
  return kept === undefined
    ? `${stopped} It cannot be gone on with: ${notKept}`
    : `${stopped} The same call with --resume goes on (${kept}).`;
};
