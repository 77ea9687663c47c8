import type { EventsAnswer } from '../../audit/events.js';
import { terminalOf } from '../../terminal/print.js';
import { visible } from '../../terminal/visible.js';
import type { LocalClock } from '../clock.js';
import { type Line, tableOf } from './table.js';

export const eventLines = ({ events }: EventsAnswer, clock: LocalClock): readonly string[] => {
  const head = [`stored (${clock.zone})`, 'type', 'stream', 'data'];
  const lines = events.map(
    ({ recordedAt, type, stream, data }): Line => [
      { text: clock.entry(recordedAt) },
      { text: visible(type) },
      { text: visible(stream) },
      { text: visible(JSON.stringify(data)) },
    ],
  );
  return tableOf([head.map((text) => ({ text, style: 'strong' as const })), ...lines], terminalOf());
};
