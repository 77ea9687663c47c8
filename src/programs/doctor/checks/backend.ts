import type { Backend } from '../../../backends/backend.js';
import type { Pause } from '../../../domain/backendPause.js';
import { publicUrlOf } from '../../../main/addresses.js';
import type { Attempts } from '../../../outbound/lastAttempts.js';
import { readPause } from '../../../outbound/pauses.js';
import { outboundPartition } from '../../../workers/partitions.js';
import { command } from '../command.js';
import type { Check } from '../examine.js';
import { takersOf } from '../facts/group.js';
import type { RouterLane } from '../facts/routerAnswer.js';
import { broken, type Finding, look, well } from '../finding.js';
import type { Installation } from '../installation.js';
import { ago, counted } from '../words.js';

/** The lane of the backend: whether a person has paused it, else as the router on this machine tells it. */
export const lane = (backend: Backend): Check => ({
  about: 'backend.lane',
  examine: async (installation) => {
    const pause = await pauseOf(backend, installation);
    if (pause !== undefined) return [pausedFinding(backend, pause, installation)];
    const answer = await installation.router();
    const found =
      answer.kind === 'router'
        ? answer.readiness.lanes.find((one) => one.backend === backend.name)
        : undefined;
    return found === undefined
      ? []
      : [laneFinding({ ...found, reason: installation.quote(found.reason ?? 'no reason is told') })];
  },
});

/** As the events tell it; where they are in the router only, as that does. */
const pauseOf = async ({ name }: Backend, installation: Installation): Promise<Pause | undefined> => {
  const store = await installation.store();
  if (store !== undefined) return (await readPause(store, name)).pause;
  const answer = await installation.router();
  const lane =
    answer.kind === 'router' ? answer.readiness.lanes.find(({ backend }) => backend === name) : undefined;
  return lane?.by === undefined ? undefined : { by: lane.by, why: lane.reason ?? '', since: lane.since };
};

const pausedFinding = ({ name }: Backend, { by, why, since }: Pause, installation: Installation): Finding =>
  look(
    'backend.lane',
    `${by} has paused it since ${since}: ${installation.quote(why)}.`,
    `Its texts wait, in order, and none is lost. Let it go on when the reason is over: ${command('npx', 'threadless', 'backends', 'resume', name)}.`,
  );

const laneFinding = ({ state, since, reason, waiting, inFlight }: RouterLane): Finding => {
  const about = 'backend.lane';
  const work = `${counted(waiting, 'text waits', 'texts wait')}, ${inFlight} under way`;
  switch (state) {
    case 'running':
      return well(about, `Its lane runs: ${work}.`);
    case 'catching-up':
      return well(about, `Its lane reads what was stored before: ${work}.`);
    case 'paused':
      return broken(
        about,
        `Its lane pauses since ${since}: ${reason}; ${work}.`,
        'The gateway or the store is away; it is tried again by itself every half minute or more often. Mend the gateway: nothing is to be done at the router.',
      );
    case 'held':
      return broken(
        about,
        `Its lane is held since ${since}: ${reason}; ${work}.`,
        'The gateway refuses the router, and no text would fare better. Mend the user, the password or the address at the one end or the other; a change of the configuration takes a restart, a change at the gateway is found within a minute.',
      );
    default:
      return broken(
        about,
        `Its lane is ${state} since ${since}: ${reason}; ${work}.`,
        'It should run. Look into the log of the router; start it again, and report what it says there.',
      );
  }
};

/** After so long something is in the way, in milliseconds. */
const tooLong = 10 * 60_000;

/** Texts that wait, and whether anyone delivers them. */
export const texts = (backend: Backend): Check => ({
  about: 'backend.waiting',
  examine: async (installation) => {
    const [work, processes] = [await installation.openWork(), await installation.processes()];
    if (work === undefined || processes === undefined) return [];
    const open = work.texts.get(backend.name);
    if (open === undefined) return [well('backend.waiting', 'No text waits.')];
    const says = `${counted(open.count, 'text waits', 'texts wait')} since ${open.since}`;
    if (takersOf(processes, 'outbound', outboundPartition(backend.name)).length === 0)
      return [
        broken(
          'backend.waiting',
          `${says}, and no process delivers for this backend.`,
          'Start one: npm start, or threadless worker --outbound. They leave then, the oldest first.',
        ),
      ];
    return installation.now - Date.parse(open.since) > tooLong
      ? [
          look(
            'backend.waiting',
            `${says}.`,
            'The gateway is away or refuses them, or takes fewer than come: the other findings of this backend say which.',
          ),
        ]
      : [well('backend.waiting', `${says}.`)];
  },
});

