import type { Address } from '../../io/index.ts';
import { addressText } from './address-text.ts';
import type { FailureLedger, TlsFailure } from './failure-ledger.ts';
import type { StreamConnection } from './stream-connection.ts';
import { subjects } from './subjects.ts';
import type { Shared } from './upper-layer.ts';

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
  if (stage !== 'connect' && stage !== 'limit') counters.tls.handshakeFailures[role]++;
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

/** The same of a connection that was begun. */
export function tellFailureOf(
  { id, remote, knownLocal: local, direction, peer }: StreamConnection,
  told: Told,
  ledger: FailureLedger,
  why: Pick<TlsFailure, 'stage' | 'reason' | 'rule'>,
): void {
  const role = direction === 'in' ? 'server' : 'client';
  tellFailure(told, ledger, id, { ...why, role, remote, local, chain: subjects(peer) });
}

/** The same of a connection that was not even tried: there is nothing to show to this peer. */
export function tellNoCredentials(told: Told, ledger: FailureLedger, remote: Address, reason: string): void {
  const nothing = { role: 'client', local: undefined, chain: [] } as const;
  tellFailure(told, ledger, 0, { ...nothing, remote, stage: 'credentials', rule: 'credentials', reason });
}
