import test from 'ava';
import { defineApp } from '../../src/apps/app.js';
import { Simulation } from '../../src/testing/simulation.js';

test('a text to someone else goes out by what is known of them', async (t) => {
  const consent = defineApp<boolean>({
    name: 'consent',
    initial: true,
    evolve: () => false,
    outgoing: (message, { state, conversation }) => {
      message.text += ` (${conversation.connection.identity})`;
      return state;
    },
  });
  const relay = defineApp({
    name: 'relay',
    handle: (message) => {
      for (const to of ['456', '789']) message.send(to, `to ${to}`);
      return true;
    },
  });
  const simulation = new Simulation([consent, relay]);
  simulation.remembered('consent', [{ type: 'OptedOut', data: {} }], '456');
  const { sent, trace } = await simulation.receive('x');
  t.deepEqual(
    sent.map(({ text }) => text),
    ['to 789 (789)'],
  );
  t.deepEqual(
    trace.map(({ result }) => result),
    ['true', 'false', 'true'],
  );
});
