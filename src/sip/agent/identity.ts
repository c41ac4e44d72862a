import type { Address } from '../../io/index.ts';
import { escapeUser } from '../message/index.ts';
import type { OutgoingInvite, SessionTarget } from '../session.ts';
import type { SipSettings, TransportName } from '../settings.ts';
import { defaultPort } from '../target/index.ts';
import type { Flow } from '../transport/index.ts';

/** An address as a SIP host: an IPv6 address in brackets. */
export function sipHost(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

export function printAddress(address: Address): string {
  return `${sipHost(address.host)}:${address.port}`;
}

/** The transport we use: sips means TLS on this hop, whatever is configured (RFC 5630 3.1.1). */
export function transportOf(invite: Pick<OutgoingInvite, 'scheme' | 'transport'>): TransportName {
  return invite.scheme === 'sips' ? 'tls' : invite.transport;
}

/** Request URI towards a dial peer's target. */
export function requestUri(invite: OutgoingInvite): string {
  if (invite.scheme === 'tel') return `tel:${escapeUser(invite.called)}`;
  return `${sipScheme(invite)}:${userPart(invite.called)}${targetHost(invite.target, transportOf(invite))}`;
}

/** From, without tag, of a host by its address or its name. A call without a number is from the host itself. */
export function fromAddress(invite: OutgoingInvite, localHost: string): string {
  return `<${sipScheme(invite)}:${userPart(invite.calling)}${sipHost(localHost)}>`;
}

export function toAddress(invite: OutgoingInvite): string {
  return `<${sipScheme(invite)}:${userPart(invite.called)}${sipHost(invite.target.host)}>`;
}

/**
 * The header that says who calls beside From, as configured: Remote-Party-ID as IOS writes it, or one of RFC 3325. A call without a
 * number has none.
 */
export function identityHeaders(
  invite: OutgoingInvite,
  localHost: string,
  { remotePartyId, assertedId }: Pick<SipSettings, 'remotePartyId' | 'assertedId'>,
): readonly string[] {
  if (invite.calling === '') return [];
  const who = fromAddress(invite, localHost);
  const asserted = invite.assertedId ?? assertedId ?? 'none';
  if (asserted !== 'none') return [`${asserted === 'pai' ? 'P-Asserted-Identity' : 'P-Preferred-Identity'}: ${who}`];
  return remotePartyId ? [`Remote-Party-ID: ${who};party=calling;screen=no;privacy=off`] : [];
}

/** What a Contact says beside who and where. */
export interface ContactDetails {
  /** A name of ours, which stands there over TLS, where a certificate must prove the host of the URI (RFC 5922 4); elsewhere it may not be resolved. */
  readonly name?: string | undefined;
  /** The dialog's requests are wanted on this very flow (RFC 5626 4.3). */
  readonly isOutbound?: boolean;
}

/**
 * Where the peer reaches us: the listening port, not the connection's own. `transport=` is written for the stream transports
 * so that requests in the dialog do not fall to UDP, but never with sips, which implies TLS (RFC 5630 3.1.3).
 */
export function contactAddress(
  user: string,
  scheme: 'sip' | 'sips',
  flow: Flow,
  port: number,
  { name, isOutbound = false }: ContactDetails = {},
): string {
  const transport = scheme === 'sips' || flow.transport === 'udp' ? '' : `;transport=${flow.transport}`;
  const host = (flow.transport === 'tls' ? name : undefined) ?? sipHost(flow.local.host);
  return `<${scheme}:${userPart(user)}${host}:${port}${transport}${isOutbound ? ';ob' : ''}>`;
}

/**
 * Via value for a request we start; `rport` asks for the port it came from (RFC 3581). `alias`: the name by which the peer may call us
 * on this very connection (RFC 5923 5).
 */
export function viaValue(
  flow: Pick<Flow, 'transport' | 'local'>,
  port: number,
  branch: string,
  alias?: string,
): string {
  const more = flow.transport === 'udp' ? ';rport' : alias === undefined ? '' : ';alias';
  return `SIP/2.0/${flow.transport.toUpperCase()} ${alias ?? sipHost(flow.local.host)}:${port};branch=${branch}${more}`;
}

function sipScheme(invite: OutgoingInvite): 'sip' | 'sips' {
  return invite.scheme === 'sips' ? 'sips' : 'sip';
}

function userPart(number: string): string {
  return number === '' ? '' : `${escapeUser(number)}@`;
}

function targetHost(target: SessionTarget, transport: TransportName): string {
  return `${sipHost(target.host)}:${target.port ?? defaultPort(transport)}`;
}
