import { createHash, type KeyObject } from 'node:crypto';
import {
  Attribute,
  CertificateChoices,
  CertificateSet,
  ContentInfo,
  DigestAlgorithmIdentifier,
  DigestAlgorithmIdentifiers,
  EncapsulatedContent,
  EncapsulatedContentInfo,
  SignatureAlgorithmIdentifier,
  SignedData,
  SignerIdentifier,
  SignerInfo,
  SignerInfos,
} from '@peculiar/asn1-cms';
import { OctetString } from '@peculiar/asn1-schema';
import { Certificate as CertificateSchema } from '@peculiar/asn1-x509';
import * as asn1js from 'asn1js';
import { type Certificate, readCertificate } from '../certificate.ts';
import { arrayBuffer, decode, encode } from '../der.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import type { HashName } from '../settings.ts';
import { digestAlgorithm, hashOf, rsaEncryption, signRsa, verifyRsa } from '../signature.ts';
import { idData, issuerAndSerial } from './envelope.ts';

const idSignedData = '1.2.840.113549.1.7.2';
const contentType = '1.2.840.113549.1.9.3';
const messageDigest = '1.2.840.113549.1.9.4';
const mostCertificates = 16;
const mostAttributes = 32;

/** A signed attribute: its identifier and its one value, DER. */
export interface SignedAttribute {
  readonly id: string;
  readonly value: Buffer;
}

export interface SignOrder {
  /** Absent: no content at all (a SCEP failure or pending answer). */
  readonly content: Buffer | undefined;
  readonly attributes: readonly SignedAttribute[];
  readonly hash: HashName;
  readonly signer: Certificate;
  readonly key: KeyObject;
  readonly certificates: readonly Certificate[];
}

/** CMS SignedData (RFC 5652 5) with one signer, in a ContentInfo. */
export function signData(order: SignOrder): Buffer {
  const digest = createHash(order.hash)
    .update(order.content ?? Buffer.alloc(0))
    .digest();
  const attributes = sorted([
    { id: contentType, value: derOf(new asn1js.ObjectIdentifier({ value: idData })) },
    { id: messageDigest, value: octetString(digest) },
    ...order.attributes,
  ]);
  const info = new SignerInfo({
    version: 1,
    sid: new SignerIdentifier({ issuerAndSerialNumber: issuerAndSerial(order.signer) }),
    digestAlgorithm: new DigestAlgorithmIdentifier(digestAlgorithm(order.hash)),
    signedAttrs: attributes,
    signatureAlgorithm: new SignatureAlgorithmIdentifier({ algorithm: rsaEncryption, parameters: null }),
    signature: new OctetString(new ArrayBuffer(0)),
  });
  const message = (): Buffer => wrap(order.content, order.certificates, [digestAlgorithm(order.hash)], [info]);
  const bytes = signedBytes(message());
  if (bytes === undefined) throw new TypeError('a signer without attributes');
  info.signature = new OctetString(arrayBuffer(signRsa(order.hash, bytes, order.key)));
  return message();
}

/** A degenerate SignedData: certificates only (RFC 8894 3.4). */
export function certificatesOnly(certificates: readonly Certificate[]): Buffer {
  return wrap(undefined, certificates, [], []);
}

function wrap(
  content: Buffer | undefined,
  certificates: readonly Certificate[],
  digests: readonly DigestAlgorithmIdentifier[],
  signers: SignerInfo[],
): Buffer {
  const encapContentInfo = new EncapsulatedContentInfo({ eContentType: idData });
  if (content !== undefined) {
    encapContentInfo.eContent = new EncapsulatedContent({ single: new OctetString(arrayBuffer(content)) });
  }
  const data = new SignedData({
    version: 1,
    digestAlgorithms: new DigestAlgorithmIdentifiers(digests.map((one) => new DigestAlgorithmIdentifier(one))),
    encapContentInfo,
    signerInfos: new SignerInfos(signers),
  });
  if (certificates.length > 0) {
    data.certificates = new CertificateSet(
      certificates.map((one) => new CertificateChoices({ certificate: schemaOf(one) })),
    );
  }
  return encode(new ContentInfo({ contentType: idSignedData, content: arrayBuffer(encode(data)) }));
}

function schemaOf(certificate: Certificate): CertificateSchema {
  const parsed = decode(certificate.der, CertificateSchema, 'the certificate');
  if (!parsed.ok) throw new TypeError(parsed.reason);
  return parsed.value;
}

/**
 * What the signature covers: the attributes of the one signer, in the very bytes they came in, under the universal SET tag
 * (RFC 5652 5.4). The schema library does not keep those bytes, so they are looked for in the message.
 */
function signedBytes(message: Buffer): Buffer | undefined {
  const content = children(asn1js.fromBER(arrayBuffer(message)).result)[1];
  const data = content === undefined ? undefined : children(content)[0];
  const signers = data === undefined ? undefined : children(data).at(-1);
  const signer = signers === undefined ? undefined : children(signers)[0];
  const attributes = signer === undefined ? undefined : children(signer).find(isFirstContext);
  if (attributes === undefined) return undefined;
  const bytes = Buffer.from(attributes.valueBeforeDecodeView);
  bytes[0] = setTag;
  return bytes;
}

const setTag = 0x31;
const contextClass = 3;

function children(block: asn1js.AsnType): readonly asn1js.BaseBlock[] {
  return block instanceof asn1js.Constructed ? block.valueBlock.value : [];
}

