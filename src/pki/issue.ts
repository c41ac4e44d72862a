import { createHash, createPublicKey, type KeyObject } from 'node:crypto';
import {
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate as CertificateSchema,
  Extensions,
  type GeneralName,
  KeyIdentifier,
  KeyUsageFlags,
  type Name,
  SubjectKeyIdentifier,
  TBSCertificate,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509';
import { arrayBuffer, encode } from './der.ts';
import { alternativeNameExtension, extension, keyUsageExtension, publicKeyInfo, routerKeyUsage } from './request.ts';
import type { HashName } from './settings.ts';
import { signatureAlgorithm, signBytes } from './signature.ts';

export interface IssueOrder {
  readonly serial: number;
  readonly subject: Name;
  /** Public half of the subject, SubjectPublicKeyInfo DER. */
  readonly publicKey: Buffer;
  readonly issuer: { readonly name: Name; readonly privateKey: KeyObject; readonly publicKey: Buffer };
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly hash: HashName;
  readonly kind: 'ca' | 'router';
  readonly alternativeNames: readonly GeneralName[];
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

function extensionsOf(order: IssueOrder): ReturnType<typeof extension>[] {
  const issuerKey = new AuthorityKeyIdentifier({
    keyIdentifier: new KeyIdentifier(keyIdentifier(order.issuer.publicKey)),
  });
  const identifiers = [
    extension('2.5.29.35', issuerKey, false),
    extension('2.5.29.14', new SubjectKeyIdentifier(keyIdentifier(order.publicKey)), false),
  ];
  if (order.kind === 'ca') {
    const usage = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
    const constraints = extension('2.5.29.19', new BasicConstraints({ cA: true }), true);
    return [constraints, keyUsageExtension(usage, true), ...identifiers];
  }
  const usage = routerKeyUsage(createPublicKey({ key: order.publicKey, format: 'der', type: 'spki' }));
  const names = order.alternativeNames.length > 0 ? [alternativeNameExtension([...order.alternativeNames])] : [];
  return [keyUsageExtension(usage, false), ...names, ...identifiers];
}

/** RFC 5280 4.2.1.2, first method: SHA-1 of the key's bits. */
function keyIdentifier(publicKey: Buffer): ArrayBuffer {
  const bits = Buffer.from(publicKeyInfo(publicKey).subjectPublicKey);
  return arrayBuffer(createHash('sha1').update(bits).digest());
}

/** Positive, shortest form. */
function serialNumber(serial: number): ArrayBuffer {
  const hex = serial.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return arrayBuffer(Buffer.from(Number.parseInt(even.slice(0, 2), 16) > 0x7f ? `00${even}` : even, 'hex'));
}

function validity(order: IssueOrder): Validity {
  const made = new Validity();
  made.notBefore = new Time(order.notBefore);
  made.notAfter = new Time(order.notAfter);
  return made;
}
