import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import {
  AccessDescription,
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  Certificate as CertificateSchema,
  CRLDistributionPoints,
  DistributionPoint,
  DistributionPointName,
  ExtendedKeyUsage,
  type Extension,
  Extensions,
  GeneralName,
  KeyIdentifier,
  type Name,
  SubjectKeyIdentifier,
  TBSCertificate,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { arrayBuffer, encode } from './der.ts';
import {
  alternativeNameExtension,
  authorityExtensions,
  extension,
  keyUsageExtension,
  publicKeyInfo,
  routerKeyUsage,
  usageFlags,
} from './request.ts';
import type { HashName } from './settings.ts';
import { signatureAlgorithm, signBytes } from './signature.ts';

/** Who signs: the name as its certificate has it, and its pair. */
export interface Issuer {
  readonly name: Name;
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
}

export interface IssueOrder {
  readonly serial: number;
  readonly subject: Name;
  /** Public half of the subject, SubjectPublicKeyInfo DER. */
  readonly publicKey: Buffer;
  readonly issuer: Issuer;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly hash: HashName;
  readonly kind: 'ca' | 'router';
  readonly alternativeNames: readonly GeneralName[];
  /** extendedKeyUsage; none: any purpose. */
  readonly purposes?: readonly string[];
  /** First octet of keyUsage of a router's certificate; absent: all that its key can do. */
  readonly keyUsage?: number;
  /** Where the CRL and the OCSP responder are found; absent: the certificate does not say. */
  readonly crlUrl?: string;
  readonly ocspUrl?: string;
}

/** An X.509 v3 certificate (RFC 5280) with the extensions an IOS certificate server gives. */
export function issueCertificate(order: IssueOrder): Buffer {
  const tbsCertificate = new TBSCertificate({
    version: Version.v3,
    serialNumber: serialNumber(order.serial),
    signature: signatureAlgorithm(order.hash, order.issuer.privateKey),
    issuer: order.issuer.name,
    validity: validity(order),
    subject: order.subject,
    subjectPublicKeyInfo: publicKeyInfo(order.publicKey),
    extensions: new Extensions(extensionsOf(order)),
  });
  const signature = signBytes(order.hash, encode(tbsCertificate), order.issuer.privateKey);
  return encode(
    new CertificateSchema({
      tbsCertificate,
      signatureAlgorithm: signatureAlgorithm(order.hash, order.issuer.privateKey),
      signatureValue: arrayBuffer(signature),
    }),
  );
}

function extensionsOf(order: IssueOrder): Extension[] {
  const identifiers = [
    authorityKeyExtension(order.issuer.publicKey),
    extension('2.5.29.14', new SubjectKeyIdentifier(keyIdentifier(order.publicKey)), false),
  ];
  if (order.kind === 'ca') return [...authorityExtensions(), ...revocationExtensions(order), ...identifiers];
  const usage =
    usageFlags(order.keyUsage) ??
    routerKeyUsage(createPublicKey({ key: order.publicKey, format: 'der', type: 'spki' }));
  const { purposes = [] } = order;
  const purpose = purposes.length > 0 ? [extension('2.5.29.37', new ExtendedKeyUsage([...purposes]), false)] : [];
  const names = order.alternativeNames.length > 0 ? [alternativeNameExtension([...order.alternativeNames])] : [];
  return [keyUsageExtension(usage, false), ...purpose, ...names, ...revocationExtensions(order), ...identifiers];
}

/** RFC 5280 4.2.1.13 and 4.2.2.1. */
function revocationExtensions({ crlUrl, ocspUrl }: IssueOrder): Extension[] {
  const extensions: Extension[] = [];
  if (crlUrl !== undefined) {
    const fullName = [new GeneralName({ uniformResourceIdentifier: crlUrl })];
    const point = new DistributionPoint({ distributionPoint: new DistributionPointName({ fullName }) });
    extensions.push(extension('2.5.29.31', new CRLDistributionPoints([point]), false));
  }
  if (ocspUrl !== undefined) {
    const accessLocation = new GeneralName({ uniformResourceIdentifier: ocspUrl });
    const responder = new AccessDescription({ accessMethod: '1.3.6.1.5.5.7.48.1', accessLocation });
    extensions.push(extension('1.3.6.1.5.5.7.1.1', new AuthorityInfoAccessSyntax([responder]), false));
  }
  return extensions;
}

/** authorityKeyIdentifier of what a key signs, certificate or CRL. */
export function authorityKeyExtension(publicKey: Buffer): Extension {
  const identifier = new AuthorityKeyIdentifier({ keyIdentifier: new KeyIdentifier(keyIdentifier(publicKey)) });
  return extension('2.5.29.35', identifier, false);
}

/** RFC 5280 4.2.1.2, first method: SHA-1 of the key's bits. */
export function keyIdentifier(publicKey: Buffer): ArrayBuffer {
  return arrayBuffer(createHash('sha1').update(keyBits(publicKey)).digest());
}

/** The key itself, without algorithm: what key identifiers and OCSP hash. */
export function keyBits(publicKey: Buffer): Buffer {
  return Buffer.from(publicKeyInfo(publicKey).subjectPublicKey);
}

/** Value of the INTEGER: positive, shortest form. */
export function serialNumber(serial: number): ArrayBuffer {
  const hex = serialHex(serial);
  return arrayBuffer(Buffer.from(Number.parseInt(hex.slice(0, 2), 16) > 0x7f ? `00${hex}` : hex, 'hex'));
}

/** As certificates show it: upper-case hex of whole octets. */
export function serialHex(serial: number): string {
  const hex = serial.toString(16).toUpperCase();
  return hex.length % 2 === 0 ? hex : `0${hex}`;
}

function validity(order: IssueOrder): Validity {
  const made = new Validity();
  made.notBefore = new Time(order.notBefore);
  made.notAfter = new Time(order.notAfter);
  return made;
}
