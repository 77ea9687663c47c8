// A sample app with a memory: copy it, and its test (test/apps/registration.test.ts), to begin your own.
// To run it, name it in a configuration of yours:
//
//   apps: [./apps/registration.js, echo, ping, default]
import { defineApp, firstOf, keyword } from 'threadless-router';

/** @typedef {{ name?: string, visits: number }} State what the app remembers of one conversation */

export default defineApp({
  name: 'registration',

  // Memory: what is known at first, and what each recorded fact changes. It is read back from the store, so it survives
  // a restart. Keep it pure: no clock, no randomness, and never change the state that you are given.
  initial: /** @type {State} */ ({ visits: 0 }),
  evolve: (state, { type, data }) => {
    switch (type) {
      case 'ContactRegistered':
        return { ...state, name: data.name };
      case 'VisitReported':
        return { ...state, visits: state.visits + 1 };
      default:
        return state;
    }
  },

  // What the other apps may know of the person: their context.contact.
  contact: ({ name }) => (name === undefined ? {} : { name }),

  handle: firstOf(
    keyword('register|reg|join', {
      help: (message) => message.respond('To register, send: REGISTER <NAME>'),
      handle: (name, message) => {
        message.record({ type: 'ContactRegistered', data: { name: name.trim() } });
        message.respond(`Thank you for registering, ${name.trim()}!`);
      },
    }),
    keyword('visit', {
      help: (message) => message.respond('To report a visit, send: VISIT <PLACE>'),
      handle: (place, message, { state }) => {
        if (state.name === undefined) {
          message.respond('Please register first: REGISTER <NAME>');
          return;
        }
        message.record({ type: 'VisitReported', data: { place: place.trim() } });
        message.respond(`Thank you, ${state.name}. That is visit ${state.visits + 1}.`);
      },
    }),
  ),
});
