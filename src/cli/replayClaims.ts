import type { ReplayReport } from '../programs/replay/request.js';
import type { Claim, ClaimCount } from '../replay/claims.js';
import { styled } from '../terminal/print.js';
import { visible } from '../terminal/visible.js';
import { count, things } from './columns.js';
import type { Look } from './replayDiff.js';
import { hungLine, notedLines } from './replayReport.js';

/** Who would handle what, as lines. */
export const claimLines = (report: ReplayReport, look: Look): readonly string[] => [
  ...block('handled by another app than then', report.claims.handovers, look),
  ...block('several apps would handle them: the first of the two does', report.claims.overlaps, look),
  ...notedLines(report),
  '',
  ...report.hung.map(hungLine),
  lastLine(report),
];

const lastLine = ({ claims, total, notRun, done, conversations }: ReplayReport): string => {
  const sentence = `${count(total - notRun)} looked at: ${count(sum(claims.handovers))} would be handled by another app, ${things(sum(claims.overlaps), 'overlap')}.`;
  return done === conversations
    ? sentence
    : `Stopped after ${count(done)} of ${count(conversations)} conversations: ${sentence}`;
};

const sum = (pairs: Readonly<Record<string, ClaimCount>>): number =>
  Object.values(pairs).reduce((all, { count: times }) => all + times, 0);

const block = (title: string, pairs: Readonly<Record<string, ClaimCount>>, look: Look): readonly string[] => {
  const sorted = Object.entries(pairs).sort(([, one], [, other]) => other.count - one.count);
  if (sorted.length === 0) return [];
  return [
    '',
    styled(title, 'strong'),
    ...sorted.flatMap(([pair, { count: times, examples }]) => [
      `  ${visible(pair)}  ${count(times)}`,
      ...examples.map((claim) => example(claim, look)),
    ]),
  ];
};

const example = ({ connection, text, receivedAt }: Claim, { clock, hasUtf8 }: Look): string =>
  `      ${clock.moment(receivedAt)}  ${connection.backend} ${visible(connection.identity)}  ${hasUtf8 ? '▸' : '>'} ${visible(text)}`;
