import { createHash, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import {
  AuthorityInfoAccessSyntax,
  AuthorityKeyIdentifier,
  BasicConstraints,
  Certificate as CertificateSchema,
  CRLDistributionPoints,
  ExtendedKeyUsage,
  type Extension,
  KeyUsage,
  SubjectAlternativeName,
  SubjectKeyIdentifier,
} from '@peculiar/asn1-x509';
import { type AlternativeNames, readAlternativeNames } from './alternative-names.ts';
import { decode, encode, type Schema, undecodable } from './der.ts';
import { type NameConstraints, readNameConstraints } from './name-constraints.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { commonNameOf, type DistinguishedName, readName } from './x500-name.ts';

/** A certificate as read from its DER. Names come from the encoding, never from a text form of it. */
export interface Certificate {
  readonly der: Buffer;
  /** Upper-case hex, two digits at least, as IOS displays it. */
  readonly serial: string;
  readonly subject: DistinguishedName;
  readonly issuer: DistinguishedName;
  /** The encoded names: what two names are compared by. */
  readonly subjectDer: Buffer;
  readonly issuerDer: Buffer;
  /** Milliseconds since the epoch. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly publicKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKeyDer: Buffer;
  /** RSA modulus length in bits, undefined for other keys. */
  readonly modulus: number | undefined;
  readonly signatureAlgorithm: string;
  /** Absent when there is no subjectAltName at all. */
  readonly alternativeNames: AlternativeNames | undefined;
  /** Four octets, most significant first, as IOS prints them (`A0000000`). */
  readonly keyUsage: string | undefined;
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly isCa: boolean;
  /** CA certificates allowed below this one, not counting self-issued ones; undefined: any number. */
  readonly pathLength: number | undefined;
  /** Names that certificates below this one may have; undefined: any. */
  readonly nameConstraints: NameConstraints | undefined;
  /** All that are there, understood or not. */
  readonly extensions: readonly { readonly id: string; readonly critical: boolean }[];
  readonly subjectKeyId: Buffer | undefined;
  readonly authorityKeyId: Buffer | undefined;
  /** Where its issuer says the CRL is, and who answers OCSP; as written, of any scheme. */
  readonly crlUrls: readonly string[];
  readonly ocspUrls: readonly string[];
}

/** The extensions this room reads, and two that it knows of. */
export const extensionIds = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  alternativeNames: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  netscapeType: '2.16.840.1.113730.1.1',
} as const;

/** Total: hostile bytes give a reason. */
export function readCertificate(der: Uint8Array): Outcome<Certificate> {
  const parsed = decode(der, CertificateSchema, 'the certificate');
  if (!parsed.ok) return parsed;
  try {
    return read(Buffer.from(der), parsed.value);
  } catch (error) {
    return refused(error instanceof BadExtension ? error.message : undecodable('the certificate'));
  }
}

/** Carries our own words out of the reader of extensions. */
class BadExtension extends Error {}

function read(der: Buffer, { tbsCertificate: tbs, signatureAlgorithm }: CertificateSchema): Outcome<Certificate> {
  const subject = readName(tbs.subject);
  const issuer = readName(tbs.issuer);
  if (!subject.ok) return subject;
  if (!issuer.ok) return issuer;
  const extension = extensionReader(tbs.extensions ?? []);
  const alternativeNames = readAlternativeNames(extension(extensionIds.alternativeNames, SubjectAlternativeName));
  if (!alternativeNames.ok) return alternativeNames;
  const publicKeyDer = encode(tbs.subjectPublicKeyInfo);
  const publicKey = createPublicKey({ key: publicKeyDer, format: 'der', type: 'spki' });
  const subjectKeyId = extension(extensionIds.subjectKeyId, SubjectKeyIdentifier);
  const authorityKeyId = extension(extensionIds.authorityKeyId, AuthorityKeyIdentifier)?.keyIdentifier;
  const purposes = extension(extensionIds.extendedKeyUsage, ExtendedKeyUsage);
  const constraints = extension(extensionIds.basicConstraints, BasicConstraints);
  const nameConstraints = ownNameConstraints(tbs.extensions ?? []);
  if (nameConstraints?.ok === false) return nameConstraints;
  return done({
    der,
    serial: serialText(Buffer.from(tbs.serialNumber)),
    subject: subject.value,
    issuer: issuer.value,
    subjectDer: encode(tbs.subject),
    issuerDer: encode(tbs.issuer),
    notBefore: tbs.validity.notBefore.getTime().getTime(),
    notAfter: tbs.validity.notAfter.getTime().getTime(),
    publicKey,
    publicKeyDer,
    modulus: publicKey.asymmetricKeyDetails?.modulusLength,
    signatureAlgorithm: signatureAlgorithm.algorithm,
    alternativeNames: alternativeNames.value,
    keyUsage: readKeyUsage(extension(extensionIds.keyUsage, KeyUsage)),
    extendedKeyUsage: purposes === undefined ? undefined : [...purposes],
    isCa: constraints?.cA ?? false,
    pathLength: readPathLength(constraints),
    nameConstraints: nameConstraints?.value,
    extensions: (tbs.extensions ?? []).map(({ extnID, critical }) => ({ id: extnID, critical })),
    subjectKeyId: subjectKeyId === undefined ? undefined : Buffer.from(subjectKeyId.buffer),
    authorityKeyId: authorityKeyId === undefined ? undefined : Buffer.from(authorityKeyId.buffer),
    crlUrls: distributionUrls(extension(extensionIds.crlDistributionPoints, CRLDistributionPoints)),
    ocspUrls: ocspUrls(extension(extensionIds.authorityInfoAccess, AuthorityInfoAccessSyntax)),
  });
}

