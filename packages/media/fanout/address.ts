import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

/** Most hops of a forwarding header that are looked at, from the near end. */
const MAX_HOPS = 32;

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** `address` without the IPv4-in-IPv6 prefix, a zone, brackets or a port. */
function plain(address: string): string {
  const bare = address.trim().replace(/^"|"$/g, '');
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(bare)?.[1];
  const withoutPort = bracketed ?? (/^\d+\.\d+\.\d+\.\d+:\d+$/.test(bare) ? bare.replace(/:\d+$/, '') : bare);
  return withoutPort.replace(/%.*$/, '').replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '');
}

/** The hops that a request names, nearest last: `Forwarded` (RFC 7239), else `X-Forwarded-For`. */
function hops(headers: IncomingHttpHeaders): string[] {
  const forwarded = headers['forwarded'];
  const list =
    forwarded !== undefined
      ? forwarded.split(',').map((part) => /(?:^|;)\s*for=("[^"]*"|[^;]*)/i.exec(part.trim())?.[1] ?? '')
      : [headers['x-forwarded-for'] ?? []].flat().join(',').split(',');
  return list.slice(-MAX_HOPS).map(plain);
}

/** Tells whose connection it is, where some proxies may speak for others. */
export class Proxies {
  readonly #trusted = new BlockList();

  /** @param cidrs addresses or CIDRs that may say `Forwarded` or `X-Forwarded-For` */
  constructor(cidrs: readonly string[]) {
    for (const cidr of cidrs) {
      const [address = '', bits] = cidr.split('/');
      if (bits === undefined) this.#trusted.addAddress(address, familyOf(address));
      else this.#trusted.addSubnet(address, Number(bits), familyOf(address));
    }
  }

  /** True where connections from `remote` carry other people's requests. */
  trusts(remote: string): boolean {
    const address = plain(remote);
    return isIP(address) !== 0 && this.#trusted.check(address, familyOf(address));
  }

  /**
   * The address that a request counts under: the nearest hop that is not trusted.
   * What an untrusted peer says of itself is not looked at.
   */
  client(remote: string, headers: IncomingHttpHeaders): string {
    let address = plain(remote);
    if (!this.trusts(address)) return address;
    for (const hop of hops(headers).reverse()) {
      if (isIP(hop) === 0) break;
      address = hop;
      if (!this.trusts(hop)) break;
    }
    return address;
  }
}

/** What limits count by: the address, or its /64, since one IPv6 subscriber has all of that. */
export function subscriber(address: string): string {
  if (isIP(address) !== 6) return address;
  const [left = '', right] = address.split('::');
  const groups = left.split(':').filter(Boolean);
  if (right !== undefined) {
    const tail = right.split(':').filter(Boolean);
    while (groups.length + tail.length < 8) groups.push('0');
  }
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
