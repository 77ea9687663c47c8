import { connectionOf } from '../../domain/connection.js';
import type { RecordedEvent } from '../../domain/event.js';
import type {
  InboundRejected,
  MessageCancelled,
  MessageReceived,
  MessageSent,
  RouterStarted,
} from '../../domain/events.js';
import { isUnderstood } from '../../domain/understood.js';
import { happenedAt } from '../../explain/time.js';
import { visible } from '../../terminal/visible.js';
import type { LocalClock } from '../clock.js';
import { appWords, decisionRow } from './decision.js';
import type { Row } from './row.js';
import { stepRow } from './steps.js';
import { recorded, shown } from './words.js';

/** One event by itself, with whose it is: as it comes. */
export const eventRow = (event: RecordedEvent, clock: LocalClock, hasUtf8: boolean): Row => {
  const connection = connectionOf(event.stream);
  const who = connection === undefined ? event.stream : `${connection.backend} ${connection.identity}`;
  const { lead = '   ', ...row } = wordsOf(event, clock, hasUtf8);
  return { ...row, time: clock.time(happenedAt(event)), lead: `${visible(who)}  ${lead}` };
};

const wordsOf = (event: RecordedEvent, clock: LocalClock, hasUtf8: boolean): Row => {
  if (!isUnderstood(event)) return stepRow(event, clock);
  const [into, out] = hasUtf8 ? ['▸  ', '◂  '] : ['>  ', '<  '];
  switch (event.type) {
    case 'MessageReceived':
      return { lead: into, text: shown((event.data as MessageReceived['data']).text) };
    case 'MessageSent':
      return { lead: out, text: shown((event.data as MessageSent['data']).text) };
    case 'MessageCancelled': {
      const { text, cancelledBy } = event.data as MessageCancelled['data'];
      return { lead: out, text: shown(text), remark: `stopped by ${cancelledBy}`, style: 'attention' };
    }
    case 'MessageRouted':
    case 'RoutingFailed': {
      const { text, style } = decisionRow(event, undefined, clock);
      return { text, ...(style === undefined ? {} : { style }) };
    }
    case 'RouterStarted': {
      const { version, nodeVersion, apps } = event.data as RouterStarted['data'];
      return { text: `started: ${version} on Node ${nodeVersion}, ${apps.map(appWords).join(', ')}` };
    }
    case 'RouterStopped':
      return { text: 'stopped' };
    case 'InboundRejected': {
      const { reason, request } = event.data as InboundRejected['data'];
      return { text: `refused: ${visible(reason)}`, remark: visible(request.url), style: 'attention' };
    }
    default:
      return event.type.includes('.') ? { text: recorded(event) } : stepRow(event, clock);
  }
};
