import test from 'ava';
import { type OpenStore, StoreError } from '../../src/store/port.js';
import { all, openStore, routingOn } from './support.js';

const reason = 'The signature is not ours.';
const request = { method: 'POST', url: '/sms/?id=1', contentType: 'text/plain', body: 'aGk=' };

/** An intake, and how many refused requests are stored. */
const intakeOn = (store: OpenStore) => ({
  intake: routingOn(store, []).intake,
  stored: async (): Promise<number> => (await all(store, { types: ['InboundRejected'] })).length,
});

test('a refused request that its gateway offers again and again is stored once', async (t) => {
  const { intake, stored } = intakeOn(await openStore());
  await Promise.all([1, 2].map(() => intake.reject('kannel', request, reason)));
  await intake.reject('kannel', { ...request }, reason);
  t.is(await stored(), 1);
});

for (const [difference, backend, changes] of [
  ['for another backend', 'other', {}],
  ['by another method', 'kannel', { method: 'GET' }],
  ['to another URL', 'kannel', { url: '/sms/?id=2' }],
  ['with another body', 'kannel', { body: 'aG8=' }],
] as const)
  test(`a refused request ${difference} is another one`, async (t) => {
    const { intake, stored } = intakeOn(await openStore());
    await intake.reject('kannel', request, reason);
    await intake.reject(backend, { ...request, ...changes }, reason);
    t.is(await stored(), 2);
  });

test('a refused request that could not be stored is stored when it comes again', async (t) => {
  const store = await openStore();
  let full = true;
  const { intake, stored } = intakeOn({
    ...store,
    append: async (...args) => {
      if (full) throw new StoreError('unavailable', 'disk full');
      return store.append(...args);
    },
  });
  await t.throwsAsync(intake.reject('kannel', request, reason), { instanceOf: StoreError });
  full = false;
  await intake.reject('kannel', request, reason);
  t.is(await stored(), 1);
});

test('a delivery report is stored with the fields that docs/events.md names, and no other', async (t) => {
  const store = await openStore();
  const told = {
    kind: 'report',
    identity: '123',
    messageId: 'm-1',
    correlationId: 'c-1',
    status: 'delivered',
    code: '1',
    text: 'DELIVRD',
    gateway: { id: 'G1' },
  } as const;
  const { intake } = routingOn(store, []);
  await intake.report('kannel', told);
  const { text: _text, gateway: _gateway, ...short } = told;
  await intake.report('kannel', short);
  const stored = await all(store, { types: ['DeliveryReported'] });
  t.deepEqual(
    stored.map(({ data }) => Object.keys(data as object)),
    [
      ['messageId', 'status', 'code', 'text', 'gateway', 'reportedAt'],
      ['messageId', 'status', 'code', 'reportedAt'],
    ],
  );
});
