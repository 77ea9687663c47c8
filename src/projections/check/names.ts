import type { AnyNode } from 'acorn';
import { isFunction, type Spot, writtenName } from './tree.js';

/** What a file gives names to. */
export interface Names {
  /** True when a name stands, at that spot, for something of the file's own. */
  isOwn(name: string, spot: Spot): boolean;
  /** Properties that the file gives to what it did not make: `Array.last`. */
  readonly added: ReadonlySet<string>;
}

export const namesOf = (spots: readonly Spot[]): Names => {
  const own = new Map<AnyNode, Set<string>>();
  for (const { names, scope } of spots.flatMap(declarationsAt)) {
    const known = own.get(scope) ?? new Set();
    for (const name of names) known.add(name);
    own.set(scope, known);
  }
  return {
    // In the body of a `with` a name may be one of the object's.
    isOwn: (name, spot) =>
      around(spot, ({ type }) => type === 'WithStatement') !== undefined ||
      around(spot, (scope) => own.get(scope)?.has(name) === true) !== undefined,
    added: new Set(spots.flatMap(({ node }) => addedBy(node))),
  };
};

/** An identifier that stands for what bears the name, and not for a property, a label or a declaration. */
export const usedName = ({ node, role, parent }: Spot): string | undefined => {
  if (node.type !== 'Identifier' || parent === undefined) return undefined;
  return isUse(role, parent.node) ? node.name : undefined;
};

const isUse = (role: string, parent: AnyNode): boolean => {
  switch (parent.type) {
    case 'MemberExpression':
      return role !== 'property' || parent.computed;
    case 'Property':
    case 'MethodDefinition':
    case 'PropertyDefinition':
      return role !== 'key' || parent.computed;
    case 'LabeledStatement':
    case 'BreakStatement':
    case 'ContinueStatement':
      return role !== 'label';
    case 'MetaProperty':
      return false;
    case 'UnaryExpression':
      return parent.operator !== 'typeof';
    default:
      return true;
  }
};

interface Declarations {
  readonly names: readonly string[];
  /** The node in which the names are known. */
  readonly scope: AnyNode;
}

const declarationsAt = (spot: Spot): readonly Declarations[] => {
  const { node, parent } = spot;
  switch (node.type) {
    case 'VariableDeclarator': {
      const isVar = parent?.node.type === 'VariableDeclaration' && parent.node.kind === 'var';
      return [{ names: namesIn(node.id), scope: isVar ? functionAround(spot) : blockAround(spot) }];
    }
    // To the server, one that is declared in a block is there in that block only.
    case 'FunctionDeclaration':
      return [
        { names: namesIn(node.id), scope: blockAround(spot) },
        { names: node.params.flatMap(namesIn), scope: node },
      ];
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [{ names: [...namesIn(node.id), ...node.params.flatMap(namesIn)], scope: node }];
    case 'ClassDeclaration':
      return [{ names: namesIn(node.id), scope: blockAround(spot) }];
    case 'ClassExpression':
      return [{ names: namesIn(node.id), scope: node }];
    case 'CatchClause':
      return [{ names: namesIn(node.param), scope: node }];
    // In sloppy mode these make globals.
    case 'AssignmentExpression':
      return [{ names: [...namesIn(node.left), ...globalsAddedBy(node)], scope: rootOf(spot) }];
    case 'ForInStatement':
    case 'ForOfStatement':
      return [{ names: namesIn(node.left), scope: rootOf(spot) }];
    default:
      return [];
  }
};

/** The names in a pattern; none in what is no pattern. */
const namesIn = (pattern: AnyNode | null | undefined): readonly string[] => {
  switch (pattern?.type) {
    case 'Identifier':
      return [pattern.name];
    case 'ObjectPattern':
      return pattern.properties.flatMap((part) => namesIn(part.type === 'Property' ? part.value : part));
    case 'ArrayPattern':
      return pattern.elements.flatMap(namesIn);
    case 'AssignmentPattern':
      return namesIn(pattern.left);
    case 'RestElement':
      return namesIn(pattern.argument);
    default:
      return [];
  }
};

const addedBy = (node: AnyNode): readonly string[] => {
  if (node.type !== 'AssignmentExpression' || node.left.type !== 'MemberExpression') return [];
  const { object, property, computed } = node.left;
  const name = writtenName(property, computed);
  return object.type === 'Identifier' && name !== undefined ? [`${object.name}.${name}`] : [];
};

const globalsAddedBy = (node: AnyNode): readonly string[] =>
  addedBy(node)
    .filter((path) => path.startsWith('globalThis.'))
    .map((path) => path.replace('globalThis.', ''));

const blocks: readonly AnyNode['type'][] = [
  'BlockStatement',
  'ForStatement',
  'ForInStatement',
  'ForOfStatement',
  'SwitchStatement',
  'StaticBlock',
];

const blockAround = (spot: Spot): AnyNode =>
  around(spot, (node) => blocks.includes(node.type) || isFunction(node)) ?? rootOf(spot);
const functionAround = (spot: Spot): AnyNode =>
  around(spot, (node) => node.type === 'StaticBlock' || isFunction(node)) ?? rootOf(spot);
const rootOf = (spot: Spot): AnyNode => around(spot, ({ type }) => type === 'Program') ?? spot.node;

/** The nearest node around a spot that is such. */
const around = (spot: Spot, isSuch: (node: AnyNode) => boolean): AnyNode | undefined => {
  for (let at = spot.parent; at !== undefined; at = at.parent) if (isSuch(at.node)) return at.node;
  return undefined;
};
