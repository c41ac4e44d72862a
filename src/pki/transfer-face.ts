import type { Outcome } from './outcome.ts';

/** Whole trustpoints with their keys, in and out. */
export interface TransferFace {
  /** CA certificate, private key and our certificate, each as pasted. Makes key pair and trustpoint. */
  importPem(name: string, pasted: PemImport): Promise<Outcome<void>>;
  exportPem(name: string, protection?: PemProtection): Outcome<PemExport>;
  /** The same in one file (RFC 7292), DER. */
  importPkcs12(name: string, file: Pkcs12Import): Promise<Outcome<void>>;
  exportPkcs12(name: string, password: string): Promise<Outcome<Buffer>>;
}

export interface PemImport {
  readonly ca: string;
  /** One, or those of two usage keys. */
  readonly pairs: readonly PemPair[];
  readonly passphrase: string;
  readonly exportable: boolean;
}

export interface PemPair {
  readonly privateKey: string;
  readonly certificate: string;
}

export interface Pkcs12Import {
  readonly content: Buffer;
  readonly password: string;
  readonly exportable: boolean;
}

export interface PemProtection {
  readonly cipher: 'des' | '3des' | 'aes';
  readonly passphrase: string;
}

export interface PemExport {
  readonly ca: string | undefined;
  readonly selfSigned: boolean;
  /** One, or those of two usage keys, that which signs first. */
  readonly pairs: readonly PemExportPair[];
}

export interface PemExportPair {
  readonly usage: 'general' | 'signature' | 'encryption';
  readonly certificate: string | undefined;
  readonly key: { readonly label: string; readonly pem: string } | undefined;
}
