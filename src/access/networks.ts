import { BlockList, isIP, isIPv4 } from 'node:net';

/** An address, or a network as `10.0.0.0/8` and `2001:db8::/32` are written. */
export const isNetwork = (text: string): boolean => {
  const { address, bits, family } = partsOf(text);
  if (family === undefined) return false;
  const most = family === 'ipv4' ? 32 : 128;
  return isIP(address) !== 0 && (bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= most));
};

/** Networks, and which addresses are in one of them. */
export class Networks {
  readonly #list = new BlockList();

  /** @param networks - each of which {@link isNetwork} */
  constructor(networks: readonly string[]) {
    for (const network of networks) {
      const { address, bits, family = 'ipv4' } = partsOf(network);
      if (bits === undefined) this.#list.addAddress(address, family);
      else this.#list.addSubnet(address, Number(bits), family);
    }
  }

  has(given: string): boolean {
    const address = plainAddress(given);
    const family = familyOf(address);
    return family !== undefined && this.#list.check(address, family);
  }
}

/** An address of IPv4 is one in whichever form the system tells it; a zone of this machine is no part of it. */
export const plainAddress = (address: string): string => {
  const bare = address.replace(/%.*$/, '');
  const [, inside = ''] = /^::ffff:([\d.]+)$/i.exec(bare) ?? [];
  return isIPv4(inside) ? inside : bare;
};

const familyOf = (address: string): 'ipv4' | 'ipv6' | undefined => {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
};

const partsOf = (text: string) => {
  const [address = '', bits, more] = text.split('/');
  return { address, bits, family: more === undefined ? familyOf(address) : undefined };
};
