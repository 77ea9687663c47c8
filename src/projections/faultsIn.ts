import { faultsInText } from './check/text.js';
import { ProjectionFault } from './faults.js';
import type { ProjectionFile } from './files.js';
import { Sandbox } from './sandbox.js';

/** Looks a file through, and lets it describe itself when nothing is found. @returns all that hinders it */
export const faultsIn = (file: ProjectionFile): readonly ProjectionFault[] => {
  const { taken, unreadable, indexFault } = file;
  const isReadable = taken === undefined && unreadable === undefined && indexFault === undefined;
  const found = isReadable ? faultsInText(file) : [];
  if (found.length > 0) return found;
  try {
    new Sandbox(file);
    return [];
  } catch (error) {
    if (error instanceof ProjectionFault) return [error];
    throw error;
  }
};
