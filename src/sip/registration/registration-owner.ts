import type { Flow } from '../transport/index.ts';
import type { RegistrationLog } from './messages.ts';
import type { RegisterHost } from './register-host.ts';

/** What a registration may ask of its owner. */
export interface RegistrationOwner<Registration> {
  readonly host: RegisterHost;
  readonly log: RegistrationLog;
  /** The gateway's own name for good, `urn:uuid:...` (RFC 5626 4.1). */
  instance(): string;
  /** Header lines of every request: User-Agent. */
  readonly headers: readonly string[];
  /** From 0 to 1. */
  random(): number;
  /** The time at which the next registration may leave. */
  turn(now: number): number;
  /** The deadline is another one. */
  rescheduled(registration: Registration): void;
  sentOn(registration: Registration, from: Flow | undefined, to: Flow): void;
  /** The registrar took it, took it back, or failed it: what follows from its being registered may be other than before. */
  changed(registration: Registration): void;
  over(registration: Registration): void;
}
