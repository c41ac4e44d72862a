/** An IPv4 address as a number, undefined for anything else (no short or octal forms). */
export function ipv4Number(text: string): number | undefined {
  if (text.length > 15) return undefined;
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255))
    return undefined;
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** One spelling for one address, so that two can be compared: IPv4-mapped forms become IPv4, IPv6 its eight full groups. */
export function canonicalAddress(text: string): string {
  const plain = text.toLowerCase().split('%', 1)[0] ?? '';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(plain)?.[1];
  if (mapped !== undefined) return mapped;
  if (!plain.includes(':')) return plain;
  const [left = '', right] = plain.split('::');
  const head = left === '' ? [] : left.split(':');
  const tail = right === undefined || right === '' ? [] : right.split(':');
  const missing = right === undefined ? 0 : Math.max(0, 8 - head.length - tail.length);
  return [...head, ...Array<string>(missing).fill('0'), ...tail]
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':');
}

/** IPv4 blocks that are not the public internet's (RFC 6890, RFC 5771): first address and bits of the mask. */
const special: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** Whether an address may be anybody's on the internet. Of IPv6 only global unicast is, and nothing that hides an IPv4 address. */
export function isPublicAddress(text: string): boolean {
  const address = canonicalAddress(text);
  const number = ipv4Number(address);
  if (number !== undefined) {
    return !special.some(([block, bits]) => Math.floor((number - ipv4Number(block)!) / 2 ** (32 - bits)) === 0);
  }
  return /^[23][0-9a-f]{3}:/.test(address) && !/^(?:2001:(?:0|db8)|2002):/.test(address);
}
