import type { Deployed } from '../../store/eventstoredb/projectionDeploy.js';
import type { ServerProjections } from '../../store/eventstoredb/projections.js';
import { StoreError } from '../../store/port.js';
import type { CheckedProjection } from './check.js';

/** What became of one. `here`: no server runs it, and a running router takes a changed file up by itself. */
export type DeployedProjection =
  | { readonly name: string; readonly how: Deployed | 'here' }
  | { readonly name: string; readonly how: 'refused'; readonly why: string };

/** Some of the files that are to be deployed are no projections: none is deployed. */
export class FaultyProjections extends Error {
  override readonly name = 'FaultyProjections';
  readonly code = 'faulty-projections';

  constructor(faults: readonly string[]) {
    super([...faults, 'Nothing is deployed: mend this, or name those that are to be.'].join('\n'));
  }
}

/**
 * One by one, when all are good. One that the server cannot run keeps no other from it.
 *
 * @throws {FaultyProjections} @throws {StoreError} but for those that the server cannot run
 */
export async function* deployProjections(
  files: readonly CheckedProjection[],
  server: ServerProjections | undefined,
): AsyncGenerator<DeployedProjection> {
  const faults = files.flatMap((file) => file.faults.map(({ message }) => message));
  if (faults.length > 0) throw new FaultyProjections(faults);
  for (const { name, source } of files)
    yield server === undefined ? { name, how: 'here' } : await deployOne(server, name, source);
}

const deployOne = async (
  server: ServerProjections,
  name: string,
  source: string,
): Promise<DeployedProjection> => {
  try {
    return { name, how: await server.deploy(name, source) };
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'invalid')) throw error;
    return { name, how: 'refused', why: error.message };
  }
};
