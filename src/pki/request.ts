import { createPublicKey, type KeyObject } from 'node:crypto';
import { Attributes, CertificationRequest, CertificationRequestInfo } from '@peculiar/asn1-csr';
import { OctetString } from '@peculiar/asn1-schema';
import {
  Attribute,
  BasicConstraints,
  DirectoryString,
  Extension,
  Extensions,
  GeneralName,
  KeyUsage,
  KeyUsageFlags,
  type Name,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
} from '@peculiar/asn1-x509';
import { arrayBuffer, decode, encode, type Schema, undecodable } from './der.ts';
import { done, type Outcome, refused } from './outcome.ts';
import type { HashName } from './settings.ts';
import { hashOf, signatureAlgorithm, signBytes, verifyBytes } from './signature.ts';
import { type DistinguishedName, readName } from './x500-name.ts';

const extensionRequest = '1.2.840.113549.1.9.14';
const challengePassword = '1.2.840.113549.1.9.7';
const keyUsageId = '2.5.29.15';
const alternativeNameId = '2.5.29.17';
const basicConstraintsId = '2.5.29.19';

export interface RequestOrder {
  readonly subject: Name;
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
  readonly hash: HashName;
  /** For the subjectAltName; none: no such extension. */
  readonly dnsNames?: readonly string[];
  readonly challengePassword?: string;
  /** It asks for the certificate of a subordinate CA. */
  readonly isForCa?: boolean;
  /** What the key is for, where it is not all that a router's key does: first octet of keyUsage. */
  readonly keyUsage?: number;
}

/** A PKCS#10 request (RFC 2986) as an IOS router makes it: extensionRequest with a critical keyUsage, signed by its own key. */
export function buildRequest(order: RequestOrder): Buffer {
  const attributes = [new Attribute({ type: extensionRequest, values: [derOf(requestedExtensions(order))] })];
  if (order.challengePassword !== undefined) {
    const value = directoryString(order.challengePassword);
    attributes.unshift(new Attribute({ type: challengePassword, values: [derOf(value)] }));
  }
  const certificationRequestInfo = new CertificationRequestInfo({
    version: 0,
    subject: order.subject,
    subjectPKInfo: publicKeyInfo(order.publicKey),
    attributes: new Attributes(attributes),
  });
  const signature = signBytes(order.hash, encode(certificationRequestInfo), order.privateKey);
  return encode(
    new CertificationRequest({
      certificationRequestInfo,
      signatureAlgorithm: signatureAlgorithm(order.hash, order.privateKey),
      signature: arrayBuffer(signature),
    }),
  );
}

function requestedExtensions(order: RequestOrder): Extensions {
  const extensions = order.isForCa
    ? authorityExtensions()
    : [keyUsageExtension(usageFlags(order.keyUsage) ?? routerKeyUsage(order.privateKey), true)];
  if (order.dnsNames !== undefined && order.dnsNames.length > 0) {
    extensions.push(alternativeNameExtension(order.dnsNames.map((dNSName) => new GeneralName({ dNSName }))));
  }
  return new Extensions(extensions);
}

/** basicConstraints and keyUsage of a CA: in its certificate, and in the request for one. */
export function authorityExtensions(): Extension[] {
  const usage = KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign;
  return [extension(basicConstraintsId, new BasicConstraints({ cA: true }), true), keyUsageExtension(usage, true)];
}

/** What a router's key does: an RSA key signs and takes in keys, an EC key signs. */
export function routerKeyUsage({ asymmetricKeyType }: KeyObject): number {
  const signing = KeyUsageFlags.digitalSignature;
  return asymmetricKeyType === 'ec' ? signing : signing | KeyUsageFlags.keyEncipherment;
}

/** The first octet of keyUsage has its bits from the left, the schema's flags from the right. */
export function usageFlags(octet: number | undefined): number | undefined {
  if (octet === undefined) return undefined;
  const bits = octet.toString(2).padStart(8, '0');
  return Number.parseInt([...bits].reverse().join(''), 2);
}

export function keyUsageExtension(flags: number, critical: boolean): Extension {
  return extension(keyUsageId, new KeyUsage(flags), critical);
}

export function alternativeNameExtension(names: GeneralName[]): Extension {
  return extension(alternativeNameId, new SubjectAlternativeName(names), false);
}

export function extension(extnID: string, value: unknown, critical: boolean): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(derOf(value)) });
}

export function publicKeyInfo(der: Buffer): SubjectPublicKeyInfo {
  const info = decode(der, SubjectPublicKeyInfo, 'the public key');
  if (!info.ok) throw new TypeError(info.reason);
  return info.value;
}

function derOf(value: unknown): ArrayBuffer {
  return arrayBuffer(encode(value));
}

function directoryString(text: string): DirectoryString {
  return new DirectoryString(
    /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(text) ? { printableString: text } : { utf8String: text },
  );
}

