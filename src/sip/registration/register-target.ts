import type { RegistrarSettings, SipServer, TransportName } from '../settings.ts';

/** Where a registrar is. */
export interface RegisterTarget {
  readonly host: string;
  readonly isName: boolean;
  /** Absent: that of the transport. */
  readonly port: number | undefined;
}

/** Reads what the `registrar` command let through: `dns:HOST[:PORT]`, `ipv4:A[:PORT]`, `ipv6:[A][:PORT]`. */
export function registerTarget(text: string): RegisterTarget {
  const kind = text.slice(0, text.indexOf(':'));
  const rest = text.slice(kind.length + 1);
  const bracket = rest.startsWith('[') ? rest.indexOf(']') : -1;
  const hostEnd = bracket > 0 ? bracket + 1 : rest.indexOf(':') < 0 ? rest.length : rest.indexOf(':');
  const host = bracket > 0 ? rest.slice(1, bracket) : rest.slice(0, hostEnd);
  const port = rest.slice(hostEnd + 1);
  return { host, isName: kind === 'dns', port: port === '' ? undefined : Number(port) };
}

/** The same as the place calls are sent to. */
export function registrarAddress(text: string): SipServer {
  const { host, isName, port } = registerTarget(text);
  const kind = isName ? 'dns' : host.includes(':') ? 'ipv6' : 'ipv4';
  return { kind, host, ...(port === undefined ? {} : { port }) };
}

/** sips means TLS on this hop, whatever is configured (RFC 5630 3.1.1). */
export function registerTransport({ scheme, transport }: RegistrarSettings): TransportName {
  return scheme === 'sips' ? 'tls' : transport;
}
