import type { Agreements } from '../store/port.js';
import { StoreError } from '../store/port.js';
import type { Group } from './group.js';

const name = 'workers';
/** Of the text below; one of a newer version is not touched. */
const format = 1;

export interface Agreed {
  readonly group: Group;
  readonly version: string;
}

/** @throws {StoreError} `unsupported` when a newer version of the router has written it */
export const readGroup = async (agreements: Agreements): Promise<Agreed | undefined> => {
  const agreement = await agreements.read(name);
  if (agreement === undefined) return undefined;
  const { format: written, ...group } = JSON.parse(agreement.text) as Group & { readonly format: number };
  if (written === format) return { group, version: agreement.version };
  throw new StoreError(
    'unsupported',
    'A newer version of threadless-router shares out the work on this store.',
  );
};

/** @returns false when someone else was quicker: read again, decide again */
export const replaceGroup = async (
  agreements: Agreements,
  group: Group,
  before: Agreed | undefined,
): Promise<boolean> => {
  try {
    await agreements.replace(name, JSON.stringify({ format, ...group }), before?.version ?? 'none');
    return true;
  } catch (error) {
    if (error instanceof StoreError && error.code === 'conflict') return false;
    throw error;
  }
};
