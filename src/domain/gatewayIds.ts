/**
 * The gateway's ids of a conversation's messages, for recognising a redelivery for ever. A value like any other, but
 * cheap to add to: successive values share one growing map, of which each sees only the entries up to its own size.
 */
export interface GatewayIds {
  readonly size: number;
  /** Gateway id → the message that brought it first, and how many ids were known before. */
  readonly shared: Map<string, { readonly messageId: string; readonly index: number }>;
}

export const noGatewayIds = (): GatewayIds => ({ size: 0, shared: new Map() });

/** The message that brought this id first. */
export const messageWith = ({ size, shared }: GatewayIds, gatewayId: string): string | undefined => {
  const entry = shared.get(gatewayId);
  return entry !== undefined && entry.index < size ? entry.messageId : undefined;
};

/** With one id more; a known id keeps its first message. */
export const withGatewayId = (ids: GatewayIds, gatewayId: string, messageId: string): GatewayIds => {
  if (messageWith(ids, gatewayId) !== undefined) return ids;
  const shared = ids.shared.size === ids.size ? ids.shared : ownCopy(ids);
  shared.set(gatewayId, { messageId, index: ids.size });
  return { size: ids.size + 1, shared };
};

/** Another value has grown from the same one: from here on they go separate ways. */
const ownCopy = ({ size, shared }: GatewayIds): GatewayIds['shared'] =>
  new Map([...shared].filter(([, { index }]) => index < size));