/** When the gateway took a text last, and when it did not. */
export const history = (backend: Backend): Check => ({
  about: 'backend.last',
  examine: async (installation) => {
    const all = await installation.attempts();
    if (all === undefined) return [];
    const { taken = 0, lastTaken, lastFailure, takenSince, reports = 0 } = all.get(backend.name) ?? {};
    const known = { taken, reports, ...(takenSince === undefined ? {} : { takenSince }) };
    return [lastOf(lastTaken, lastFailure, installation), ...reported(backend, known, installation.now)];
  },
});

const lastOf = (
  taken: string | undefined,
  failure: Attempts['lastFailure'],
  installation: Installation,
): Finding => {
  const when = (at: string) => ago(installation.now - Date.parse(at));
  const took =
    taken === undefined
      ? 'The gateway has taken no text lately'
      : `The gateway took the last text ${when(taken)}`;
  if (failure === undefined) return well('backend.last', `${took}; no attempt failed.`);
  const { at, code, detail } = failure;
  const failed = `the last that failed was ${when(at)}: ${code}, ${installation.quote(detail)}`;
  if (taken !== undefined && taken >= at) return well('backend.last', `${took}; ${failed}.`);
  return look('backend.last', `${took}, and ${failed}.`, byCode[code] ?? byCode.rejected ?? '');
};

const byCode: Readonly<Record<string, string>> = {
  rejected:
    'The gateway does not take that text and never will: it is in the dead letters (threadless deadletters list). If it refuses many, ask those who run it why.',
  throttled:
    'The gateway is busy or in trouble; texts are tried again, and given up after retry.maxAttempts. If that happens often, set ratePerSecond.',
  unclear:
    'The text may or may not have been sent: with onUnclear: hold it is in the dead letters, and a person decides (threadless deadletters list).',
  misconfigured: 'The gateway refuses the router: mend the user, the password or the address.',
  unreachable: 'The gateway was away: what waits leaves when it is back.',
};

/** A report comes within seconds, or hours when the phone is off. */
const [fewest, patienceMs] = [3, 5 * 60_000];

const reported = (
  backend: Backend,
  { taken, takenSince, reports }: Attempts,
  now: number,
): readonly Finding[] => {
  if (!backend.wantsReports || taken < fewest || reports > 0) return [];
  if (takenSince === undefined || now - Date.parse(takenSince) < patienceMs) return [];
  return [
    look(
      'backend.reports',
      `The gateway took ${counted(taken, 'text')}, and no delivery report on any has come back.`,
      'Whether texts reach phones cannot be told. Kannel calls the address in http.publicUrl: it must reach the router there. The connection to the operator must give reports, and dlr-storage must keep them (docs/kannel.md). If you want none, set dlrMask: 0.',
    ),
  ];
};

const isLoopback = (url: string): boolean => /^https?:\/\/(?:127\.|localhost[:/]|\[::1\])/.test(`${url}/`);

/** Where the gateway is told to bring its reports. */
export const reportAddress = (backend: Backend): Check => ({
  about: 'backend.reports',
  examine: async ({ config }) => {
    if (!backend.wantsReports) return [];
    const url = publicUrlOf(config.http);
    return isLoopback(url) && !isLoopback(backend.address)
      ? [
          broken(
            'backend.reports',
            `The gateway is on another machine and is told to bring its delivery reports to ${url}, which is itself there.`,
            'None comes back. Set http.publicUrl to the address by which the gateway reaches this router, and http.host so that it listens there.',
          ),
        ]
      : [well('backend.reports', `Delivery reports are asked for, to ${url}${backend.path}dlr/.`)];
  },
});
