import { createHmac, createPrivateKey, createPublicKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import {
  ContentEncryptionAlgorithmIdentifier,
  ContentInfo,
  EncryptedContent,
  EncryptedContentInfo,
} from '@peculiar/asn1-cms';
import {
  AuthenticatedSafe,
  CertBag,
  id_certBag,
  id_keyBag,
  id_pkcs8ShroudedKeyBag,
  id_x509Certificate,
  MacData,
  PFX,
  PKCS8ShroudedKeyBag,
  PKCS12Attribute,
  SafeBag,
  SafeContents,
} from '@peculiar/asn1-pfx';
import { DigestInfo } from '@peculiar/asn1-rsa';
import { AsnProp, AsnPropTypes, OctetString } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import * as asn1js from 'asn1js';
import type { Random } from '../io/index.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { arrayBuffer, decode, encode, undecodable } from './der.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { decryptByPassword, derivePkcs12, encryptByPassword } from './pkcs12-cipher.ts';

const idData = '1.2.840.113549.1.7.1';
const idEncryptedData = '1.2.840.113549.1.7.6';
const friendlyName = '1.2.840.113549.1.9.20';
const localKeyId = '1.2.840.113549.1.9.21';

const mostContents = 8;
const mostBags = 32;
/** Two usage keys. */
const mostKeys = 2;
const macIterations = 10_000;

/** `EncryptedData` of CMS, which has no class in the schema libraries. */
class EncryptedData {
  version = 0;
  encryptedContentInfo = new EncryptedContentInfo();
}
AsnProp({ type: AsnPropTypes.Integer })(EncryptedData.prototype, 'version');
AsnProp({ type: EncryptedContentInfo })(EncryptedData.prototype, 'encryptedContentInfo');

export interface CertifiedKey {
  readonly privateKey: KeyObject;
  readonly certificate: Certificate;
}

/** What a PKCS#12 file is for here: a private key with its certificate, or two usage keys, and the certificates of authorities. */
export interface Pkcs12Identity {
  readonly pairs: readonly CertifiedKey[];
  readonly authorities: readonly Certificate[];
}

// ---- writing ----

/** PBES2 with AES-256, a MAC of SHA-256: what OpenSSL 3, Java and Windows from 2019 on read. */
export async function printPkcs12(
  { pairs, authorities }: Pkcs12Identity,
  name: string,
  password: string,
  random: Random,
): Promise<Buffer> {
  const own = pairs.map(({ certificate }, at) => certificateBag(certificate, ownAttributes(name, at)));
  const certificates = new SafeContents([...own, ...authorities.map((one) => certificateBag(one, undefined))]);
  const keys = new SafeContents();
  for (const [at, { privateKey }] of pairs.entries()) {
    keys.push(await keyBag(privateKey, ownAttributes(name, at), password, random));
  }
  const safe = new AuthenticatedSafe([await encrypted(encode(certificates), password, random), data(encode(keys))]);
  const content = encode(safe);
  return encode(new PFX({ version: 3, authSafe: data(content), macData: macOf(content, password, random) }));
}

function ownAttributes(name: string, at: number): PKCS12Attribute[] {
  // Which key belongs to which certificate: any octets do, as long as both have them.
  const id = new asn1js.OctetString({ valueHex: Uint8Array.of(at + 1).buffer }).toBER();
  const shown = new asn1js.BmpString({ value: name }).toBER();
  return [attribute(friendlyName, shown), attribute(localKeyId, id)];
}

/** The constructor of the class forgets what it is given. */
function attribute(attrId: string, value: ArrayBuffer): PKCS12Attribute {
  return Object.assign(new PKCS12Attribute(), { attrId, attrValues: [value] });
}

function certificateBag({ der }: Certificate, attributes: PKCS12Attribute[] | undefined): SafeBag {
  const certValue = arrayBuffer(encode(new OctetString(arrayBuffer(der))));
  const bag = new CertBag({ certId: id_x509Certificate, certValue });
  return safeBag(id_certBag, encode(bag), attributes);
}

function safeBag(bagId: string, value: Buffer, bagAttributes: PKCS12Attribute[] | undefined): SafeBag {
  return new SafeBag({ bagId, bagValue: arrayBuffer(value), ...(bagAttributes && { bagAttributes }) });
}

async function keyBag(
  key: KeyObject,
  attributes: PKCS12Attribute[],
  password: string,
  random: Random,
): Promise<SafeBag> {
  const der = key.export({ format: 'der', type: 'pkcs8' });
  const { algorithm, data: sealed } = await encryptByPassword(der, password, random);
  const encryptedData = new OctetString(arrayBuffer(sealed));
  const bag = new PKCS8ShroudedKeyBag({ encryptionAlgorithm: algorithm, encryptedData });
  return safeBag(id_pkcs8ShroudedKeyBag, encode(bag), attributes);
}

function data(content: Buffer): ContentInfo {
  return new ContentInfo({ contentType: idData, content: arrayBuffer(encode(new OctetString(arrayBuffer(content)))) });
}

async function encrypted(content: Buffer, password: string, random: Random): Promise<ContentInfo> {
  const { algorithm, data: sealed } = await encryptByPassword(content, password, random);
  const info = Object.assign(new EncryptedData(), {
    encryptedContentInfo: new EncryptedContentInfo({
      contentType: idData,
      contentEncryptionAlgorithm: new ContentEncryptionAlgorithmIdentifier(algorithm),
      encryptedContent: new EncryptedContent({ value: new OctetString(arrayBuffer(sealed)) }),
    }),
  });
  return new ContentInfo({ contentType: idEncryptedData, content: arrayBuffer(encode(info)) });
}

const macs: Readonly<Record<string, { readonly hash: string; readonly length: number }>> = {
  '1.3.14.3.2.26': { hash: 'sha1', length: 20 },
  '2.16.840.1.101.3.4.2.1': { hash: 'sha256', length: 32 },
  '2.16.840.1.101.3.4.2.2': { hash: 'sha384', length: 48 },
  '2.16.840.1.101.3.4.2.3': { hash: 'sha512', length: 64 },
};
const sha256 = '2.16.840.1.101.3.4.2.1';

function macOf(content: Buffer, password: string, random: Random): MacData {
  const salt = random.bytes(16);
  const mac = computeMac(sha256, content, password, salt, macIterations);
  if (!mac.ok) throw new TypeError(mac.reason);
  return new MacData({
    mac: new DigestInfo({
      digestAlgorithm: new AlgorithmIdentifier({ algorithm: sha256, parameters: null }),
      digest: new OctetString(arrayBuffer(mac.value)),
    }),
    macSalt: new OctetString(arrayBuffer(salt)),
    iterations: macIterations,
  });
}

function computeMac(id: string, content: Buffer, password: string, salt: Buffer, iterations: number): Outcome<Buffer> {
  const kind = macs[id];
  if (kind === undefined) return refused(`the integrity check ${id} of the file is not supported`);
  const key = derivePkcs12(kind.hash, 3, password, salt, iterations, kind.length);
  return key.ok ? done(createHmac(kind.hash, key.value).update(content).digest()) : key;
}

// ---- reading ----

/** Total and bounded; nothing is believed before the MAC is right. A file without one is not taken. */
export async function readPkcs12(der: Buffer, password: string): Promise<Outcome<Pkcs12Identity>> {
  const file = decode(der, PFX, 'the PKCS#12 file');
  if (!file.ok) return file;
  const content = dataOf(file.value.authSafe);
  if (!content.ok) return content;
  const proved = proveMac(file.value.macData, content.value, password);
  if (!proved.ok) return proved;
  const safe = decode(content.value, AuthenticatedSafe, 'the content of the PKCS#12 file');
  if (!safe.ok) return safe;
  const bags = await readBags(safe.value, password);
  return bags.ok ? identityOf(bags.value) : bags;
}

function proveMac(macData: MacData | undefined, content: Buffer, password: string): Outcome<void> {
  const claimed = Buffer.from(macData?.mac.digest.buffer ?? new ArrayBuffer(0));
  if (macData === undefined || claimed.length === 0)
    return refused('the PKCS#12 file proves its integrity by no password');
  const { mac, macSalt, iterations } = macData;
  const computed = computeMac(
    mac.digestAlgorithm.algorithm,
    content,
    password,
    Buffer.from(macSalt.buffer),
    iterations ?? 1,
  );
  if (!computed.ok) return computed;
  const isRight = computed.value.length === claimed.length && timingSafeEqual(computed.value, claimed);
  return isRight ? done(undefined) : refused('wrong password, or the PKCS#12 file is damaged');
}

/** The octets of a ContentInfo of plain data. */
function dataOf({ contentType, content }: ContentInfo): Outcome<Buffer> {
  if (contentType !== idData) return refused('a part of the PKCS#12 file is neither data nor encrypted by a password');
  const octets = decode(content, OctetString, 'a part of the PKCS#12 file');
  return octets.ok ? done(Buffer.from(octets.value.buffer)) : octets;
}

async function readBags(safe: AuthenticatedSafe, password: string): Promise<Outcome<Bags>> {
  const bags: Bags = { keys: [], certificates: [] };
  const contents = [...safe];
  if (contents.length > mostContents) return refused('the PKCS#12 file has too many parts');
  for (const info of contents) {
    const plain = info.contentType === idEncryptedData ? await decrypted(info, password) : dataOf(info);
    if (!plain.ok) return plain;
    const parsed = decode(plain.value, SafeContents, 'a part of the PKCS#12 file');
    if (!parsed.ok) return parsed;
    for (const bag of parsed.value) {
      if (bags.keys.length + bags.certificates.length >= mostBags) return refused('the PKCS#12 file holds too much');
      const taken = await takeBag(bag, password, bags);
      if (!taken.ok) return taken;
    }
  }
  return done(bags);
}

interface Bags {
  readonly keys: KeyObject[];
  readonly certificates: Certificate[];
}

async function decrypted({ content }: ContentInfo, password: string): Promise<Outcome<Buffer>> {
  const read = decode(content, EncryptedData, 'a part of the PKCS#12 file');
  if (!read.ok) return read;
  const { contentEncryptionAlgorithm: algorithm, encryptedContent } = read.value.encryptedContentInfo;
  const pieces = encryptedContent?.constructedValue ?? [encryptedContent?.value ?? new OctetString()];
  const sealed = Buffer.concat(pieces.map(({ buffer }) => Buffer.from(buffer)));
  return decryptByPassword(algorithm, sealed, password);
}

/** Bags of other kinds (CRLs, secrets) are passed over. */
async function takeBag({ bagId, bagValue }: SafeBag, password: string, bags: Bags): Promise<Outcome<void>> {
  if (bagId === id_certBag) {
    const certificate = readCertificateBag(bagValue);
    if (certificate.ok) bags.certificates.push(certificate.value);
    return certificate.ok ? done(undefined) : certificate;
  }
  if (bagId !== id_keyBag && bagId !== id_pkcs8ShroudedKeyBag) return done(undefined);
  const der = bagId === id_keyBag ? done(Buffer.from(bagValue)) : await openShrouded(bagValue, password);
  const key = der.ok ? readPkcs8(der.value) : der;
  if (key.ok) bags.keys.push(key.value);
  return key.ok ? done(undefined) : key;
}

function readCertificateBag(value: ArrayBuffer): Outcome<Certificate> {
  const bag = decode(value, CertBag, 'a certificate of the PKCS#12 file');
  if (!bag.ok) return bag;
  if (bag.value.certId !== id_x509Certificate) return refused('a certificate of the PKCS#12 file is not of X.509');
  const octets = decode(bag.value.certValue, OctetString, 'a certificate of the PKCS#12 file');
  return octets.ok ? readCertificate(Buffer.from(octets.value.buffer)) : octets;
}

/** `EncryptedPrivateKeyInfo` (RFC 5958 3), also on its own. */
export async function openShrouded(der: Uint8Array | ArrayBuffer, password: string): Promise<Outcome<Buffer>> {
  const bag = decode(der, PKCS8ShroudedKeyBag, 'the private key');
  if (!bag.ok) return bag;
  const { encryptionAlgorithm, encryptedData } = bag.value;
  return decryptByPassword(encryptionAlgorithm, Buffer.from(encryptedData.buffer), password);
}

export function readPkcs8(key: Buffer): Outcome<KeyObject> {
  try {
    return done(createPrivateKey({ key, format: 'der', type: 'pkcs8' }));
  } catch {
    // The library's words may depend on the password; ours do not.
    return refused(undecodable('the private key'));
  }
}

function identityOf({ keys, certificates }: Bags): Outcome<Pkcs12Identity> {
  if (keys.length === 0) return refused('the PKCS#12 file holds no private key');
  if (keys.length > mostKeys) return refused(`the PKCS#12 file holds more than ${mostKeys} private keys`);
  const pairs: CertifiedKey[] = [];
  for (const privateKey of keys) {
    const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
    const certificate = certificates.find((one) => one.publicKeyDer.equals(publicKey));
    if (certificate === undefined) return refused('the PKCS#12 file holds no certificate of its private key');
    pairs.push({ privateKey, certificate });
  }
  const own = pairs.map(({ certificate }) => certificate);
  return done({ pairs, authorities: certificates.filter((one) => !own.includes(one)) });
}