const mostUrls = 8;
const longestUrl = 1024;

/** Points for some reasons only, or whose list another authority signs, are not used. */
function distributionUrls(points: CRLDistributionPoints | undefined): readonly string[] {
  const whole = [...(points ?? [])].filter((one) => one.reasons === undefined && one.cRLIssuer === undefined);
  return urls(whole.flatMap((one) => one.distributionPoint?.fullName ?? []));
}

const ocspAccess = '1.3.6.1.5.5.7.48.1';

function ocspUrls(descriptions: AuthorityInfoAccessSyntax | undefined): readonly string[] {
  const responders = [...(descriptions ?? [])].filter(({ accessMethod }) => accessMethod === ocspAccess);
  return urls(responders.map(({ accessLocation }) => accessLocation));
}

function urls(names: readonly { readonly uniformResourceIdentifier?: string | undefined }[]): readonly string[] {
  const texts = names.flatMap((name) => name.uniformResourceIdentifier ?? []);
  return texts.filter((text) => text.length <= longestUrl && /^[\x21-\x7e]+$/.test(text)).slice(0, mostUrls);
}

/** A duplicate extension or one that cannot be read throws: half a certificate is not a certificate. */
function extensionReader(extensions: readonly Extension[]): <T>(id: string, schema: Schema<T>) => T | undefined {
  return (id, schema) => {
    const found = extensions.filter((extension) => extension.extnID === id);
    if (found.length > 1) throw new BadExtension(`extension ${id} of the certificate appears twice`);
    if (found[0] === undefined) return undefined;
    const value = decode(found[0].extnValue.buffer, schema, `extension ${id}`);
    if (!value.ok) throw new BadExtension(value.reason);
    return value.value;
  };
}

function ownNameConstraints(extensions: readonly Extension[]): Outcome<NameConstraints> | undefined {
  const found = extensions.filter(({ extnID }) => extnID === extensionIds.nameConstraints);
  if (found.length > 1)
    throw new BadExtension(`extension ${extensionIds.nameConstraints} of the certificate appears twice`);
  return found[0] && readNameConstraints(new Uint8Array(found[0].extnValue.buffer));
}

/** A number that makes no sense allows nothing below. */
function readPathLength(constraints: BasicConstraints | undefined): number | undefined {
  const length: unknown = constraints?.pathLenConstraint;
  if (length === undefined) return undefined;
  return typeof length === 'number' && length >= 0 ? length : 0;
}

function readKeyUsage(usage: KeyUsage | undefined): string | undefined {
  if (usage === undefined) return undefined;
  return Buffer.from(usage.toASN().valueBlock.valueHexView).toString('hex').toUpperCase().padEnd(8, '0').slice(0, 8);
}

/** Upper-case hex of an INTEGER's content, without the octet that only keeps it positive. */
export function serialText(bytes: Buffer): string {
  const hex = bytes.toString('hex').toUpperCase();
  return hex.length > 2 && hex.startsWith('00') ? hex.slice(2) : hex;
}

export type FingerprintHash = 'md5' | 'sha1' | 'sha256';

/** Hash over the whole DER in groups of eight hex digits, each followed by a blank, as every IOS dialog prints it. */
export function fingerprint(der: Uint8Array, hash: FingerprintHash): string {
  return groups(createHash(hash).update(der).digest());
}

/** Upper-case hex in groups of eight digits, each followed by a blank. */
export function groups(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .toUpperCase()
    .replace(/.{1,8}/g, '$& ');
}

/** Whether `certificate` carries a signature of `issuer`, by name and by key. Whether that one may sign is not asked. */
export function isIssuedBy(certificate: Certificate, issuer: Certificate): boolean {
  if (!certificate.issuerDer.equals(issuer.subjectDer)) return false;
  return signatureVerifies(certificate.der, issuer.publicKey);
}

function signatureVerifies(der: Buffer, key: KeyObject): boolean {
  try {
    return new X509Certificate(der).verify(key);
  } catch {
    // A signature of an algorithm the library does not know proves nothing.
    return false;
  }
}

/** One of two usage certificates: its key takes in keys and does not sign. */
export function isForEncryption({ keyUsage }: Pick<Certificate, 'keyUsage'>): boolean {
  return keyUsage !== undefined && (Number.parseInt(keyUsage.slice(0, 2), 16) & 0xa0) === 0x20;
}

export function isSelfIssued(certificate: Certificate): boolean {
  return certificate.subjectDer.equals(certificate.issuerDer);
}

export function commonName(certificate: Certificate): string | undefined {
  return commonNameOf(certificate.subject);
}

export function certificatePem(certificate: Certificate): string {
  return printPem('CERTIFICATE', certificate.der);
}

/** Base64 in lines of 64 between BEGIN and END. */
export function printPem(label: string, der: Uint8Array): string {
  return `-----BEGIN ${label}-----\n${base64Lines(der).join('\n')}\n-----END ${label}-----\n`;
}

export function base64Lines(der: Uint8Array): readonly string[] {
  return (
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  );
}
