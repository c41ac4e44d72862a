import type { Address } from '../../io/index.ts';
import type { GivenCredentials, JudgedPeer, TlsPolicy } from './policy.ts';
import { identityOf, tlsIdentity } from './reuse-table.ts';
import { mayLeaveFrom, type TransportSettings } from './transport-settings.ts';

/**
 * What the maker of a connection offers by `alias` in a Via (RFC 5923): to be called on it, by the name and at the port that the Via
 * says. One a connection: who says another name later gains nothing by it.
 */
export type ConnectionAlias = HeldAlias | RefusedAlias;

interface Claim {
  readonly name: string;
  /** Where a connection of ours would go. */
  readonly place: Address;
}

export interface HeldAlias extends Claim {
  state: 'asked' | 'proved';
  /** Key of the upper table beside the place: the one by which a connection of ours to the name would be found. */
  readonly identity: string;
  /** As whom our policy accepts the peer. */
  readonly subject: JudgedPeer;
  /** How long the verdict holds. */
  validUntil?: number | undefined;
  /** A request of ours began on it. */
  isUsed: boolean;
}

export interface RefusedAlias extends Claim {
  readonly state: 'refused';
  readonly reason: string;
  /** What our policy was asked for; absent: there was nothing to ask. */
  readonly identity?: string;
}

/** What of a connection an offer is judged by. */
export interface OfferedConnection {
  readonly remote: Address;
  readonly knownLocal: Address | undefined;
  readonly tenant: number;
  readonly provedNames: readonly string[];
  readonly via: Address | undefined;
  readonly credentials: GivenCredentials | undefined;
}

type Sources = Pick<TransportSettings, 'source' | 'tenantSources'>;

/** Names with a letter: an address proves nothing that may be called by it. */
const domain = /^(?=.*[a-z])[a-z0-9_-]+(\.[a-z0-9_-]+)*$/;

/**
 * What an offer comes to before the policy is asked. It is good for the name only that the certificate proved and the Via says, on a
 * connection that was made under the very rule by which a connection of ours would be.
 */
export function aliasOffered(
  connection: OfferedConnection,
  sentBy: Address,
  { policy, settings }: { readonly policy: Pick<TlsPolicy, 'credentialsFor'>; readonly settings: Sources },
): ConnectionAlias {
  const { remote, tenant, provedNames, via, credentials } = connection;
  const name = comparable(sentBy.host);
  const claim = { name, place: { host: remote.host, port: sentBy.port } };
  const refused = (reason: string): RefusedAlias => ({ ...claim, state: 'refused', reason });
  if (!domain.test(name)) return refused('the Via names no domain');
  if (!provedNames.some((one) => comparable(one) === name)) return refused('the certificate does not name it');
  if (via !== undefined) return refused('a proxy stands between');
  if (!mayCallFrom(connection, settings)) return refused('calls to it leave from another address');
  const ours = policy.credentialsFor(remote.host, 'client', tenant);
  if ('refused' in ours) return refused(ours.refused);
  if (!isSame(credentials, ours)) return refused('calls to it leave by another rule than it came by');
  return {
    ...claim,
    state: 'asked',
    identity: tlsIdentity(name, ours.policy, identityOf(tenant)),
    subject: { role: 'client', remote: claim.place, tenant, expectedName: name },
    isUsed: false,
  };
}

/** Whether our calls to its peer may leave from where it came to. */
export function mayCallFrom({ knownLocal, remote, tenant }: OfferedConnection, settings: Sources): boolean {
  return knownLocal !== undefined && mayLeaveFrom(settings, knownLocal.host, remote.host, tenant);
}

export function isSameClaim(one: Claim, other: Claim): boolean {
  return one.name === other.name && one.place.port === other.place.port;
}

/** Whether a handshake was begun by these: the same rule, so the same versions and suites, and the same certificate to show. */
function isSame(begun: GivenCredentials | undefined, ours: GivenCredentials): boolean {
  return begun?.policy === ours.policy && begun.trustpoint === ours.trustpoint;
}

/** As the table knows a name. */
function comparable(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
