// kill -9 of the router at random moments, while texts flow.
import test from 'ava';
import type { PhoneText } from './support/fakeNetwork.js';
import { appPath, randomFrom, startWhole } from './support/setUp.js';
import { dataOf, readEvents } from './support/store.js';
import { eventually } from './support/wait.js';

const messages = 500;
const kills = 6;
const inFlight = 40;

interface Outgoing {
  readonly from: string;
  readonly token: string;
}

/** 400 phones that send once, and 20 that send five times. */
const traffic: readonly Outgoing[] = Array.from({ length: messages }, (_, index) => ({
  from: index % 5 === 0 ? `4940${100 + ((index / 5) % 20)}` : `4930${1000 + index}`,
  token: `t${index}`,
}));

/** Everything that the store has of a conversation in which a text was sent. */
const storyOf = (events: Awaited<ReturnType<typeof readEvents>>, text: string | undefined) => {
  const stream = events.find(
    ({ type, data }) => type === 'MessageSent' && Object(data).text === text,
  )?.stream;
  return events
    .filter((event) => event.stream === stream)
    .map(({ type, data, recordedAt, position }) => ({ position, type, recordedAt, data }));
};

for (const handler of ['inline', 'queued']) {
  test.serial(
    `every text is answered though the router is killed again and again (${handler})`,
    async (t) => {
      t.timeout(170_000);
      const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
      t.log(`SEED=${seed}`);
      const random = randomFrom(seed);
      const { network, router } = await startWhole(t, {
        apps: ['echo', appPath('chatty'), 'default'],
        backendConfig: { handler, probe: { firstMs: 100, maxMs: 1_000 } },
      });

      // The next text leaves when one is answered, so that the flow lasts for all the kills.
      const answers = new Map<string, number>();
      let sent = 0;
      const sendNext = (): void => {
        const next = traffic[sent];
        if (next === undefined) return;
        sent += 1;
        network.send(`echo ${next.token}`, { from: next.from });
      };
      const count = ({ to, text }: PhoneText): void => {
        const key = `${to} ${text}`;
        const before = answers.get(key) ?? 0;
        answers.set(key, before + 1);
        if (before === 0) sendNext();
      };
      t.teardown(network.onText(count));
      for (let index = 0; index < inFlight; index += 1) sendNext();

      for (let kill = 1; kill <= kills; kill += 1) {
        // After a random number of further answers, and then at a random moment within the next ones.
        const share = Math.floor((messages * kill) / (kills + 2));
        const goal = share + random(20);
        await network.waitFor(() => answers.size >= goal, 60_000);
        await new Promise((resolve) => setTimeout(resolve, random(40)));
        await router.kill9();
        await router.restart();
      }
      await network.waitFor(() => answers.size >= messages, 60_000);

      // Nothing may follow any more: everything decided has ended, and a last text has gone through behind it.
      const events = await eventually('the end of every text', 30_000, async () => {
        const so = await readEvents(router);
        const ended = new Set(
          [
            ...dataOf(so, 'MessageDispatched'),
            ...dataOf(so, 'MessageAbandoned'),
            ...dataOf(so, 'DispatchUnclear'),
          ].map(({ messageId }) => messageId),
        );
        return dataOf(so, 'MessageSent').every(({ messageId }) => ended.has(messageId)) ? so : undefined;
      });
      network.send('echo marker', { from: '4999' });
      await network.waitFor((texts) => texts.some(({ to }) => to === '4999'), 20_000);
      answers.delete('4999 marker');

      t.deepEqual(
        [...answers.keys()].toSorted(),
        traffic.map(({ from, token }) => `${from} ${token}`).toSorted(),
        'each phone got its own answers, and no others',
      );
      const decided = dataOf(events, 'MessageSent');
      t.is(decided.length, messages, 'each message was answered by one decision');
      t.is(new Set(decided.map(({ text }) => text)).size, messages);
      t.deepEqual(dataOf(events, 'MessageAbandoned'), []);

      // A second copy only where the router says that it may have sent one.
      const resumed = new Set(
        dataOf(events, 'MessageDispatched').flatMap((it) => (it.resumed === true ? [it.messageId] : [])),
      );
      const mayRepeat = new Set(
        decided.filter(({ messageId }) => resumed.has(messageId)).map(({ text }) => text),
      );
      const repeated = [...answers].filter(([, times]) => times > 1).map(([key]) => key.split(' ')[1] ?? '');
      t.log(`${repeated.length} texts came twice, ${mayRepeat.size} were resumed`);
      const untold = repeated.filter((token) => !mayRepeat.has(token));
      if (untold.length > 0) t.log(`All of one of them: ${JSON.stringify(storyOf(events, untold[0]))}`);
      t.deepEqual(untold, []);
    },
  );
}
