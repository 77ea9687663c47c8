import { foldersOf } from '../../../main/config/projectionFolders.js';
import { readProjections } from '../../../projections/files.js';
import type { ServerProjection } from '../../../store/eventstoredb/projections.js';
import { StoreError } from '../../../store/port.js';
import type { Check } from '../examine.js';
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
      const findings = statuses.map(oneOnServer);
      const files = readProjections(foldersOf(installation.config));
      const ours = files.filter(({ name }) => statuses.some((status) => status.name === name));
      return [...findings, ...(await differing(ours, server))];
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

const oneOnServer = ({ name, status, reason, progress }: ServerProjection): Finding => {
  const about = 'projections.server';
  const says = `${name} on the server: ${status}${progress < 0 ? '' : `, ${progress.toFixed(1)} %`}`;
  if (status.startsWith('Faulted'))
    return broken(
      about,
      `${says}: ${(reason ?? '').replaceAll(/\s+/g, ' ')}`,
      `Who asks the server for it gets nothing new. Mend its file, then: threadless projections deploy ${name}`,
    );
  return status.startsWith('Running')
    ? well(about, `${says}.`)
    : look(
        about,
        `${says}.`,
        `It does not go on. Start it on the server, or: threadless projections deploy ${name}. A server with --run-projections=System runs none but its own.`,
      );
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
  return [
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
