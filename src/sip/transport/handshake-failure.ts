import type { Address } from '../../io/index.ts';
import { addressText } from './address-text.ts';
import { alertsOf } from './alerts.ts';
import { readClientHello, type TlsOffer } from './client-hello.ts';
import type { FailureLedger, TlsFailure } from './failure-ledger.ts';
import type { StreamConnection } from './stream-connection.ts';
import { subjects } from './subjects.ts';
import type { Shared } from './upper-layer.ts';

const newest = 'TLSv1.3';
const versions = ['TLSv1', 'TLSv1.1', 'TLSv1.2', newest] as const;

type Told = Pick<Shared, 'log' | 'clock' | 'counters'>;

/** Counts, keeps and logs why one TLS connection did not come to be. `id`: 0 when it never had one. */
function tellFailure(
  { log, clock, counters }: Told,
  ledger: FailureLedger,
  id: number,
  failure: Omit<TlsFailure, 'at'>,
): void {
  const { role, remote, local, stage, reason, rule } = failure;
  ledger.add({ at: clock.now(), ...failure });
  if (stage === 'connect') return tellUnconnected(log, { id, remote, transport: 'tls' }, reason);
  if (stage !== 'limit') counters.tls.handshakeFailures[role]++;
  log('TLS_HANDSHAKE_FAILED', {
    reason,
    id,
    local: local === undefined ? '-' : addressText(local),
    remote: addressText(remote),
    role,
    stage,
    rule,
  });
}

/** A connection that was not even opened, so that TLS is not to blame. */
export function tellUnconnected(
  log: Told['log'],
  { id, remote, transport }: Pick<StreamConnection, 'id' | 'remote' | 'transport'>,
  reason: string,
): void {
  log('CONNECT_FAILED', { id, remote: addressText(remote), transport: transport.toUpperCase(), reason });
}

/** The TLS library's words for something that is no TLS at all. */
const noTls = /wrong version number|http request|https proxy request|packet length too long/;

function plainly(reason: string, role: TlsFailure['role']): string {
  if (!noTls.test(reason)) return reason;
  return role === 'server'
    ? `plain text came to the port of TLS (${reason})`
    : `the peer speaks no TLS on this port (${reason})`;
}

/** The same of a connection that was begun. */
export function tellFailureOf(
  connection: StreamConnection,
  told: Told,
  ledger: FailureLedger,
  why: Pick<TlsFailure, 'stage' | 'reason' | 'rule'>,
): void {
  const { id, remote, knownLocal: local, direction, peer, credentials } = connection;
  const role = direction === 'in' ? 'server' : 'client';
  const offered = role === 'server' ? theirOffer(connection) : ourOffer(connection);
  const isNewest = offered?.versions.includes(newest) === true && credentials?.credentials.maxVersion === newest;
  // Our policy refuses after the handshake: the connection is closed without an alert.
  const alerts = why.stage === 'handshake' ? alertsOf(why.reason, isNewest) : {};
  const shown = { chain: subjects(peer), alerts, ...(offered === undefined ? {} : { offered }) };
  tellFailure(told, ledger, id, { ...why, reason: plainly(why.reason, role), role, remote, local, ...shown });
}

/** The same of a connection that was not even tried: there is nothing to show to this peer. */
export function tellNoCredentials(told: Told, ledger: FailureLedger, remote: Address, reason: string): void {
  const nothing = { role: 'client', local: undefined, chain: [], alerts: {} } as const;
  tellFailure(told, ledger, 0, { ...nothing, remote, stage: 'credentials', rule: 'credentials', reason });
}

function theirOffer({ hello }: StreamConnection): TlsOffer | undefined {
  return hello === undefined ? undefined : readClientHello(hello);
}

/** Lists that are empty are the library's own. */
function ourOffer({ credentials: given, asked, state }: StreamConnection): TlsOffer | undefined {
  if (given === undefined || state === 'Connecting') return undefined;
  const { minVersion, maxVersion, ciphers = '', curves = '' } = given.credentials;
  const spoken = versions.slice(versions.indexOf(minVersion), versions.indexOf(maxVersion) + 1).toReversed();
  const listed = (text: string): readonly string[] => text.split(':').filter((one) => one !== '');
  const name = asked === undefined ? {} : { serverName: asked };
  return { versions: spoken, suites: listed(ciphers), groups: listed(curves), alpn: [], ...name };
}
