// Whether the processes on a store were started with the configuration that is looked at.
import test from 'ava';
import { outgoing, sources, start } from './routers.js';
import { allAdvise, diagnose, findingOf } from './support.js';

test.serial('two configurations on one store are told, app by app', async (t) => {
  const given = await sources(t, { apps: ['echo', 'ping'] });
  await start(t, given);
  const found = await diagnose({ ...given, overrides: { ...given.overrides, apps: ['echo', 'default'] } });
  allAdvise(t, found);
  const finding = findingOf(t, found, 'processes.same', 'broken');
  t.regex(finding.says, /main was started with other apps .*: echo, ping there, echo, default here/);
  t.regex(finding.advice ?? '', /Start every process again with one configuration/);
});

test.serial('two configurations that differ within a backend are told, key by key', async (t) => {
  const backendsWith = (more: object) => ({
    phones: { ...outgoing(9).phones, outgoingHeaders: { 'X-Key': 'a' }, ...more },
    same: outgoing(10).phones,
  });
  const given = await sources(t, { backends: backendsWith({ handler: 'queued' }) });
  await start(t, given);
  const found = async (more: object) => {
    const backends = { ...given.overrides.backends, ...backendsWith(more) };
    return diagnose({ ...given, overrides: { ...given.overrides, backends } });
  };
  const same = await found({ handler: 'queued', outgoingHeaders: { 'X-Key': 'b' } });
  t.regex(findingOf(t, same, 'processes.same', 'well').says, /as far as no secrets are compared/);
  const other = await found({ handler: 'inline', probe: { firstMs: 50, maxMs: 101 }, successStatus: [200] });
  allAdvise(t, other);
  const said = other.filter(({ about }) => about === 'processes.same').map(({ says }) => says);
  t.deepEqual(said, [
    'main was started with another configuration of a backend than this one: backends.phones.handler, backends.phones.probe.maxMs and backends.phones.successStatus differ.',
  ]);
});