/** A request whose own signature verified. */
export interface ReadRequest {
  readonly der: Buffer;
  readonly subjectName: Name;
  readonly subject: DistinguishedName;
  readonly publicKey: KeyObject;
  readonly publicKeyDer: Buffer;
  readonly challengePassword: string | undefined;
  /** Names asked for in a subjectAltName: DNS, address and URI forms; others are not taken over. */
  readonly alternativeNames: readonly GeneralName[];
  /** It asks for the certificate of a CA. */
  readonly isForCa: boolean;
  /** First octet of the keyUsage asked for; undefined: none is. */
  readonly keyUsage: number | undefined;
  readonly hash: HashName;
}

const mostAlternativeNames = 32;

/** Total. Refuses a request that does not prove possession of its key; `proven`: it did, before its password was taken out. */
export function readRequest(der: Uint8Array, proven?: 'proven'): Outcome<ReadRequest> {
  const parsed = decode(der, CertificationRequest, 'the request');
  if (!parsed.ok) return parsed;
  try {
    return read(Buffer.from(der), parsed.value, proven === 'proven');
  } catch {
    return refused(undecodable('the request'));
  }
}

/** A request as it is kept once its challenge password was looked at: without it, so that its signature is no proof any more. */
export function withoutChallenge(request: ReadRequest): Outcome<ReadRequest> {
  if (request.challengePassword === undefined) return done(request);
  const parsed = decode(request.der, CertificationRequest, 'the request');
  if (!parsed.ok) return parsed;
  const { certificationRequestInfo: info, signatureAlgorithm, signature } = parsed.value;
  const attributes = [...(info.attributes ?? [])].filter(({ type }) => type !== challengePassword);
  const certificationRequestInfo = new CertificationRequestInfo({ ...info, attributes: new Attributes(attributes) });
  return readRequest(
    encode(new CertificationRequest({ certificationRequestInfo, signatureAlgorithm, signature })),
    'proven',
  );
}

function read(der: Buffer, request: CertificationRequest, isProven: boolean): Outcome<ReadRequest> {
  const info = request.certificationRequestInfo;
  const subject = readName(info.subject);
  if (!subject.ok) return subject;
  const hash = hashOf(request.signatureAlgorithm.algorithm);
  if (hash === undefined) return refused('signature algorithm of the request is not supported');
  const publicKeyDer = encode(info.subjectPKInfo);
  const publicKey = createPublicKey({ key: publicKeyDer, format: 'der', type: 'spki' });
  const raw = request.certificationRequestInfoRaw;
  const signed = raw === undefined ? encode(info) : Buffer.from(raw);
  if (
    !isProven &&
    !verifyBytes(request.signatureAlgorithm.algorithm, signed, publicKey, Buffer.from(request.signature))
  ) {
    return refused('the request is not signed by the key it names');
  }
  const extensions = readExtensions(info.attributes ?? []);
  if (!extensions.ok) return extensions;
  const alternativeNames = readAlternativeNames(extensions.value);
  if (!alternativeNames.ok) return alternativeNames;
  const constraints = readExtension(extensions.value, basicConstraintsId, BasicConstraints);
  if (!constraints.ok) return constraints;
  const usage = readExtension(extensions.value, keyUsageId, KeyUsage);
  if (!usage.ok) return usage;
  return done({
    der,
    subjectName: info.subject,
    subject: subject.value,
    publicKey,
    publicKeyDer,
    challengePassword: readChallenge(info.attributes ?? []),
    alternativeNames: alternativeNames.value,
    isForCa: constraints.value?.cA === true,
    keyUsage: usage.value?.toASN().valueBlock.valueHexView[0],
    hash,
  });
}

function readChallenge(attributes: readonly Attribute[]): string | undefined {
  const value = attributes.find((attribute) => attribute.type === challengePassword)?.values[0];
  const text = value === undefined ? undefined : decode(value, DirectoryString, 'the challenge password');
  return text?.ok ? text.value.toString() : undefined;
}

function readExtensions(attributes: readonly Attribute[]): Outcome<readonly Extension[]> {
  const value = attributes.find((attribute) => attribute.type === extensionRequest)?.values[0];
  if (value === undefined) return done([]);
  const extensions = decode(value, Extensions, 'the requested extensions');
  return extensions.ok ? done([...extensions.value]) : extensions;
}

function readExtension<T>(extensions: readonly Extension[], id: string, schema: Schema<T>): Outcome<T | undefined> {
  const requested = extensions.find(({ extnID }) => extnID === id);
  return requested === undefined ? done(undefined) : decode(requested.extnValue.buffer, schema, `extension ${id}`);
}

function readAlternativeNames(extensions: readonly Extension[]): Outcome<readonly GeneralName[]> {
  const names = readExtension(extensions, alternativeNameId, SubjectAlternativeName);
  if (!names.ok) return names;
  const taken = [...(names.value ?? [])].filter((name) =>
    isPlain(name.dNSName ?? name.iPAddress ?? name.uniformResourceIdentifier),
  );
  return taken.length > mostAlternativeNames ? refused('too many alternative names') : done(taken);
}

function isPlain(text: string | undefined): boolean {
  return text !== undefined && /^[\x21-\x7e]{1,255}$/.test(text);
}
