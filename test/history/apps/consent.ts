import type { App } from '../../../src/apps/app.js';
import type { DomainEvent } from '../../../src/domain/event.js';

type Fact = DomainEvent<'OptedOut', { word: string }> | DomainEvent<'OptedIn', object>;

/** Whoever says stop gets nothing more, whoever sends it, until they say start. */
export default {
  name: 'consent',
  initial: { isOut: false },
  evolve: (_state, { type }) => ({ isOut: type === 'OptedOut' }),

  handle: (message) => {
    const word = message.text.toLowerCase();
    if (word === 'stop' || word === '🛑') {
      message.record({ type: 'OptedOut', data: { word } });
      message.respond('🛑 ✓');
      return true;
    }
    if (word !== 'start') return undefined;
    message.record({ type: 'OptedIn', data: {} });
    message.respond('✅ start');
    return true;
  },

  outgoing: (message, { state }) => !(state.isOut && message.app !== 'consent'),
} satisfies App<{ isOut: boolean }, Fact>;
