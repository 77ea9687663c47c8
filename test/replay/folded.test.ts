import test from 'ava';
import { connectionOf } from '../../src/domain/connection.js';
import { Folded } from '../../src/replay/folded.js';
import { Actor } from '../../src/routing/actor.js';
import { apps } from '../history/apps.js';
import { generate } from '../history/generate.js';

test('of a history with everything in it, what a replay folds is what the router folds, after each event', async (t) => {
  const folded = new Map<string, { readonly actor: Actor; ours: Folded }>();
  for await (const { stream, events } of generate({ seed: 3, events: 4_000 })) {
    const connection = connectionOf(stream);
    if (connection === undefined) continue;
    const both = folded.get(stream) ?? {
      actor: new Actor(connection, apps),
      ours: new Folded(connection, apps),
    };
    folded.set(stream, both);
    for (const event of events) {
      both.actor.foresee([event]);
      const before = both.ours;
      both.ours = before.copy();
      both.ours.take([event]);
      const { conversation, memory } = both.actor;
      t.like(conversation, both.ours.conversation);
      t.deepEqual(both.ours.memory, memory);
      t.deepEqual([...both.ours.failed], [...conversation.failed]);
      t.deepEqual(
        [...both.ours.waiting],
        [...conversation.waiting].map(([id, { message, causeId }]) => [id, { message, causeId }]),
      );
    }
  }
  t.true(folded.size > 10);
});
