import {
  CertificateList,
  CRLNumber,
  CRLReason,
  type CRLReasons,
  RevokedCertificate,
  TBSCertList,
  Time,
  Version,
} from '@peculiar/asn1-x509';
import { arrayBuffer, encode } from './der.ts';
import { authorityKeyExtension, type Issuer, serialNumber } from './issue.ts';
import { extension } from './request.ts';
import type { HashName } from './settings.ts';
import { signatureAlgorithm, signRsa } from './signature.ts';

/** Why a certificate is revoked (RFC 5280 5.3.1), by the number that stands in a CRL and an OCSP answer. */
export const revocationReasons = {
  unspecified: 0,
  'key-compromise': 1,
  'ca-compromise': 2,
  'affiliation-changed': 3,
  superseded: 4,
  'cessation-of-operation': 5,
  'privilege-withdrawn': 9,
} as const;
export type RevocationReason = keyof typeof revocationReasons;

export interface RevokedEntry {
  readonly serial: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly reason: RevocationReason;
}

export interface CrlOrder {
  readonly issuer: Issuer;
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly thisUpdate: number;
  readonly nextUpdate: number;
  readonly hash: HashName;
  readonly entries: readonly RevokedEntry[];
}

/** A CRL of version 2 (RFC 5280 5): whole, never a delta, with its number. DER. */
export function issueCrl(order: CrlOrder): Buffer {
  const list = new TBSCertList({
    version: Version.v2,
    signature: signatureAlgorithm(order.hash),
    issuer: order.issuer.name,
    thisUpdate: new Time(order.thisUpdate),
    nextUpdate: new Time(order.nextUpdate),
    crlExtensions: [
      authorityKeyExtension(order.issuer.publicKey),
      extension('2.5.29.20', new CRLNumber(order.number), false),
    ],
  });
  // The list must be absent when it would be empty (RFC 5280 5.1.2.6).
  if (order.entries.length > 0) list.revokedCertificates = order.entries.map(revoked);
  const signature = signRsa(order.hash, encode(list), order.issuer.privateKey);
  return encode(
    new CertificateList({
      tbsCertList: list,
      signatureAlgorithm: signatureAlgorithm(order.hash),
      signature: arrayBuffer(signature),
    }),
  );
}

function revoked({ serial, at, reason }: RevokedEntry): RevokedCertificate {
  const entry = new RevokedCertificate({ userCertificate: serialNumber(serial), revocationDate: new Time(at) });
  // No reason is said by leaving it out (RFC 5280 5.3.1).
  if (reason !== 'unspecified') {
    entry.crlEntryExtensions = [extension('2.5.29.21', reasonCode(reason), false)];
  }
  return entry;
}

export function reasonCode(reason: RevocationReason): CRLReason {
  const code: CRLReasons = revocationReasons[reason];
  return new CRLReason(code);
}
