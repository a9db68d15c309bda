// Address: which IP addresses are of the public internet (IANA's special-purpose address registries, as of 2026).
// https://www.iana.org/assignments/iana-ipv4-special-registry and …/iana-ipv6-special-registry

/** Four octets as a number of 32 bits. */
type Address4 = number;

type Range4 = readonly [base: Address4, bits: number, what: string];

const range4 = (text: string, what: string): Range4 => {
  const [address = '', bits = ''] = text.split('/');
  return [readAddress4(address) ?? 0, Number(bits), what];
};

const ranges4: readonly Range4[] = [
  range4('0.0.0.0/8', 'this network (RFC 791)'),
  range4('10.0.0.0/8', 'private (RFC 1918)'),
  range4('100.64.0.0/10', 'shared by a carrier (RFC 6598)'),
  range4('127.0.0.0/8', 'loopback'),
  // Azure's host, which hands out credentials, on a public address.
  range4('168.63.129.16/32', 'a cloud’s metadata service'),
  range4('169.254.0.0/16', 'link-local, and clouds’ metadata services (RFC 3927)'),
  range4('172.16.0.0/12', 'private (RFC 1918)'),
  range4('192.0.0.0/24', 'reserved for protocols (RFC 6890)'),
  range4('192.0.2.0/24', 'for documents (RFC 5737)'),
  range4('192.88.99.0/24', 'the former 6to4 relay (RFC 7526)'),
  range4('192.168.0.0/16', 'private (RFC 1918)'),
  range4('198.18.0.0/15', 'for benchmarks (RFC 2544)'),
  range4('198.51.100.0/24', 'for documents (RFC 5737)'),
  range4('203.0.113.0/24', 'for documents (RFC 5737)'),
  range4('224.0.0.0/4', 'multicast (RFC 5771)'),
  range4('240.0.0.0/4', 'reserved, or broadcast (RFC 1112)'),
];

/**
 * What is special about an IPv4 address; undefined where it is a public one.
 * @param text four decimal numbers, as the WHATWG URL parser writes every IPv4 host, however it was spelled
 */
export function specialAddress4(text: string): string | undefined {
  const address = readAddress4(text);
  if (address === undefined) return undefined;
  return ranges4.find(([base, bits]) => sameStart4(address, base, bits))?.[2];
}

/** Whether the text is an IPv4 address in the WHATWG URL parser's spelling. */
export function isAddress4(text: string): boolean {
  return readAddress4(text) !== undefined;
}

function readAddress4(text: string): Address4 | undefined {
  const octets = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (octets === undefined || octets.some((octet) => octet > 255)) return undefined;
  return octets.reduce((address, octet) => address * 256 + octet, 0);
}

function sameStart4(a: Address4, b: Address4, bits: number): boolean {
  const size = 2 ** (32 - bits);
  return Math.floor(a / size) === Math.floor(b / size);
}

type Range6 = readonly [prefix: readonly number[], bits: number, what: string];

/** First match wins, so that the narrow ones, which have a clearer name, come first. */
const ranges6: readonly Range6[] = [
  [[0, 0, 0, 0, 0, 0, 0, 0], 128, 'unspecified'],
  [[0, 0, 0, 0, 0, 0, 0, 1], 128, 'loopback'],
  [[0, 0, 0, 0, 0, 0xffff], 96, 'an IPv4 address in IPv6 (RFC 4291)'],
  [[0, 0, 0, 0, 0, 0], 96, 'an IPv4 address in IPv6 (RFC 4291)'],
  [[0, 0, 0, 0, 0xffff, 0], 96, 'an IPv4 address in IPv6 (RFC 2765)'],
  [[0x64, 0xff9b], 32, 'an IPv4 address in IPv6 (NAT64, RFC 6052 and RFC 8215)'],
  [[0x100, 0, 0], 48, 'for discarding (RFC 6666)'],
  [[0x2001, 0], 32, 'an IPv4 address in IPv6 (Teredo, RFC 4380)'],
  [[0x2001, 0], 23, 'reserved for protocols (RFC 2928)'],
  [[0x2001, 0xdb8], 32, 'for documents (RFC 3849)'],
  [[0x2002], 16, 'an IPv4 address in IPv6 (6to4, RFC 3056)'],
  [[0x3ffe], 16, 'the former 6bone (RFC 3701)'],
  [[0x3fff, 0], 20, 'for documents (RFC 9637)'],
  [[0x5f00], 16, 'of segment routing (RFC 9602)'],
  [[0xfc00], 7, 'private (RFC 4193)'],
  [[0xfe80], 10, 'link-local'],
  [[0xfec0], 10, 'site-local (RFC 3879)'],
  [[0xff00], 8, 'multicast'],
];

/**
 * What is special about an IPv6 address; undefined where it is a public one, which all lie in 2000::/3.
 * @param text as the WHATWG URL parser writes it, without brackets: compressed, and never with dots
 */
export function specialAddress6(text: string): string | undefined {
  const groups = readAddress6(text);
  if (groups === undefined) return 'no address';
  const special = ranges6.find(([prefix, bits]) => sameStart6(groups, prefix, bits))?.[2];
  if (special !== undefined) return special;
  return sameStart6(groups, [0x2000], 3) ? undefined : 'not of the public internet (RFC 4291)';
}

function readAddress6(text: string): readonly number[] | undefined {
  const [head = '', tail, ...more] = text.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const missing = 8 - before.length - after.length;
  if (more.length > 0 || (tail === undefined ? missing !== 0 : missing < 1)) return undefined;
  const texts = [...before, ...Array.from({ length: missing }, () => '0'), ...after];
  if (texts.some((group) => !/^[0-9a-f]{1,4}$/i.test(group))) return undefined;
  return texts.map((group) => Number.parseInt(group, 16));
}

function sameStart6(groups: readonly number[], prefix: readonly number[], bits: number): boolean {
  for (let at = 0; at * 16 < bits; at += 1) {
    const shift = 16 - Math.min(16, bits - at * 16);
    if ((groups[at] ?? 0) >> shift !== (prefix[at] ?? 0) >> shift) return false;
  }
  return true;
}
