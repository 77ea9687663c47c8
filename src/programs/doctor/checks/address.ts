import { join, resolve } from 'node:path';
import { isLocked } from '../../../store/sqlite/lock.js';
import type { Check } from '../examine.js';
import { obstacleTo } from '../facts/paths.js';
import type { RouterAnswer } from '../facts/routerAnswer.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { listed } from '../words.js';

const about = 'router.address';

/** Who answers where the router should, and whether one could listen there. */
export const address: Check = {
  about,
  examine: async (installation) => {
    const answer = await installation.router();
    if (answer.kind === 'router')
      return [well(about, `A router, ${answer.readiness.work.node}, answers at ${answer.url}.`)];
    if (answer.kind === 'busy') return [busy(answer)];
    const { host, port } = installation.config.http;
    const why = await installation.machine.whyNotListen(host, port);
    return [
      why === undefined
        ? await free(answer, installation)
        : why === 'EADDRINUSE'
          ? taken(answer, installation)
          : unusable(why, installation),
    ];
  },
};

/** Our router all the same: to stop it, or to start another, would help nobody. */
const busy = ({ url, phase, status }: Extract<RouterAnswer, { kind: 'busy' }>): Finding => {
  switch (phase) {
    case 'starting':
      return look(
        about,
        `A router at ${url} is starting: gateways are answered 503 and keep their messages.`,
        'Wait some seconds and ask again; on a store with much open work it takes longer. If it stays, the log of that router says what it waits for.',
      );
    case 'stopping':
      return look(
        about,
        `A router at ${url} is stopping: it finishes what is under way, and answers gateways 503.`,
        'Wait until it has ended, which takes shutdownMs at most; then start it again if one should run: npm start, or systemctl start threadless-router.',
      );
    default:
      return broken(
        about,
        `A router answers at ${url}, and does not tell how it is (${status} to /readyz).`,
        'Its store is away, or it has a fault: the log of that router says which.',
      );
  }
};

const free = async (answer: RouterAnswer, installation: Installation): Promise<Finding> => {
  if (answer.kind === 'anywhere')
    return well(about, 'The router listens on any free port (http.port: 0): it was not asked.');
  const alive = [...((await installation.processes())?.alive ?? [])];
  if (alive.length === 0 && (await holdsName(installation)))
    return withoutAddress(answer, installation.config.node);
  return alive.length === 0
    ? look(
        about,
        `No router answers at ${answer.url}.`,
        `One can listen there. Start it${isHindered(installation) ? ', when what is broken above is mended' : ''}: npm start, or systemctl start threadless-router. Until then gateways keep what they have; Kannel does for as long as its http-request-retry lasts.`,
      )
    : look(
        about,
        `No router answers at ${answer.url}, though ${listed(alive)} ${alive.length === 1 ? 'works' : 'work'} on the store.`,
        'If one of them should take messages, it listens elsewhere: give this command its PORT, HOST and THREADLESS_CONFIG. Workers alone take none: start threadless serve.',
      );
};

/** By what no router starts. */
const isHindered = ({ survey, config: { data, eventStore } }: Installation): boolean =>
  survey.problems.length > 0 || (eventStore.engine !== 'memory' && obstacleTo(resolve(data)) !== undefined);

/** What cannot be read is told of by the findings of the data folder. */
const holdsName = ({ config: { data, node, eventStore } }: Installation): Promise<boolean> =>
  eventStore.engine === 'memory'
    ? Promise.resolve(false)
    : isLocked(join(data, 'nodes', `${node}.lock`)).catch(() => false);

const withoutAddress = ({ url }: RouterAnswer, node: string): Finding =>
  look(
    about,
    `No router answers at ${url}, though a process named ${node} runs on the data folder.`,
    'It is starting and waits, for its store say, or it is stopping: what stands under store and its log tell. Wait and ask again; a second one of that name would be refused. If it is a worker, it takes no messages: start threadless serve under another name (--node).',
  );

const taken = (answer: RouterAnswer, { config: { http } }: Installation): Finding => {
  if (answer.kind === 'silent')
    return broken(
      about,
      `Something takes connections at ${answer.url} and does not answer.`,
      'If it is the router it is stuck, or stopped (kill -STOP, a debugger): look into its log and start it again. If it is another program, set http.port to another.',
    );
  const how = answer.kind === 'another' ? answer.how : 'it does not answer there';
  return broken(
    about,
    `The port ${http.port} is taken by another program: ${how} (${answer.url}).`,
    'A router does not start there, and gateways that call it reach the other one. Stop that program (ss -ltnp tells which), or set http.port, or PORT, to another and tell the gateways.',
  );
};

const unusable = (why: string, { config, machine }: Installation): Finding => {
  const { host, port } = config.http;
  switch (why) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EAI_NONAME':
      return broken(
        about,
        `Nobody knows the address of the host ${host} (http.host; ${why}).`,
        'A router that starts here cannot listen there. Set http.host, or HOST, to an address of this machine, such as 127.0.0.1, or to 0.0.0.0 for all of them; or mend the name (/etc/hosts, DNS).',
      );
    case 'EADDRNOTAVAIL':
    case 'EINVAL':
      return broken(
        about,
        `This machine has no address ${host} (http.host; ${why}).`,
        'A router that starts here cannot listen there. Set http.host, or HOST, to an address of this machine (ip address lists them), or to 0.0.0.0 for all of them.',
      );
    case 'EACCES':
      return broken(
        about,
        `The port ${port} is not for ${machine.user} to listen on (http.port; ${why}).`,
        "Ports below 1024 are the system's. Set http.port, or PORT, to 1024 or above and let a proxy pass the other one on; or give the service AmbientCapabilities=CAP_NET_BIND_SERVICE (systemd).",
      );
    default:
      return broken(
        about,
        `It is not possible to listen on ${host}:${port} (http.host, http.port; ${why}).`,
        'A router that starts here does not come up. Set http.host and http.port to an address and a port of this machine that are free.',
      );
  }
};