function isFirstContext({ idBlock }: asn1js.BaseBlock): boolean {
  return idBlock.tagClass === contextClass && idBlock.tagNumber === 0;
}

function sorted(attributes: readonly SignedAttribute[]): Attribute[] {
  return attributes
    .map(({ id, value }) => new Attribute({ attrType: id, attrValues: [arrayBuffer(value)] }))
    .map((attribute) => ({ attribute, der: encode(attribute) }))
    .sort((a, b) => Buffer.compare(a.der, b.der))
    .map(({ attribute }) => attribute);
}

export function octetString(bytes: Uint8Array): Buffer {
  return derOf(new asn1js.OctetString({ valueHex: arrayBuffer(bytes) }));
}

export function printableString(text: string): Buffer {
  return derOf(new asn1js.PrintableString({ value: text }));
}

function derOf(value: { toBER(): ArrayBuffer }): Buffer {
  return Buffer.from(value.toBER());
}

/** A SignedData whose one signature verified with the certificate it names. Whether to believe that one is the caller's work. */
export interface VerifiedData {
  readonly content: Buffer;
  readonly attributes: ReadonlyMap<string, Buffer>;
  readonly signer: Certificate;
  readonly hash: HashName;
  readonly certificates: readonly Certificate[];
}

/** Total. `known` are certificates the message may leave out. */
export function verifyData(message: Buffer, known: readonly Certificate[] = []): Outcome<VerifiedData> {
  const data = readSignedData(message);
  if (!data.ok) return data;
  const certificates = readCertificates(data.value);
  if (!certificates.ok) return certificates;
  const info = [...data.value.signerInfos][0];
  if (info === undefined || data.value.signerInfos.length !== 1) return refused('the message has not one signer');
  const signer = [...certificates.value, ...known].find((one) => names(info, one));
  if (signer === undefined) return refused('the certificate of the signer is not known');
  const hash = hashOf(info.digestAlgorithm.algorithm);
  if (hash === undefined || !signatureFits(info, hash)) return refused('the signature algorithm is not supported');
  const attributes = readAttributes(info);
  if (!attributes.ok) return attributes;
  const content = contentOf(data.value);
  const digest = createHash(hash).update(content).digest();
  const claimed = readOctets(attributes.value.get(messageDigest));
  if (claimed === undefined || !claimed.equals(digest)) return refused('the digest of the message is wrong');
  const bytes = signedBytes(message);
  if (bytes === undefined || !verifyRsa(hash, bytes, signer.publicKey, new Uint8Array(info.signature.buffer))) {
    return refused('the signature of the message is wrong');
  }
  return done({ content, attributes: attributes.value, signer, hash, certificates: certificates.value });
}

/** Certificates in a SignedData, signed or not (`certs-only`). Total. */
export function readCertificatesOnly(message: Buffer): Outcome<readonly Certificate[]> {
  const data = readSignedData(message);
  return data.ok ? readCertificates(data.value) : data;
}

function readSignedData(message: Buffer): Outcome<SignedData> {
  const info = decode(message, ContentInfo, 'the message');
  if (!info.ok) return info;
  if (info.value.contentType !== idSignedData) return refused('the message is not signed data');
  return decode(info.value.content, SignedData, 'the signed data');
}

function readCertificates(data: SignedData): Outcome<readonly Certificate[]> {
  const choices = [...(data.certificates ?? [])];
  if (choices.length > mostCertificates) return refused('too many certificates in the message');
  const read: Certificate[] = [];
  for (const { certificate } of choices) {
    if (certificate === undefined) continue;
    const one = readCertificate(encode(certificate));
    if (!one.ok) return one;
    read.push(one.value);
  }
  return done(read);
}

function names({ sid }: SignerInfo, certificate: Certificate): boolean {
  if (sid.subjectKeyIdentifier !== undefined) {
    return certificate.subjectKeyId?.equals(Buffer.from(sid.subjectKeyIdentifier.buffer)) ?? false;
  }
  const wanted = sid.issuerAndSerialNumber;
  return wanted !== undefined && encode(wanted).equals(encode(issuerAndSerial(certificate)));
}

/** Either plain rsaEncryption, or the combined identifier of the same hash. */
function signatureFits(info: SignerInfo, hash: HashName): boolean {
  const { algorithm } = info.signatureAlgorithm;
  return algorithm === rsaEncryption || hashOf(algorithm) === hash;
}

function readAttributes(info: SignerInfo): Outcome<ReadonlyMap<string, Buffer>> {
  const attributes = info.signedAttrs ?? [];
  if (attributes.length === 0) return refused('the message has no signed attributes');
  if (attributes.length > mostAttributes) return refused('too many signed attributes');
  const read = new Map<string, Buffer>();
  for (const { attrType, attrValues } of attributes) {
    if (read.has(attrType) || attrValues.length !== 1) return refused(`signed attribute ${attrType} is not single`);
    read.set(attrType, Buffer.from(attrValues[0]!));
  }
  return done(read);
}

function contentOf({ encapContentInfo }: SignedData): Buffer {
  const content = encapContentInfo.eContent;
  if (content?.single !== undefined) return Buffer.from(content.single.buffer);
  if (content?.any === undefined) return Buffer.alloc(0);
  return readOctets(Buffer.from(content.any)) ?? Buffer.from(content.any);
}

export function readOctets(der: Buffer | undefined): Buffer | undefined {
  if (der === undefined) return undefined;
  const value = decode(der, OctetString, 'octets');
  return value.ok ? Buffer.from(value.value.buffer) : undefined;
}
