import { addressText } from './address-text.ts';
import type { FailureLedger, TlsFailure } from './failure-ledger.ts';
import type { Shared } from './upper-layer.ts';

/** Counts, keeps and logs why one TLS connection did not come to be. `id`: 0 when it never had one. */
export function tellFailure(
  { log, clock, counters }: Pick<Shared, 'log' | 'clock' | 'counters'>,
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
