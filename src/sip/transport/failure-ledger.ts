import type { Address } from '../../io/index.ts';
import type { TlsAlerts } from './alerts.ts';
import type { TlsOffer } from './client-hello.ts';
import type { TlsRole } from './policy.ts';

/** Why one TLS connection did not come to be, or had to end, as kept for the operator. */
export interface TlsFailure {
  /** Wall clock, milliseconds since the epoch. */
  readonly at: number;
  readonly role: TlsRole;
  readonly remote: Address;
  readonly local: Address | undefined;
  readonly stage: TlsStage;
  readonly reason: string;
  /** What refused: `library` for OpenSSL, `peer` for an alert the peer sent, else the name given by our policy. */
  readonly rule: string;
  /** Subjects of the chain the peer sent, leaf first, when it got that far. */
  readonly chain: readonly string[];
  /** By the client: by the peer when we were the server. Absent when it did not get that far. */
  readonly offered?: TlsOffer;
  readonly alerts: TlsAlerts;
}

/**
 * `credentials`: we had none for this peer. `limit`: shed. `connect`, `handshake`, `policy`: in the order they happen. `live`: it
 * was established, and its peer is no longer accepted.
 */
export type TlsStage = 'credentials' | 'limit' | 'connect' | 'handshake' | 'policy' | 'live';

const kept = 100;

/** The last 100 failures, oldest first. */
export class FailureLedger {
  readonly #failures: TlsFailure[] = [];
  #total = 0;

  add(failure: TlsFailure): void {
    this.#total++;
    this.#failures.push(failure);
    if (this.#failures.length > kept) this.#failures.shift();
  }

  /** All ever recorded, also those no longer kept. */
  get total(): number {
    return this.#total;
  }

  list(): readonly TlsFailure[] {
    return [...this.#failures];
  }
}
