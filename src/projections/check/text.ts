import type { AnyNode } from 'acorn';
import { type Place, ProjectionFault } from '../faults.js';
import type { ProjectionFile } from '../files.js';
import { faultInConstruct } from './constructs.js';
import { faultInMember, faultInName } from './library.js';
import { namesOf } from './names.js';
import { type Spot, spotsIn, treeOf } from './tree.js';

/**
 * What a file says that the server does not do, or does otherwise, so that its states would not be the same there: all of
 * it, in the order of the file. Nothing of the file runs.
 */
export const faultsInText = ({ file, source }: ProjectionFile): readonly ProjectionFault[] => {
  let spots: readonly Spot[];
  try {
    spots = [...spotsIn(treeOf(source))];
  } catch (error) {
    return [syntaxFault(file, error)];
  }
  const names = namesOf(spots);
  return spots
    .toSorted((one, other) => one.node.start - other.node.start)
    .flatMap((spot) => {
      const what = faultInConstruct(spot, names) ?? faultInMember(spot, names) ?? faultInName(spot, names);
      return what === undefined ? [] : [new ProjectionFault('unsupported', placeOf(file, spot), what)];
    });
};

const placeOf = (file: string, spot: Spot): Place => {
  const { start } = toldAt(spot).loc ?? {};
  return start === undefined ? { file } : { file, line: start.line, column: start.column + 1 };
};

/** A member is looked for where its name stands: a chain may go over many lines. A method begins before its function. */
const toldAt = ({ node, parent }: Spot): AnyNode => {
  if (node.type === 'MemberExpression') return node.property;
  const isMethod =
    parent?.node.type === 'MethodDefinition' || (parent?.node.type === 'Property' && parent.node.method);
  return isMethod && node.type === 'FunctionExpression' ? parent.node : node;
};

const syntaxFault = (file: string, error: unknown): ProjectionFault => {
  const { message, loc } = error as SyntaxError & { loc?: { line: number; column: number } };
  const place = loc === undefined ? { file } : { file, line: loc.line, column: loc.column + 1 };
  const what = /stack space/.test(message) ? 'it is nested too deeply' : message.replace(/ \(\d+:\d+\)$/, '');
  return new ProjectionFault('syntax', place, what);
};
