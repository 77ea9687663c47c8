import type { AssignmentProperty, MemberExpression, Property } from 'acorn';
import { freshContext } from '../context.js';
import { builtins, everywhere, localised } from '../inside/builtins.js';
import { type Names, usedName } from './names.js';
import { type Spot, writtenName } from './tree.js';

const writes =
  'a projection that writes events has to run in EventStoreDB, and no other engine would hold them';
const byText = 'no code is made of text';
const byMemory = 'when memory is freed must not show in a state';
const absent = 'the server does not have it';

/** Why what people know by these names is not there. */
const reasons: Readonly<Record<string, string>> = {
  emit: writes,
  linkTo: writes,
  linkStreamTo: writes,
  copyTo: writes,
  eval: byText,
  Function: byText,
  Intl: absent,
  Atomics: absent,
  WebAssembly: absent,
  console: absent,
  Promise: 'the server takes the state before a promise is kept',
  Proxy: 'in a state the server takes it for empty',
  WeakRef: byMemory,
  FinalizationRegistry: byMemory,
};

/** The names of the context in which a file runs, with what stands there. */
const globals = freshContext() as Readonly<Record<string, unknown>>;

/** A name that is not the file's own. @returns why it is refused */
export const faultInName = (spot: Spot, names: Names): string | undefined => {
  const name = usedName(spot);
  if (name === undefined || name === 'arguments' || names.isOwn(name, spot)) return undefined;
  const reason = Object.hasOwn(reasons, name) ? reasons[name] : undefined;
  // To ask whether something is a Function makes no code.
  if (reason !== undefined && (reason !== byText || spot.role === 'callee'))
    return `${name} is not supported: ${reason}`;
  return Object.hasOwn(globals, name)
    ? undefined
    : `there is no ${name}: a projection has the language and the words of the dialect, and nothing else`;
};

/** `object.member`, and what is taken out of an object: `{ member }`. @returns why it is refused */
export const faultInMember = (spot: Spot, names: Names): string | undefined => {
  const { node, parent } = spot;
  if (node.type === 'MemberExpression')
    return faultInLocalised(node) ?? (isOwnObject(spot, names) ? undefined : faultInStatic(node, names));
  return node.type === 'Property' && parent?.node.type === 'ObjectPattern'
    ? faultInLocalised(node)
    : undefined;
};

const isOwnObject = (spot: Spot, names: Names): boolean =>
  spot.node.type === 'MemberExpression' &&
  spot.node.object.type === 'Identifier' &&
  names.isOwn(spot.node.object.name, spot);

const faultInLocalised = (node: MemberExpression | Property | AssignmentProperty): string | undefined => {
  const name = writtenName(node.type === 'Property' ? node.key : node.property, node.computed);
  if (name === undefined || !Object.hasOwn(localised, name)) return undefined;
  return `${name} is not supported: ${localised[name]}`;
};

/** `Object.groupBy`: what stands at a name of the language. */
const faultInStatic = (
  { object, property, computed }: MemberExpression,
  { added }: Names,
): string | undefined => {
  const name = writtenName(property, computed);
  if (object.type !== 'Identifier' || name === undefined) return undefined;
  const path = `${object.name}.${name}`;
  const holder = Object.hasOwn(globals, object.name) ? globals[object.name] : undefined;
  if (holder === undefined || holder === globals || added.has(path)) return undefined;
  const isOnServer = builtins[object.name]?.split(' ').includes(name);
  if (name in Object(holder))
    return isMore(object.name, name) ? `there is no ${path} on the server` : undefined;
  return `there is no ${path} ${isOnServer ? `in Node ${process.versions.node}` : 'on the server'}`;
};

/** What a newer version of Node does not let go. */
const isMore = (holder: string, name: string): boolean =>
  Object.hasOwn(builtins, holder) &&
  Object.hasOwn(Object(globals[holder]), name) &&
  !`${builtins[holder]} ${everywhere}`.split(' ').includes(name);
