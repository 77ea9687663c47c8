import test from 'ava';
import fc from 'fast-check';
import { Attempts } from '../../src/access/attempts.js';

const minutes = (n: number) => n * 60_000;

const given = () => {
  let ms = 0;
  const attempts = new Attempts(() => ms);
  const pass = (byMs: number): void => {
    ms += byMs;
  };
  return { attempts, pass };
};

test('after five wrong tries a name waits for a quarter of an hour, from whatever address', (t) => {
  const { attempts, pass } = given();
  const left = Array.from({ length: 5 }, (_, n) => attempts.begin('anna', `10.0.0.${n}`));
  t.deepEqual(
    left.map((one) => one.allowed && one.left),
    [4, 3, 2, 1, 0],
  );
  t.deepEqual(attempts.begin('anna', '10.9.9.9'), { allowed: false, waitMs: minutes(15) });
  t.true(attempts.begin('ben', '10.0.0.1').allowed);
  pass(minutes(15) - 1);
  t.deepEqual(attempts.begin('anna', '10.9.9.9'), { allowed: false, waitMs: 1 });
  pass(1);
  t.true(attempts.begin('anna', '10.9.9.9').allowed);
});

test('after twenty an address waits, whatever names it tries', (t) => {
  const { attempts } = given();
  for (let n = 0; n < 20; n += 1) t.true(attempts.begin(`user${n}`, '10.0.0.1').allowed);
  t.false(attempts.begin('anna', '10.0.0.1').allowed);
  t.true(attempts.begin('anna', '10.0.0.2').allowed);
});

test('addresses of IPv6 count by their network, and one of IPv4 is the same in both forms', (t) => {
  const { attempts } = given();
  for (let n = 0; n < 20; n += 1) attempts.begin(`user${n}`, `2001:db8:0:1::${n.toString(16)}`);
  t.false(attempts.begin('anna', '2001:DB8::1:ffff:0:0:1').allowed);
  t.true(attempts.begin('anna', '2001:db8:0:2::1').allowed);
  for (let n = 0; n < 20; n += 1) attempts.begin(`other${n}`, '::ffff:10.0.0.1');
  t.false(attempts.begin('carla', '10.0.0.1').allowed);
});

test('who knows the password begins anew; what others tried from there stays counted', (t) => {
  const { attempts } = given();
  for (let n = 0; n < 15; n += 1) attempts.begin(`user${n}`, '10.0.0.1');
  for (let n = 0; n < 50; n += 1) {
    t.true(attempts.begin('anna', '10.0.0.1').allowed);
    attempts.succeeded('anna', '10.0.0.1');
  }
  for (let n = 0; n < 5; n += 1) attempts.begin(`more${n}`, '10.0.0.1');
  t.false(attempts.begin('anna', '10.0.0.1').allowed);
});

test('whatever is tried in whatever order, a name is tried no more than five times in a quarter of an hour', (t) => {
  const step = fc.record({
    name: fc.constantFrom('anna', 'ben'),
    address: fc.integer({ min: 1, max: 200 }).map((n) => `10.0.0.${n}`),
    afterMs: fc.integer({ min: 0, max: minutes(20) }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const { attempts, pass } = given();
      let ms = 0;
      const taken = new Map<string, number[]>();
      for (const { name, address, afterMs } of steps) {
        pass(afterMs);
        ms += afterMs;
        if (!attempts.begin(name, address).allowed) continue;
        taken.set(name, [...(taken.get(name) ?? []), ms]);
      }
      for (const times of taken.values())
        for (const [n, time] of times.entries()) {
          const sixth = times[n + 5];
          if (sixth !== undefined && sixth - time < minutes(15)) return false;
        }
      return true;
    }),
  );
  t.pass();
});

test('a flood of names takes a fixed amount of memory, and the last of them are known', (t) => {
  const { attempts } = given();
  for (let n = 0; n < 30_000; n += 1) attempts.begin(`user${n}`, `10.${n % 250}.${n % 249}.${n % 247}`);
  const again = attempts.begin('user29999', '192.0.2.1');
  t.deepEqual(again, { allowed: true, left: 3 });
  t.deepEqual(attempts.begin('user0', '192.0.2.2'), { allowed: true, left: 4 });
});
