import type { Address } from '../network.ts';

const mapped = '::ffff:';

/** An address as Node gives it, an IPv4 one without its IPv6 wrapping. */
export function nodeAddress(host: string | undefined, port: number | undefined): Address {
  const plain = host?.startsWith(mapped) && host.includes('.') ? host.slice(mapped.length) : (host ?? '0.0.0.0');
  return { host: plain, port: port ?? 0 };
}
