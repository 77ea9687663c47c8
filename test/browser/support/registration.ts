import { defineApp } from '../../../src/index.js';

type Fact =
  | { readonly type: 'ContactRegistered'; readonly data: { readonly name: string } }
  | { readonly type: 'VisitReported'; readonly data: { readonly place: string } };

interface State {
  readonly name?: string;
  readonly visits: number;
}

/** Remembers who someone is, and counts their visits. */
export default defineApp<State, Fact>({
  name: 'registration',
  initial: { visits: 0 },
  evolve: (state, fact) => {
    switch (fact.type) {
      case 'ContactRegistered':
        return { ...state, name: fact.data.name };
      case 'VisitReported':
        return { ...state, visits: state.visits + 1 };
    }
  },
  contact: ({ name }) => (name === undefined ? {} : { name }),
  handle: (message, { state }) => {
    const [, word, rest = ''] = /^(\S+)\s*(.*)$/s.exec(message.text) ?? [];
    if (word === 'register') {
      message.record({ type: 'ContactRegistered', data: { name: rest } });
      message.respond(`Thank you for registering, ${rest}!`);
      return true;
    }
    if (word === 'fail') throw new Error('The register is closed.');
    if (word !== 'visit') return undefined;
    message.record({ type: 'VisitReported', data: { place: rest } });
    message.respond(`Thank you, ${state.name ?? 'friend'}. That is visit ${state.visits + 1}.`);
    return true;
  },
});
