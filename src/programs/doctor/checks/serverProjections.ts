import type { ServerProjection } from '../../../store/eventstoredb/projections.js';
import { StoreError } from '../../../store/port.js';
import type { Check } from '../examine.js';
import { readableProjections } from '../facts/readableProjections.js';
import { broken, type Finding, look, well } from '../finding.js';
import { listed, messageOf } from '../words.js';

const patienceMs = 5_000;

/** The projections that the server runs beside ours. */
export const serverProjections: Check = {
  about: 'projections.server',
  examine: async (installation) => {
    const { kind } = await installation.opened();
    if (kind !== 'server') return [];
    const { openServerProjections } = await import('../../../store/eventstoredb/projections.js');
    const server = openServerProjections(installation.config.eventStore.connectionString ?? '', {
      callMs: patienceMs,
    });
    try {
      const statuses = await server.status();
      if (statuses.length === 0)
        return [
          well('projections.server', 'None is deployed on the server. The router runs its own without.'),
        ];
      const files = readableProjections(installation.config);
      const names = files.map(({ name }) => name);
      const ours = files.filter(({ name }) => statuses.some((status) => status.name === name));
      return [
        ...statuses.map(({ reason = '', ...status }) =>
          oneOnServer({ ...status, reason: installation.quote(reason) }, names),
        ),
        ...missing(
          names,
          ours.map(({ name }) => name),
        ),
        ...(await differing(ours, server)),
      ];
    } catch (error) {
      return [unanswered(error)];
    } finally {
      await server.close();
    }
  },
};

const unanswered = (error: unknown): Finding => {
  const says = messageOf(error);
  return error instanceof StoreError && error.code === 'unsupported'
    ? look(
        'projections.server',
        says,
        'Nothing is wrong with the router: only tools and programs that ask the server for states miss them. If there are none, leave it so.',
      )
    : look(
        'projections.server',
        says,
        'The router runs its own projections all the same. Ask again when the server is well: threadless projections status.',
      );
};

const oneOnServer = (
  { name, status, reason, progress }: ServerProjection,
  files: readonly string[],
): Finding => {
  const about = 'projections.server';
  const says = `${name} on the server: ${status}${progress < 0 ? '' : `, ${progress.toFixed(1)} %`}`;
  const isOurs = files.includes(name);
  if (status.startsWith('Faulted'))
    return broken(
      about,
      `${says}: ${reason}`,
      isOurs
        ? `Who asks the server for it gets nothing new. Mend its file, then: threadless projections deploy ${name}`
        : 'Who asks the server for it gets nothing new; the router does without. None of the files here has that name: whoever deployed it mends it, or deletes it on the server.',
    );
  if (status.startsWith('Running')) return well(about, `${says}.`);
  // The server's own, which are not started unless it is told to.
  if (name.startsWith('$')) return well(about, `${says}; the router does without.`);
  return look(
    about,
    `${says}.`,
    `It does not go on. Start it on the server${isOurs ? `, or: threadless projections deploy ${name}` : ''}. A server with --run-projections=System runs none but its own.`,
  );
};

/** The router runs its own: on the server they are for others. */
const missing = (files: readonly string[], there: readonly string[]): readonly Finding[] => {
  const about = 'projections.deployed';
  if (there.length === 0)
    return [
      well(
        about,
        'None of those here is deployed on the server. The router runs its own without; for programs that ask the server: threadless projections deploy.',
      ),
    ];
  const left = files.filter((name) => !there.includes(name));
  return left.length === 0
    ? []
    : [
        well(
          about,
          `${listed(left)} ${left.length === 1 ? 'is' : 'are'} not deployed on the server; if programs ask it for them: threadless projections deploy ${left.join(' ')}`,
        ),
      ];
};

interface Source {
  readonly name: string;
  readonly source: string;
}

const differing = async (
  files: readonly Source[],
  server: { source(name: string): Promise<string | undefined> },
): Promise<readonly Finding[]> => {
  const others: string[] = [];
  const unknown: string[] = [];
  for (const { name, source } of files) {
    const there = await server.source(name);
    if (there === undefined) unknown.push(name);
    else if (there.trim() !== source.trim()) others.push(name);
  }
  const about = 'projections.source';
  const same = files.length - others.length - unknown.length;
  return [
    ...(same === 0 || same < files.length
      ? []
      : [well(about, 'The server runs the sources that the files here have.')]),
    ...(others.length === 0
      ? []
      : [
          look(
            about,
            `${listed(others)}: the server runs another source than the file here has.`,
            `The states here and there differ. Give the server this one: threadless projections deploy ${others.join(' ')}`,
          ),
        ]),
    ...(unknown.length === 0
      ? []
      : [
          well(
            about,
            `Whether the server runs the same source of ${listed(unknown)} cannot be told: it gives it over HTTP only, which is closed.`,
          ),
        ]),
  ];
};
