import type { AnyNode, CallExpression, NewExpression } from 'acorn';
import { patternCheck } from '../inside/pattern.js';
import type { Names } from './names.js';
import { isFunction, type Spot, textOf } from './tree.js';

const faultInPattern = patternCheck();

const asynchronous =
  'async functions are not supported: the server takes the state before what is awaited comes';

/** What the server's interpreter does not have, or does otherwise, told by the syntax alone. @returns why it is refused */
export const faultInConstruct = (spot: Spot, names: Names): string | undefined => {
  const { node } = spot;
  if (isFunction(node)) return faultInFunction(node);
  switch (node.type) {
    case 'ImportExpression':
      return 'import is not supported: a projection is one file';
    case 'Literal':
      return node.regex && faultInPattern(node.regex.pattern, node.regex.flags);
    case 'CallExpression':
    case 'NewExpression':
      return names.isOwn('RegExp', spot) ? undefined : faultInRegExp(node);
    default:
      return undefined;
  }
};

const faultInFunction = (node: AnyNode): string | undefined => {
  const { async, generator } = node as Extract<AnyNode, { async: boolean }>;
  if (async) return asynchronous;
  return generator
    ? "generator functions are not supported: the server's interpreter does not have them"
    : undefined;
};

/** Of `new RegExp('…', '…')`. What is put together only when it runs is looked at then. */
const faultInRegExp = ({ callee, arguments: given }: CallExpression | NewExpression): string | undefined => {
  if (callee.type !== 'Identifier' || callee.name !== 'RegExp') return undefined;
  return faultInPattern(textOf(given[0]) ?? '', textOf(given[1]) ?? '');
};
