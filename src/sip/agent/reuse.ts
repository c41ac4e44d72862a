import type { SipRequest } from '../message/index.ts';
import type { SipSettings } from '../settings.ts';
import { defaultPort } from '../target/index.ts';
import type { Flow } from '../transport/index.ts';

/** The connection that a request came on is offered for calls to its sender (RFC 5923 8): the transport judges what that is worth. */
export function offerAlias(
  { topVia: via }: Pick<SipRequest, 'topVia'>,
  flow: Pick<Flow, 'transport' | 'aliasOffered'>,
): void {
  if (!via.isAlias || via.transport !== 'TLS' || flow.transport !== 'tls') return;
  flow.aliasOffered({ host: via.address, port: via.port ?? defaultPort('tls') });
}

/** The name by which we may be called on a connection of ours: configured, asked for, and proved by the certificate we showed there. */
export function ownAlias(
  { transport, direction, ownNames }: Pick<Flow, 'transport' | 'direction' | 'ownNames'>,
  { connectionReuse, localName }: Pick<SipSettings, 'connectionReuse' | 'localName'>,
): string | undefined {
  if (transport !== 'tls' || direction !== 'out' || connectionReuse === undefined) return undefined;
  const name = localName?.host;
  return name !== undefined && ownNames.includes(name.toLowerCase()) ? name : undefined;
}
