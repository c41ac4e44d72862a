import { copied } from '../copied.ts';
import { parseUri, type SipResponse } from '../message/index.ts';
import type { OutgoingInvite, SessionTarget } from '../session.ts';

/** Hops and characters of a route that are kept; a registrar that says more is not followed. */
const hopsAtMost = 8;
const longestRoute = 1024;

/** The Service-Route of an answer to a REGISTER (RFC 3608), hop by hop; empty where there is none that can be used. */
export function serviceRouteOf(response: SipResponse): readonly string[] {
  const hops = response.headers('Service-Route').flatMap((line) => line.match(/<[^<>\s]+>/g) ?? []);
  const isUsable = hops.length <= hopsAtMost && hops.join().length <= longestRoute && hops.every(isLoose);
  return isUsable ? copied(hops) : [];
}

/** A strict router would take the Request-URI for its own (RFC 3608 5). */
function isLoose(hop: string): boolean {
  const uri = parseUri(hop.slice(1, -1));
  return uri !== undefined && (uri.scheme === 'sip' || uri.scheme === 'sips') && uri.isLoose;
}

/** The INVITE that takes this way: its first hop is where it goes, unless there is an `outbound-proxy`. Never over less than it would. */
export function alongServiceRoute(request: OutgoingInvite, routes: readonly string[]): OutgoingInvite {
  const first = parseUri(routes[0]?.slice(1, -1) ?? '');
  if (first === undefined) return request;
  const isSecure = first.scheme === 'sips' || first.transport === 'tls';
  const { address: host, port } = first;
  const kind = host.includes(':') ? 'ipv6' : /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) ? 'ipv4' : 'dns';
  const hop: SessionTarget = { kind, host, ...(port === undefined ? {} : { port }) };
  return { ...request, routes, proxy: request.proxy ?? hop, transport: isSecure ? 'tls' : request.transport };
}
