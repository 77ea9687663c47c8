import type { EventsAnswer } from '../../audit/events.js';
import { terminalOf } from '../../terminal/print.js';
import { visible } from '../../terminal/visible.js';
import { Moments } from './moments.js';
import { type Line, tableOf } from './table.js';

export const eventLines = ({ events, range }: EventsAnswer): readonly string[] => {
  const moments = new Moments(range.zone);
  const head = [`stored (${moments.zone})`, 'type', 'stream', 'data'];
  const lines = events.map(
    ({ recordedAt, type, stream, data }): Line => [
      { text: moments.moment(recordedAt) },
      { text: visible(type) },
      { text: visible(stream) },
      { text: visible(JSON.stringify(data)) },
    ],
  );
  return tableOf([head.map((text) => ({ text, style: 'strong' as const })), ...lines], terminalOf());
};
