import test from 'ava';
import fc from 'fast-check';
import { Gathered } from '../../src/programs/replay/gather.js';
import { simplest } from '../../src/programs/replay/simplest.js';
import type { RehearsedStep } from '../../src/replay/question.js';
import { rehearse } from '../../src/replay/rehearse.js';
import { transcriptOf } from '../../src/replay/transcript.js';
import { runScript } from '../../src/testing/script.js';
import { Simulation } from '../../src/testing/simulation.js';
import { appsWith, history, routed } from './world.js';

const answersTo = (steps: readonly RehearsedStep[]) =>
  rehearse(new Simulation(appsWith()), steps, () => undefined);

test('of any history, a conversation from any message on is answered in a transcript as it was', async (t) => {
  const part = fc.record({ inbound: history, atOnce: fc.boolean(), from: fc.nat({ max: 12 }) });
  await fc.assert(
    fc.asyncProperty(part, fc.constantFrom('1', '2', '3'), async ({ inbound, atOnce, from }, identity) => {
      const store = await routed(inbound, atOnce);
      const times: string[] = [];
      for await (const { type, data } of store.readAll())
        if (type === 'MessageReceived') times.push((data as { receivedAt: string }).receivedAt);
      const since = times[Math.min(from, times.length - 1)] ?? '';
      const gathered = await Gathered.around(store, { backend: 'a', identity }, { since });
      let reactions = await answersTo(gathered.steps());
      while (gathered.leaveOut(reactions) > 0 || (await gathered.meet(reactions)))
        reactions = await answersTo(gathered.steps());
      // Where two wrote to each other at once, one of them comes first now.
      if (!gathered.isTangled) t.deepEqual(gathered.differing(reactions), []);
      const ask = async (steps: readonly RehearsedStep[]) => ({
        apps: [],
        reactions: await answersTo(steps),
        noted: [],
      });
      const { steps, precision } = await simplest(gathered.steps(), reactions, ask);
      await runScript(appsWith(), transcriptOf(steps, reactions, 'a', precision).join('\n'), {
        connection: { backend: 'a' },
      });
      await store.close();
    }),
    { numRuns: 60 },
  );
});
