import test from 'ava';
import { isNetwork, Networks } from '../../src/access/networks.js';

test('an address or a network is known by its form', (t) => {
  for (const good of ['10.0.0.1', '10.0.0.0/8', '0.0.0.0/0', '::1', '2001:db8::/32', '::/0'])
    t.true(isNetwork(good), good);
  for (const bad of [
    '',
    'gateway',
    '10.0.0',
    '10.0.0.0/33',
    '::1/129',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/-1',
  ])
    t.false(isNetwork(bad), bad);
});

test('an address is in a network in whichever form the system tells it', (t) => {
  const networks = new Networks(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', 'fe80::/10']);
  for (const inside of ['10.255.0.1', '::ffff:10.1.2.3', '192.0.2.7', '2001:db8:1::1', 'fe80::1%eth0'])
    t.true(networks.has(inside), inside);
  for (const outside of ['11.0.0.1', '192.0.2.8', '::ffff:11.0.0.1', '2001:db9::1', '', 'unix'])
    t.false(networks.has(outside), outside);
});
