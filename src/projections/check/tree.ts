import { type AnyNode, type Program, parse } from 'acorn';

/** A node of a file's syntax tree, with the way to it. */
export interface Spot {
  readonly node: AnyNode;
  /** What it is to its parent: the name of the parent's property that holds it. */
  readonly role: string;
  readonly parent: Spot | undefined;
}

/**
 * The newest version of the language of which the server's interpreter and every Node from 20 on know the syntax, but for
 * what {@link faultInConstruct} names.
 */
const ecmaVersion = 2024;

/** @throws {SyntaxError} with `loc`, the place */
export const treeOf = (source: string): Program =>
  parse(source, { ecmaVersion, sourceType: 'script', locations: true });

/** Every node of a tree. Without recursion: a sum of thousands of texts is as deep as it is long. */
export function* spotsIn(root: AnyNode): Generator<Spot> {
  const waiting: Spot[] = [{ node: root, role: '', parent: undefined }];
  for (let spot = waiting.pop(); spot !== undefined; spot = waiting.pop()) {
    yield spot;
    for (const [role, value] of Object.entries(spot.node)) {
      for (const child of Array.isArray(value) ? value : [value]) {
        if (isNode(child)) waiting.push({ node: child, role, parent: spot });
      }
    }
  }
}

const isNode = (value: unknown): value is AnyNode =>
  typeof (value as { type?: unknown } | null | undefined)?.type === 'string';

const functions: readonly AnyNode['type'][] = [
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunctionExpression',
];
export const isFunction = ({ type }: AnyNode): boolean => functions.includes(type);

/** The name of a property where it is written down: `a.b`, `a['b']`, `{ b: 1 }`. */
export const writtenName = (key: AnyNode, computed: boolean): string | undefined => {
  if (!computed && key.type === 'Identifier') return key.name;
  return textOf(key);
};

/** A text that stands in the file as it is. */
export const textOf = (node: AnyNode | undefined): string | undefined => {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? node.value : undefined;
  if (node?.type !== 'TemplateLiteral' || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
};
