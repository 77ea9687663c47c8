import test from 'ava';
import fc from 'fast-check';
import { parseWithoutTrace } from '../../src/store/sqlite/withoutTrace.js';

/** Texts of the marks that could be taken for an end. */
const text = fc.string({ unit: fc.constantFrom('}', ']', ',', '"', '{', '[', ':', '\\', 'x', 'trace') });
const entry = fc.dictionary(fc.constantFrom('phase', 'error', 'text'), text, { minKeys: 1 });
const fields = fc.dictionary(fc.constantFrom('messageId', 'elsewhere', 'routedAt', 'seen'), fc.jsonValue());

test('all but the trace is told, wherever it stands and whatever it says', (t) => {
  fc.assert(
    fc.property(fields, fc.array(entry, { minLength: 1 }), fields, text, (before, trace, after, said) => {
      const data = JSON.stringify({ said, ...before, trace, ...after });
      const { trace: left = [], ...rest } = parseWithoutTrace(data) as { readonly trace?: unknown[] };
      const { trace: _trace, ...whole } = JSON.parse(data) as { readonly trace: unknown };
      t.deepEqual(rest, whole as object);
      t.true(left.length === 0 || left.length === trace.length);
    }),
  );
});

test('what has none is told as it is, and what is no JSON is an error', (t) => {
  for (const data of [{}, { trace: [] }, { trace: [1], a: [{}] }, { trace: 'x', a: 1 }])
    t.deepEqual(parseWithoutTrace(JSON.stringify(data)), data);
  t.throws(() => parseWithoutTrace('{"trace":[{"a":1}],"b":'), { instanceOf: SyntaxError });
});
