/** IPv4 addresses written as IPv6 (RFC 4291 2.5.5.2). */
const mapped = 0xffffn << 32n;

/** A block of addresses, of either family. */
export class AddressRange {
  readonly #network: bigint;
  readonly #ignored: bigint;

  /** `prefixLength` counts the bits of the address's own family. Undefined when the address is none, or the length too long. */
  static of(address: string, prefixLength?: number): AddressRange | undefined {
    const bits = addressBits(address);
    const most = address.includes(':') ? 128 : 32;
    const length = prefixLength ?? most;
    if (bits === undefined || length < 0 || length > most) return undefined;
    return new AddressRange(bits, BigInt(most - length));
  }

  private constructor(bits: bigint, ignored: bigint) {
    this.#ignored = ignored;
    this.#network = bits >> ignored;
  }

  holds(address: string): boolean {
    const bits = addressBits(address);
    return bits !== undefined && bits >> this.#ignored === this.#network;
  }
}

/** Bits set in a contiguous IPv4 mask: 24 for 255.255.255.0. */
export function maskLength(mask: string): number {
  const bits = ipv4Bits(mask) ?? 0n;
  let length = 0;
  for (let bit = 31n; bit >= 0n && (bits >> bit) % 2n === 1n; bit--) length++;
  return length;
}

/** An address as a number of 128 bits; an IPv4 address as its mapped form, so that both spellings are one. */
function addressBits(text: string): bigint | undefined {
  if (text.length > 45) return undefined;
  if (!text.includes(':')) {
    const bits = ipv4Bits(text);
    return bits === undefined ? undefined : mapped | bits;
  }
  return ipv6Bits(text);
}

function ipv4Bits(text: string): bigint | undefined {
  const octets = text.split('.', 5);
  if (octets.length !== 4 || !octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256)) return undefined;
  return octets.reduce((bits, octet) => (bits << 8n) | BigInt(octet), 0n);
}

function ipv6Bits(text: string): bigint | undefined {
  const halves = text.split('::', 3);
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 8 - head.length - (tail?.length ?? 0);
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined;
  const groups = [...head, ...Array<bigint>(missing).fill(0n), ...(tail ?? [])];
  return groups.reduce((bits, group) => (bits << 16n) | group, 0n);
}

/** The groups of one side of `::`; an IPv4 address at the end is two of them. */
function groupsOf(text: string): readonly bigint[] | undefined {
  if (text === '') return [];
  const groups: bigint[] = [];
  const words = text.split(':', 9);
  for (const [i, word] of words.entries()) {
    const bits = i === words.length - 1 ? ipv4Bits(word) : undefined;
    if (bits !== undefined) groups.push(bits >> 16n, bits & 0xffffn);
    else if (/^[0-9a-fA-F]{1,4}$/.test(word)) groups.push(BigInt(`0x${word}`));
    else return undefined;
  }
  return groups.length > 8 ? undefined : groups;
}
