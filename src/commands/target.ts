import { CommandError } from '../cli/index.ts';
import { canonicalAddress } from '../io/index.ts';

/** Somewhere to send SIP to: `ipv4:A.B.C.D[:PORT]`, `ipv6:[A][:PORT]`, `dns:HOST[:PORT]`. */
export interface Target {
  readonly kind: 'ipv4' | 'ipv6' | 'dns';
  readonly host: string;
  readonly port?: number;
}

/** Reads a target. `what` begins the sentence for one that cannot be: `session target`. */
export function readTarget(typed: string, what: string): Target {
  const parts = /^(ipv4|dns):([^:[\]]+)(?::(.*))?$|^(ipv6):\[([^\]]*)\](?::(.*))?$/i.exec(typed);
  const kind = (parts?.[1] ?? parts?.[4])?.toLowerCase();
  const host = parts?.[2] ?? parts?.[5] ?? '';
  const portText = parts?.[3] ?? parts?.[6];
  const port = portText === undefined ? undefined : portNumber(portText);
  if ((kind !== 'ipv4' && kind !== 'ipv6' && kind !== 'dns') || !fits[kind](host) || port === 0)
    throw new CommandError(`% Invalid ${what}: ${typed}`);
  const place = kind === 'ipv6' ? (canonicalAddress(host) ?? host) : host;
  return { kind, host: place, ...(port === undefined ? {} : { port }) };
}

export function targetText({ kind, host, port }: Target): string {
  return `${kind}:${kind === 'ipv6' ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
}

const fits: Readonly<Record<Target['kind'], (host: string) => boolean>> = {
  ipv4: isIpv4,
  ipv6: isIpv6,
  dns: (host) => host.length <= 253 && host.split('.').every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label)),
};

function isIpv4(host: string): boolean {
  const octets = host.split('.', 5);
  return octets.length === 4 && octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256);
}

/** RFC 4291 2.2, without an IPv4 tail. */
function isIpv6(host: string): boolean {
  const halves = host.split('::', 3);
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':', 9)));
  if (halves.length > 2 || !groups.every((group) => /^[0-9A-Fa-f]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? groups.length < 8 : groups.length === 8;
}

/** 1 to 65535, else 0. */
function portNumber(text: string): number {
  const number = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return number <= 65_535 ? number : 0;
}
