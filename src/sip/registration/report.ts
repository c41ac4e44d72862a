import type { Binding } from './binding.ts';
import type { Failures } from './failures.ts';
import type { WantedRegistration } from './wanted-registration.ts';

/** `show sip-ua register status`. */
export interface RegistrationReport {
  readonly rows: readonly RegistrationRow[];
}

export interface RegistrationRow {
  readonly number: string;
  /** Tag of the dial peer; -1 for a number of `credentials`. */
  readonly peer: number;
  /** Index of the registrar; absent in the form of 12.4. */
  readonly index?: number;
  readonly secondary: boolean;
  /** As configured: `dns:HOST`. */
  readonly registrar: string;
  readonly registered: boolean;
  /** Until what the registrar granted runs out; what is asked for while nothing is granted. */
  readonly expiresSeconds: number;
  readonly state: string;
  /** Attempts in a row that failed, and why the last did. */
  readonly failures: number;
  readonly lastFailure?: string;
}

export function rowOf(
  { number, peer, registrar }: WantedRegistration,
  { isHeld, msLeft }: Binding,
  { count, reason }: Failures,
  state: string,
  askedSeconds: number,
): RegistrationRow {
  return {
    number,
    peer,
    ...(registrar.index === undefined ? {} : { index: registrar.index }),
    secondary: registrar.secondary,
    registrar: registrar.target,
    registered: isHeld,
    expiresSeconds: isHeld ? Math.ceil(msLeft / 1000) : askedSeconds,
    state,
    failures: count,
    ...(reason === undefined ? {} : { lastFailure: reason }),
  };
}
