import { sipHost } from '../agent/identity.ts';
import { parseUri } from '../message/index.ts';
import type { RegistrarSettings, SipServer, TransportName } from '../settings.ts';
import { registerTarget, registerTransport } from './register-target.ts';

/** Where a REGISTER goes: to the registrar, or where that sends it. */
export interface RegisterPlace {
  readonly host: string;
  readonly isName: boolean;
  readonly port: number | undefined;
  readonly transport: TransportName;
  /** Request-URI: a domain, without user. */
  readonly uri: string;
}

/** So often a REGISTER is sent on; then it has failed. */
export const redirectionsAtMost = 5;

export function registrarPlace(registrar: RegistrarSettings): RegisterPlace {
  const { host, isName, port } = registerTarget(registrar.target);
  return { host, isName, port, transport: registerTransport(registrar), uri: uriOf(registrar.scheme, host, port) };
}

/**
 * The place a Contact of a 3xx names (RFC 3261 8.1.3.4), reached from `from`. Whoever was asked over TLS is never left for a
 * place without it. Undefined: there is no such place.
 */
export function redirectedPlace(contact: string, from: RegisterPlace): RegisterPlace | undefined {
  const uri = parseUri(contact);
  if (uri === undefined || (uri.scheme !== 'sip' && uri.scheme !== 'sips')) return undefined;
  const asked = uri.scheme === 'sips' ? 'tls' : uri.transport;
  const transport = asked === undefined ? from.transport : transports.find((one) => one === asked);
  if (transport === undefined || (from.transport === 'tls' && transport !== 'tls')) return undefined;
  if (from.uri.startsWith('sips:') && uri.scheme !== 'sips') return undefined;
  const { address: host, port } = uri;
  const isName = !host.includes(':') && !/^\d{1,3}(?:\.\d{1,3}){3}$/.test(host);
  return { host, isName, port, transport, uri: uriOf(uri.scheme, host, port) };
}

/** A proxy that takes every request, as the next hop. */
export function hopOf({ kind, host, port }: SipServer): Pick<RegisterPlace, 'host' | 'isName' | 'port'> {
  return { host, isName: kind === 'dns', port };
}

const transports: readonly TransportName[] = ['udp', 'tcp', 'tls'];

function uriOf(scheme: 'sip' | 'sips', host: string, port: number | undefined): string {
  return `${scheme}:${sipHost(host)}${port === undefined ? '' : `:${port}`}`;
}
