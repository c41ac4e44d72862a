import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  BasicConstraints,
  Certificate,
  ExtendedKeyUsage,
  Extension,
  Extensions,
  GeneralName,
  id_ce_basicConstraints,
  id_ce_extKeyUsage,
  id_ce_keyUsage,
  id_ce_subjectAltName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

/** A certificate made for a test, with its key. */
export interface TestCertificate {
  readonly commonName: string;
  readonly der: Buffer;
  readonly pem: string;
  readonly keyPem: string;
  readonly privateKey: KeyObject;
  readonly isRoot: boolean;
  /** Its own PEM and those of its issuers, without the root: what a TLS peer shows. */
  readonly chainPem: string;
}

export interface TestCertificateOptions {
  /** Self-signed when absent. */
  readonly issuer?: TestCertificate;
  readonly isCa?: boolean;
  /** RSA key exchange, as `strict-cipher` wants it, needs an RSA key. */
  readonly key?: 'ec' | 'rsa';
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  /** Object identifiers of the extended key usage; none: no such extension. */
  readonly usages?: readonly string[];
  /** Of a CA: how many CAs may stand below it. */
  readonly pathLength?: number;
  /** Bits of the first octet of keyUsage (0x80 digitalSignature, 0x04 keyCertSign); none: no such extension. */
  readonly keyUsage?: number;
  /** Further extensions, as they stand. */
  readonly extensions?: readonly { readonly id: string; readonly critical?: boolean; readonly der: Uint8Array }[];
}

export const serverAuth = '1.3.6.1.5.5.7.3.1';
export const clientAuth = '1.3.6.1.5.5.7.3.2';
export const emailProtection = '1.3.6.1.5.5.7.3.4';
export const sipDomain = '1.3.6.1.5.5.7.3.20';

const day = 86_400_000;
let serial = 1;

/** Makes a certificate; valid from yesterday to tomorrow unless told otherwise. For tests only: it checks nothing. */
export function certificate(commonName: string, options: TestCertificateOptions = {}): TestCertificate {
  const { issuer } = options;
  const pair =
    options.key === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const signer = issuer?.privateKey ?? pair.privateKey;
  const algorithm = algorithmOf(signer);
  const tbs = new TBSCertificate({
    version: Version.v3,
    serialNumber: Uint8Array.from([1, serial >> 16, serial >> 8, serial++]).buffer,
    signature: algorithm,
    issuer: nameOf(issuer?.commonName ?? commonName),
    subject: nameOf(commonName),
    validity: new Validity({
      notBefore: options.notBefore ?? new Date(Date.now() - day),
      notAfter: options.notAfter ?? new Date(Date.now() + day),
    }),
    subjectPublicKeyInfo: AsnConvert.parse(
      pair.publicKey.export({ type: 'spki', format: 'der' }),
      SubjectPublicKeyInfo,
    ),
    extensions: extensionsOf(options),
  });
  const signature = sign('sha256', Buffer.from(AsnConvert.serialize(tbs)), signer);
  const whole = new Certificate({
    tbsCertificate: tbs,
    signatureAlgorithm: algorithm,
    signatureValue: Uint8Array.from(signature).buffer,
  });
  const der = Buffer.from(AsnConvert.serialize(whole));
  const pem = `-----BEGIN CERTIFICATE-----\n${der.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()}\n-----END CERTIFICATE-----\n`;
  return {
    commonName,
    der,
    pem,
    keyPem: pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey: pair.privateKey,
    isRoot: issuer === undefined,
    chainPem: issuer === undefined || issuer.isRoot ? pem : pem + issuer.chainPem,
  };
}

/** An authority: a root, or an intermediate when an issuer is given. */
export function authority(commonName: string, options: TestCertificateOptions = {}): TestCertificate {
  return certificate(commonName, { isCa: true, ...options });
}

function algorithmOf(key: KeyObject): AlgorithmIdentifier {
  return key.asymmetricKeyType === 'rsa'
    ? new AlgorithmIdentifier({ algorithm: '1.2.840.113549.1.1.11', parameters: Uint8Array.from([5, 0]).buffer })
    : new AlgorithmIdentifier({ algorithm: '1.2.840.10045.4.3.2' });
}

function nameOf(commonName: string): Name {
  const value = new AttributeValue({ utf8String: commonName });
  return new Name([new RelativeDistinguishedName([new AttributeTypeAndValue({ type: '2.5.4.3', value })])]);
}

function extensionsOf(options: TestCertificateOptions): Extensions {
  const names = [
    ...(options.dnsNames ?? []).map((dNSName) => new GeneralName({ dNSName })),
    ...(options.ipAddresses ?? []).map((iPAddress) => new GeneralName({ iPAddress })),
    ...(options.uris ?? []).map((uniformResourceIdentifier) => new GeneralName({ uniformResourceIdentifier })),
  ];
  const constraints = new BasicConstraints({ cA: options.isCa ?? false });
  if (options.pathLength !== undefined) constraints.pathLenConstraint = options.pathLength;
  const extensions = [extension(id_ce_basicConstraints, constraints, true)];
  if (names.length > 0) extensions.push(extension(id_ce_subjectAltName, new SubjectAlternativeName(names)));
  if (options.usages !== undefined) {
    extensions.push(extension(id_ce_extKeyUsage, new ExtendedKeyUsage([...options.usages])));
  }
  if (options.keyUsage !== undefined) {
    extensions.push(rawExtension(id_ce_keyUsage, Uint8Array.of(3, 2, 0, options.keyUsage), true));
  }
  for (const { id, der, critical } of options.extensions ?? []) extensions.push(rawExtension(id, der, critical));
  return new Extensions(extensions);
}

function rawExtension(extnID: string, der: Uint8Array, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(Uint8Array.from(der).buffer) });
}

function extension(extnID: string, value: unknown, critical = false): Extension {
  return new Extension({ extnID, critical, extnValue: new OctetString(AsnConvert.serialize(value)) });
}
