import type { Outcome } from './outcome.ts';
import type { PemProtection } from './transfer-face.ts';

export interface Keys {
  list(): readonly KeyReport[];
  /** The pair of a label: RSA (of usage keys the signature pair) unless EC is asked for. */
  find(label: string, type?: KeyType): KeyReport | undefined;
  /** Makes and saves a pair (two for usage keys), replacing one of that label. What cannot be saved replaces nothing. */
  generate(order: KeyOrder): Promise<Outcome<void>>;
  /** Removes one label, or all, of a type (RSA), with every router certificate issued on those keys. */
  zeroize(label?: string, type?: KeyType): Promise<Outcome<number>>;
  /** The pairs of a label as text, only when they may leave. */
  exportPem(label: string, type: KeyType, protection: PemProtection): Outcome<readonly KeyPem[]>;
  /** Takes in the pairs of a label as they were exported: all or none, and none in the place of another. */
  importPem(order: KeyImport): Promise<Outcome<void>>;
  /** Exportable no longer; there is no way back. */
  makeUnexportable(label: string, type: KeyType): Promise<Outcome<void>>;
}

/** The key of `key config-key password-encrypt`: seals private keys and type 6 passwords. It is never given out. */
export interface ConfigKeyFace {
  /** Locked: one is set and is not at hand. */
  readonly state: 'absent' | 'locked' | 'set';
  isKey(password: string): boolean;
  /** Sets the first, unlocks, or changes it; private keys are sealed anew then. */
  set(password: string): Promise<Outcome<void>>;
  /** Forgets it, once private keys lie in clear. What type 6 hid is lost. */
  remove(): Promise<Outcome<void>>;
  /** Undefined when no key is at hand. */
  sealPassword(clear: string): string | undefined;
  /** What type 6 hides; undefined when the key is not at hand or another. */
  openPassword(sealed: string): string | undefined;
  /** Sealed with the key that is set now. */
  isCurrent(sealed: string): boolean;
}

export type KeyUsage = 'general' | 'signature' | 'encryption';
export type KeyType = 'rsa' | 'ec';

export type KeyOrder = RsaKeyOrder | EcKeyOrder;

interface AnyKeyOrder {
  readonly label: string;
  readonly exportable: boolean;
  /** The device to keep it on: `flash`. Absent: with the private configuration. */
  readonly storage?: string;
}

export interface RsaKeyOrder extends AnyKeyOrder {
  readonly kind: 'general-keys' | 'usage-keys' | 'signature' | 'encryption';
  readonly modulus: number;
  /** Of the encryption pair of usage keys, where it is another. */
  readonly encryptionModulus?: number;
}

export interface EcKeyOrder extends AnyKeyOrder {
  readonly kind: 'ec';
  readonly keysize: 256 | 384 | 521;
}

export interface KeyReport {
  readonly label: string;
  readonly type: KeyType;
  readonly usage: KeyUsage;
  /** Length of the modulus, or of the curve. */
  readonly bits: number;
  readonly exportable: boolean;
  /** The device it is kept on, when that is not the private configuration. */
  readonly storage?: string;
  /** Milliseconds since the epoch. */
  readonly generatedAt: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
}

/** One pair of an export. */
export interface KeyPem {
  readonly usage: KeyUsage;
  readonly publicKey: string;
  readonly privateKey: string;
}

export interface KeyImport {
  readonly label: string;
  readonly type: KeyType;
  readonly exportable: boolean;
  readonly passphrase: string;
  /** One for a general-purpose or EC pair; the signature and the encryption pair of usage keys. */
  readonly pairs: readonly KeyPem[];
}
