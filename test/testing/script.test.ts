import test from 'ava';
import fc from 'fast-check';
import { defineApp } from '../../src/apps/app.js';
import { runScript, ScriptError } from '../../src/testing/script.js';
import { parseScript } from '../../src/testing/scriptLines.js';
import { ScriptWriter } from '../../src/testing/writeScript.js';

const app = defineApp<number>({
  name: 'app',
  initial: 0,
  evolve: (count) => count + 1,
  handle: (message, { state, now }) => {
    if (message.text === 'time') message.respond(now.toISOString());
    else if (message.text === 'lines') message.respond('one\n\n two');
    else if (message.text === 'over')
      message.send({ backend: 'chat', identity: 'office #1' }, 'hello\tthere');
    else message.respond(`${message.connection.backend} ${state}`);
    return true;
  },
});

test('a transcript tells times to the millisecond, lines, JSON, backends and what was remembered', async (t) => {
  await runScript(
    [app],
    `
    1 = app.Counted {"by":1}
    1 > count
    1 < mockbackend 1
    1(chat) > count
    1(chat) < chat 0
    1@20260102030405.006 > time
    1 < 2026-01-02T03:04:05.006Z
    1@20260102030405 > time
    1 < 2026-01-02T03:04:05.000Z
    1 > lines
    1 << "one\\n\\n two"
    1 > over
    "office #1"(chat) << "hello\\tthere"
    2 > two
      | lines
    2 < mockbackend 0
    `,
  );
  await t.throwsAsync(runScript([app], '1 >> "no end'), {
    instanceOf: ScriptError,
    message: /^line 1: expected JSON/,
  });
  await t.throwsAsync(runScript([app], '1 = app {}'), { message: /expected "NUMBER = app\.Fact \{…\}"/ });
});

test('a transcript tells what a conversation had been before', async (t) => {
  const counting = defineApp({
    name: 'counting',
    handle: (message, { conversation: { received, sent, firstReceivedAt } }) => {
      message.respond(`${received} ${sent} ${firstReceivedAt}`);
      return true;
    },
    outgoing: (message, { conversation }) => {
      message.text += ` ${conversation.sent}`;
    },
  });
  const simulation = await runScript(
    [counting],
    `
    1 = 12 received, 9 sent, since 20250102030405.006
    1@202601020304 > count
    1 < 13 9 2025-01-02T03:04:05.006Z 9
    1 > count
    1 < 14 10 2025-01-02T03:04:05.006Z 10
    1 = 2 received, 0 sent
    1 > count
    1 < 3 0 2026-01-02T03:04:00.000Z 0
    2 > count
    2 < 1 0 2026-01-02T03:04:00.000Z 0
    `,
  );
  t.is((await simulation.receive('x', { from: '1' })).replies[0], '4 1 2026-01-02T03:04:00.000Z 1');
  await t.throwsAsync(runScript([counting], '1 = 2 received'), {
    message: /"NUMBER = 2 received, 1 sent", got/,
  });
  t.deepEqual(new ScriptWriter('a', 'none').had({ backend: 'a', identity: '1' }, 2, 1, 0), [
    '1 = 2 received, 1 sent, since 19700101000000.000',
  ]);
});

test('any message can be written as lines of a transcript, and read again', (t) => {
  const words = fc
    .oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[ -~\n"<>!|#=@\u2028\u2029\u0085\ufeff]*$/))
    .map((text) => text.toWellFormed());
  const whom = fc.record({
    backend: fc.constantFrom('a', 'b.c'),
    identity: words.filter((text) => text !== ''),
  });
  fc.assert(
    fc.property(
      whom,
      words,
      fc.date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true }),
      (connection, text, at) => {
        const writer = new ScriptWriter('a', 'milliseconds');
        const lines = [
          ...writer.sends(connection, text, at.getTime()),
          ...writer.expects(connection, text),
          ...writer.expectsSilence(connection),
        ];
        const read = parseScript(lines.join('\n'));
        const { identity, backend } = connection;
        const whomRead = { identity, ...(backend === 'a' ? {} : { backend }) };
        t.deepEqual(
          read.map((line) => ({ ...line, line: 0 })),
          [
            { kind: 'sends', whom: whomRead, line: 0, text, at },
            { kind: 'expects', whom: whomRead, line: 0, text },
            { kind: 'expects silence', whom: whomRead, line: 0 },
          ],
        );
      },
    ),
    { numRuns: 2_000 },
  );
});
