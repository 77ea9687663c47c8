import test from 'ava';
import fc from 'fast-check';
import { backOff, probeDelay, verdictOn } from '../../src/outbound/policy.js';

const retry = { maxAttempts: 3, firstDelayMs: 1_000, maxDelayMs: 10_000 };
const policy = { retry, onUnclear: 'hold' } as const;
const most = () => 1;

test('a gateway that is away or refuses us burns no attempt', (t) => {
  t.deepEqual(verdictOn('unreachable', 99, policy, most), { do: 'pause' });
  t.deepEqual(verdictOn('misconfigured', 99, policy, most), { do: 'hold' });
});

test('a throttled text is tried again, until its attempts are used up', (t) => {
  t.deepEqual(verdictOn('throttled', 1, policy, most), { do: 'retry', delayMs: 1_000 });
  t.deepEqual(verdictOn('throttled', 2, policy, most), { do: 'retry', delayMs: 2_000 });
  t.deepEqual(verdictOn('throttled', 3, policy, most), { do: 'abandon' });
});

test('a rejected text is given up at once', (t) => {
  t.deepEqual(verdictOn('rejected', 1, policy, most), { do: 'abandon' });
});

test('an unclear text is left to a person, or sent again as often as allowed', (t) => {
  const resend = { ...policy, onUnclear: 'resend' } as const;
  t.deepEqual(verdictOn('unclear', 1, policy, most), { do: 'leave' });
  t.deepEqual(verdictOn('unclear', 1, resend, most), { do: 'resend', delayMs: 1_000 });
  t.deepEqual(verdictOn('unclear', 3, resend, most), { do: 'leave' });
});

test('delays double up to their bound, spread by chance', (t) => {
  t.deepEqual(
    [1, 2, 3, 4, 5, 6].map((n) => backOff(n, retry, most)),
    [1_000, 2_000, 4_000, 8_000, 10_000, 10_000],
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5_000 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (n, chance) => {
        const delay = backOff(n, retry, () => chance);
        const probe = probeDelay(n, { firstMs: 1_000, maxMs: 30_000 }, () => chance);
        t.true(delay >= 0 && delay <= 10_000);
        t.true(probe >= 500 && probe <= 30_000);
      },
    ),
  );
});
