import type { AuthorityFace } from './authority-face.ts';
import type { HandshakeFace } from './handshake-face.ts';
import type { ConfigKeyFace, Keys } from './key-face.ts';
import type { Outcome } from './outcome.ts';
import type { PkiSettings } from './settings.ts';
import type { TransferFace } from './transfer-face.ts';
import type { TrustFace } from './trust-face.ts';
import type { TrustpointFace } from './trustpoint-face.ts';

/** What the rest of the gateway sees of keys, certificates and trust. Private keys never cross this border. */
export interface PkiFace extends TrustpointFace, HandshakeFace {
  readonly keys: Keys;
  readonly configKey: ConfigKeyFace;
  readonly transfer: TransferFace;
  readonly authorities: AuthorityFace;
  readonly trust: TrustFace;
  /** The router's own serial number, eight hex digits, made once per NVRAM. */
  readonly serialNumber: string;

  /** Whether the clock can be relied on; without that nothing is enrolled, issued or judged. A refusal is logged, once. */
  ready(): Outcome<void>;
  /** What is going to happen by itself, and when. */
  timers(): readonly PkiTimer[];
  /** Resolves when the work the last commits caused (CA made, files written) is done. */
  settled(): Promise<void>;
}

/** One line of `show crypto pki timers`. */
export interface PkiTimer {
  /**
   * `RENEW` our certificate, `POLL` the CA, ask for its `SHADOW`: the certificate that follows its own, fetch a CRL again.
   * `CS` of a certificate server: it makes a CRL or the certificate that follows its own, and that ends.
   */
  readonly kind:
    | 'RENEW'
    | 'POLL'
    | 'SHADOW'
    | 'CRL UPDATE'
    | 'CS CRL UPDATE'
    | 'CS SHADOW CERT GENERATION'
    | 'CS CERT EXPIRE';
  /** Of a CRL its URL, of a certificate server its name, else the trustpoint. */
  readonly subject: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** How the room changes the running configuration: chains it received or made. Throws when the commit is refused. */
export type ChangePki = (change: (settings: PkiSettings) => PkiSettings) => void;
