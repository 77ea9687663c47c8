import type { App } from '../../../src/apps/app.js';
import type { DomainEvent } from '../../../src/domain/event.js';
import { failure } from './failure.js';
import { behind, fill } from './phrases.js';

type Fact =
  | DomainEvent<'Reported', { what: string; count: number }>
  | DomainEvent<'Milestone', { received: number }>;

/** From so many cases on the district office is told. */
const alarming = 40;
const districtOffice = { backend: 'simple-http', identity: 'district office #1' };
const milestone = 50;

/** Takes the weekly numbers. It counts on who sends them being registered: a report of anyone else is a dead letter. */
export default {
  name: 'reports',
  initial: { reports: 0, cases: 0 },
  evolve: (state, { type, data }) =>
    type === 'Reported' ? { reports: state.reports + 1, cases: state.cases + data.count } : state,

  handle: (message, { contact }) => {
    const asked = behind(message.text, 'report');
    if (asked === undefined) return undefined;
    const { phrases, rest } = asked;
    const [, what, digits] = /^(.+?)\s*(\d{1,6})$/u.exec(rest) ?? [];
    if (what === undefined || digits === undefined) {
      message.respond(`${phrases.report} <${phrases.things.join(' | ')}> 123`);
      return true;
    }
    if (contact.name === undefined) {
      throw failure(
        'TypeError',
        "Cannot read properties of undefined (reading 'toUpperCase')",
        'reports',
        33,
      );
    }
    const count = Number(digits);
    message.record({ type: 'Reported', data: { what, count } });
    message.respond(fill(phrases.reported, { name: contact.name, count, what }));
    if (count >= alarming) {
      message.send(districtOffice, `⚠ ${contact.name}: ${count} × ${what}`, { priority: 3 });
    }
    return true;
  },

  cleanup: (message, { conversation: { received } }) => {
    if (received % milestone === 0) message.record({ type: 'Milestone', data: { received } });
  },
} satisfies App<{ reports: number; cases: number }, Fact>;
