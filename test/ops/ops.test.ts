import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { parse } from 'yaml';
import { loadConfig } from '../../src/main/config/load.js';

// What .ci/checkOps cannot see: that the files in ops/ fit each other and the router.

const path = (name: string): string => fileURLToPath(new URL(`../../../ops/${name}`, import.meta.url));
const read = (name: string): string => readFileSync(path(name), 'utf8');
const compose = parse(read('compose.yaml'), { merge: true });

const { shutdownMs } = loadConfig({ env: {} });

test('a router has more time to stop than it takes', (t) => {
  for (const unit of ['threadless-router.service', 'threadless-worker@.service']) {
    const [, seconds] = /^TimeoutStopSec=(\d+)$/m.exec(read(`systemd/${unit}`)) ?? [];
    t.true(Number(seconds) * 1_000 > shutdownMs, unit);
  }
  for (const router of ['router-1', 'router-2']) {
    const [, seconds] = /^(\d+)s$/.exec(compose.services[router].stop_grace_period) ?? [];
    t.true(Number(seconds) * 1_000 > shutdownMs, router);
  }
});

test('every unit starts again, whatever ended it', (t) => {
  for (const unit of readdirSync(path('systemd'))) {
    t.regex(read(`systemd/${unit}`), /^Restart=always$/m, unit);
    t.regex(read(`systemd/${unit}`), /^StartLimitIntervalSec=0$/m, unit);
  }
});

test('the configuration of the routers in the compose file is one', (t) => {
  const THREADLESS_CONFIG = path('compose/router.yaml');
  const config = loadConfig({ env: { THREADLESS_CONFIG }, overrides: { eventStore: null } });
  t.deepEqual(
    config.backends.map(({ name }) => name),
    ['my-kannel-backend'],
  );
  t.is(parse(read('compose/router.yaml')).eventStore.engine, 'eventstoredb');
});

test('the nodes of the cluster know each other, and the routers know all of them', (t) => {
  const nodes = ['eventstore-1', 'eventstore-2', 'eventstore-3'].map((name) => compose.services[name]);
  const addresses = nodes.map(({ networks }) => networks.messages.ipv4_address);
  const endpoints = addresses.map((address) => `${address}:2113`).join(',');
  for (const [index, { environment }] of nodes.entries()) {
    t.is(environment.EVENTSTORE_CLUSTER_SIZE, String(nodes.length));
    t.is(environment.EVENTSTORE_GOSSIP_SEED, endpoints);
    t.is(environment.EVENTSTORE_REPLICATION_IP, addresses[index]);
    t.is(environment.EVENTSTORE_NODE_HOST_ADVERTISE_AS, addresses[index]);
  }
  t.true(parse(read('compose/router.yaml')).eventStore.connectionString.includes(endpoints));
});

test('nothing of the compose file is reachable from another machine', (t) => {
  for (const [name, { ports = [] }] of Object.entries<{ ports?: string[] }>(compose.services)) {
    for (const port of ports) t.true(port.startsWith('127.0.0.1:'), `${name} ${port}`);
  }
});

/** `group.key` to value. Addresses, ports and files differ between the two set-ups, and are left out. */
const kannelSettings = (conf: string): Record<string, string> => {
  const settings: Record<string, string> = {};
  const placed = /interface|host|-ip$|^log-|store-location|dlr-spool|get-url/;
  let group = '';
  for (const line of conf.split('\n')) {
    const [, key = '', value = ''] = /^([a-z-]+) = (.*)$/.exec(line) ?? [];
    if (key === 'group') group = value;
    else if (key !== '' && !placed.test(key)) settings[`${group}.${key}`] = value;
  }
  return settings;
};

test('Kannel is set up in the compose file as in ops/kannel.conf', (t) => {
  const [alone, composed] = [read('kannel.conf'), read('compose/kannel.conf')];
  t.deepEqual(kannelSettings(composed), kannelSettings(alone));
  const query = (conf: string) => /^get-url = "http:\/\/[^/]+(.*)"$/m.exec(conf)?.[1];
  t.truthy(query(alone));
  t.is(query(composed), query(alone));
});
