import type { Random } from './random.js';

const hex = (random: Random, digits: number): string => {
  let text = '';
  while (text.length < digits) text += random.below(0x10000).toString(16).padStart(4, '0');
  return text.slice(0, digits);
};

/** A UUID of version 7 for this time, as the router makes them. */
export const idAt = (random: Random, ms: number): string => {
  const time = ms.toString(16).padStart(12, '0');
  const variant = (8 + random.below(4)).toString(16);
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(random, 3)}-${variant}${hex(random, 3)}-${hex(random, 12)}`;
};

/** What Kannel calls a message: a UUID of version 4. */
export const gatewayId = (random: Random): string =>
  `${hex(random, 8)}-${hex(random, 4)}-4${hex(random, 3)}-a${hex(random, 3)}-${hex(random, 12)}`;
