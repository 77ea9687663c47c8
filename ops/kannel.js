#!/usr/bin/env node
// A whole Kannel on this machine, in the foreground: bearerbox, then smsbox, with ops/kannel.conf.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const usage = `Usage: npm run kannel

Starts Kannel (bearerbox, then smsbox) and keeps it running until Ctrl-C.
Its queue, its delivery reports and its logs are kept in ./data/kannel.
Stop it after the router has taken what it was offered: smsbox forgets messages that it is still offering.

Environment:
  KANNEL_CONF   the configuration to use instead of ops/kannel.conf`;

const readyMs = 15_000;
const pollMs = 50;
/** Bearerbox waits for a smsbox as long as messages wait for one. Asked again it leaves them on disk and ends. */
const askAgainMs = 3_000;
const stopMs = 10_000;

/** Something that the person at the keyboard can mend. */
class Problem extends Error {}

const say = (line) => console.log(`kannel: ${line}`);

/** The value of a key in a group of a Kannel configuration. */
const setting = (conf, group, key) => {
  let current;
  for (const line of conf.split('\n')) {
    const [, name, value] = /^\s*([a-z0-9-]+)\s*=\s*"?(.*?)"?\s*$/.exec(line) ?? [];
    if (name === 'group') current = value;
    else if (name === key && current === group) return value;
  }
  return undefined;
};

const portsOf = (conf) =>
  [
    ['core', 'admin-port'],
    ['core', 'smsbox-port'],
    ['smsc', 'port'],
    ['smsbox', 'sendsms-port'],
  ].flatMap(([group, key]) => {
    // The port of a real operator's SMSC is not ours.
    if (group === 'smsc' && setting(conf, 'smsc', 'smsc') !== 'fake') return [];
    const port = Number(setting(conf, group, key));
    return port > 0 ? [{ group, key, port }] : [];
  });

const answers = (port) =>
  new Promise((done) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (answer) => {
      socket.destroy();
      done(answer);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

const checkInstalled = () => {
  for (const program of ['bearerbox', 'smsbox']) {
    if (spawnSync(program, ['--version'], { stdio: 'ignore' }).error?.code === 'ENOENT') {
      throw new Problem(
        `${program} is not installed. On Debian or Ubuntu:\n\n  sudo apt-get install kannel kannel-extras\n`,
      );
    }
  }
};

const checkPorts = async (conf, file) => {
  for (const { group, key, port } of portsOf(conf)) {
    if (await answers(port)) {
      throw new Problem(
        `port ${port} is taken (${key} of group ${group} in ${file}). Is a Kannel running already? ` +
          'Debian starts one as a service: sudo systemctl stop kannel',
      );
    }
  }
};

/** Its output goes to a file; what it says about a failure is quoted from there. */
const start = (program, confFile, dir) => {
  const output = join(dir, `${program}.out`);
  const descriptor = openSync(output, 'w');
  // Detached: a Ctrl-C reaches this process only, which stops the two in order.
  const child = spawn(program, ['-v', '2', confFile], {
    cwd: dir,
    detached: true,
    stdio: ['ignore', descriptor, descriptor],
  });
  closeSync(descriptor);
  const gone = new Promise((done) => {
    child.once('exit', (code, signal) => done(signal ?? `exit code ${code}`));
    child.once('error', (error) => done(error.message));
  });
  return { program, child, gone, output };
};

const died = ({ program, output }, how) => {
  const lines = readFileSync(output, 'utf8').split('\n');
  const reasons = lines.filter((line) => /(ERROR|PANIC): (?!.*\[0x)/.test(line)).slice(-5);
  const quote = reasons.map((line) => `\n  ${line}`).join('');
  return new Problem(`${program} ended (${how}).${quote}\nMore may be in ${relative('', output)}`);
};

const untilAnswers = async (running, port) => {
  let how;
  running.gone.then((value) => {
    how = value;
  });
  for (const deadline = Date.now() + readyMs; Date.now() < deadline; await pause(pollMs)) {
    if (how !== undefined) throw died(running, how);
    if (await answers(port)) return;
  }
  throw new Problem(`${running.program} does not answer on port ${port}. See ${running.output}`);
};

const stop = async ({ program, child, gone }) => {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  child.kill('SIGTERM');
  const timers = [
    setTimeout(() => child.kill('SIGTERM'), askAgainMs),
    setTimeout(() => child.kill('SIGKILL'), stopMs),
  ];
  await gone;
  for (const timer of timers) clearTimeout(timer);
  say(`${program} stopped`);
};

const run = async () => {
  const confFile = resolve(
    process.env.KANNEL_CONF ?? fileURLToPath(new URL('./kannel.conf', import.meta.url)),
  );
  const shownConf = relative('', confFile);
  checkInstalled();
  if (!existsSync(confFile)) throw new Problem(`there is no ${shownConf}`);
  const conf = readFileSync(confFile, 'utf8');
  await checkPorts(conf, shownConf);

  const dir = resolve('data', 'kannel');
  for (const [group, key] of [
    ['core', 'store-location'],
    ['core', 'dlr-spool'],
  ]) {
    mkdirSync(resolve(dir, setting(conf, group, key) ?? '.'), { recursive: true });
  }

  let askedToStop;
  const asked = new Promise((done) => {
    askedToStop = done;
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => askedToStop('asked'));

  const running = [];
  const launch = async (program, port) => {
    const box = start(program, confFile, dir);
    running.push(box);
    return Promise.race([untilAnswers(box, port).then(() => 'ready'), asked]);
  };
  try {
    const smsboxPort = Number(setting(conf, 'core', 'smsbox-port'));
    const sendsmsPort = Number(setting(conf, 'smsbox', 'sendsms-port'));
    if ((await launch('bearerbox', smsboxPort)) === 'asked') return;
    say(`bearerbox runs with ${shownConf}; its files are in ${relative('', dir)}/`);
    if ((await launch('smsbox', sendsmsPort)) === 'asked') return;
    say(`smsbox runs; sendsms is at http://127.0.0.1:${sendsmsPort}/cgi-bin/sendsms`);
    say(`messages go to ${setting(conf, 'sms-service', 'get-url')?.replace(/\?.*/, '')}`);
    if (setting(conf, 'smsc', 'smsc') === 'fake') {
      say('to send one from the phone 123 and see the answer, in another terminal:\n');
      console.log(
        `  /usr/lib/kannel/test/fakesmsc -H 127.0.0.1 -r ${setting(conf, 'smsc', 'port')} -m 1 "123 789 text echo hi"\n`,
      );
    }
    say('Ctrl-C stops it');
    const ended = running.map((box) => box.gone.then((how) => ({ box, how })));
    const first = await Promise.race([asked, ...ended]);
    if (first !== 'asked') throw died(first.box, first.how);
  } finally {
    // smsbox first: what the router hands in until then still reaches bearerbox, which keeps it on disk.
    for (const box of running.reverse()) await stop(box);
  }
};

const main = async () => {
  const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h' } } });
  if (values.help) console.log(usage);
  else await run();
};

try {
  await main();
} catch (error) {
  const known = error instanceof Problem || String(error?.code).startsWith('ERR_PARSE_ARGS');
  console.error(known ? `kannel: ${error.message}` : error);
  process.exitCode = 1;
}
