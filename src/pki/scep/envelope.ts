import {
  constants,
  createCipheriv,
  createDecipheriv,
  type KeyObject,
  privateDecrypt,
  publicEncrypt,
} from 'node:crypto';
import {
  ContentEncryptionAlgorithmIdentifier,
  ContentInfo,
  EncryptedContent,
  EncryptedContentInfo,
  EnvelopedData,
  IssuerAndSerialNumber,
  KeyEncryptionAlgorithmIdentifier,
  KeyTransRecipientInfo,
  RecipientIdentifier,
  RecipientInfo,
  RecipientInfos,
} from '@peculiar/asn1-cms';
import { OctetString } from '@peculiar/asn1-schema';
import { Certificate as CertificateSchema } from '@peculiar/asn1-x509';
import * as asn1js from 'asn1js';
import type { Random } from '../../io/index.ts';
import type { Certificate } from '../certificate.ts';
import { arrayBuffer, decode, encode } from '../der.ts';
import { done, type Outcome, refused } from '../outcome.ts';
import { rsaEncryption } from '../signature.ts';

export type ContentCipher = 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc' | 'des-ede3-cbc' | 'des-cbc';

interface Cipher {
  readonly name: ContentCipher;
  readonly id: string;
  readonly keyBytes: number;
  readonly ivBytes: number;
}

/** Single DES is never chosen here, but other software still sends it: what it protects is public soon after anyway. */
const ciphers: readonly Cipher[] = [
  { name: 'aes-128-cbc', id: '2.16.840.1.101.3.4.1.2', keyBytes: 16, ivBytes: 16 },
  { name: 'aes-192-cbc', id: '2.16.840.1.101.3.4.1.22', keyBytes: 24, ivBytes: 16 },
  { name: 'aes-256-cbc', id: '2.16.840.1.101.3.4.1.42', keyBytes: 32, ivBytes: 16 },
  { name: 'des-ede3-cbc', id: '1.2.840.113549.3.7', keyBytes: 24, ivBytes: 8 },
  { name: 'des-cbc', id: '1.3.14.3.2.7', keyBytes: 8, ivBytes: 8 },
];

export const idData = '1.2.840.113549.1.7.1';
const idEnvelopedData = '1.2.840.113549.1.7.3';

/** Encrypts for one recipient: CMS EnvelopedData (RFC 5652 6) in a ContentInfo, RSA PKCS#1 v1.5 key transport as SCEP wants. */
export function seal(content: Buffer, recipient: Certificate, cipher: ContentCipher, random: Random): Buffer {
  const { id, keyBytes, ivBytes } = ciphers.find(({ name }) => name === cipher)!;
  const [key, iv] = [random.bytes(keyBytes), random.bytes(ivBytes)];
  const engine = createCipheriv(...engineOf(cipher, key), iv);
  const encrypted = Buffer.concat([engine.update(content), engine.final()]);
  const padding = constants.RSA_PKCS1_PADDING;
  const encryptedKey = publicEncrypt({ key: recipient.publicKey, padding }, key);
  const enveloped = new EnvelopedData({
    version: 0,
    recipientInfos: new RecipientInfos([
      new RecipientInfo({
        ktri: new KeyTransRecipientInfo({
          version: 0,
          rid: new RecipientIdentifier({ issuerAndSerialNumber: issuerAndSerial(recipient) }),
          keyEncryptionAlgorithm: new KeyEncryptionAlgorithmIdentifier({ algorithm: rsaEncryption, parameters: null }),
          encryptedKey: new OctetString(arrayBuffer(encryptedKey)),
        }),
      }),
    ]),
    encryptedContentInfo: new EncryptedContentInfo({
      contentType: idData,
      contentEncryptionAlgorithm: new ContentEncryptionAlgorithmIdentifier({
        algorithm: id,
        parameters: new asn1js.OctetString({ valueHex: arrayBuffer(iv) }).toBER(),
      }),
      encryptedContent: new EncryptedContent({ value: new OctetString(arrayBuffer(encrypted)) }),
    }),
  });
  return encode(new ContentInfo({ contentType: idEnvelopedData, content: arrayBuffer(encode(enveloped)) }));
}

export function issuerAndSerial(certificate: Certificate): IssuerAndSerialNumber {
  const parsed = decode(certificate.der, CertificateSchema, 'the certificate');
  if (!parsed.ok) throw new TypeError(parsed.reason);
  const { issuer, serialNumber } = parsed.value.tbsCertificate;
  return new IssuerAndSerialNumber({ issuer, serialNumber });
}

/** A CA, those above it and its registration authorities. */
const mostRecipients = 8;

export interface Opened {
  readonly content: Buffer;
  readonly cipher: ContentCipher;
}

/**
 * Decrypts what was sealed for the holder of `key`. Total. Every failure after the key transport reads the same, so that
 * an answer tells an attacker nothing of the padding. Some clients seal for every certificate of GetCACert: `holder` is whose
 * part is taken then.
 */
export function open(envelope: Buffer, key: KeyObject, holder?: Certificate): Outcome<Opened> {
  const info = decode(envelope, ContentInfo, 'the envelope');
  if (!info.ok) return info;
  if (info.value.contentType !== idEnvelopedData) return refused('the content is not enveloped data');
  const data = decode(info.value.content, EnvelopedData, 'the enveloped data');
  if (!data.ok) return data;
  const { encryptedContentInfo, recipientInfos } = data.value;
  const algorithm = encryptedContentInfo.contentEncryptionAlgorithm;
  const cipher = ciphers.find(({ id }) => id === algorithm.algorithm);
  if (cipher === undefined) return refused('the content cipher is not supported');
  const iv = octets(algorithm.parameters);
  const recipients = [...recipientInfos].flatMap(({ ktri }) => ktri ?? []);
  const named = recipients.find((one) => holder !== undefined && names(one, holder));
  const recipient = recipientInfos.length === 1 ? recipients[0] : named;
  if (recipientInfos.length > mostRecipients || recipient === undefined || iv?.length !== cipher.ivBytes) {
    return refused('the envelope is not for one RSA recipient');
  }
  if (recipient.keyEncryptionAlgorithm.algorithm !== rsaEncryption)
    return refused('the key transport is not supported');
  const content = decrypt(cipher, key, Buffer.from(recipient.encryptedKey.buffer), iv, encrypted(encryptedContentInfo));
  return content === undefined ? refused('the envelope cannot be opened') : done({ content, cipher: cipher.name });
}

/** Whether an envelope names this certificate as its recipient. Total. */
export function isSealedFor(envelope: Buffer, certificate: Certificate): boolean {
  const info = decode(envelope, ContentInfo, 'the envelope');
  const data = info.ok ? decode(info.value.content, EnvelopedData, 'the enveloped data') : info;
  if (!data.ok || data.value.recipientInfos.length > mostRecipients) return false;
  return [...data.value.recipientInfos].some(({ ktri }) => ktri !== undefined && names(ktri, certificate));
}

function names({ rid }: KeyTransRecipientInfo, certificate: Certificate): boolean {
  const named = rid.issuerAndSerialNumber;
  return named !== undefined && encode(named).equals(encode(issuerAndSerial(certificate)));
}

function decrypt(
  cipher: Cipher,
  key: KeyObject,
  encryptedKey: Buffer,
  iv: Buffer,
  content: Buffer,
): Buffer | undefined {
  try {
    const contentKey = privateDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, encryptedKey);
    const engine = createDecipheriv(...engineOf(cipher.name, contentKey), iv);
    return Buffer.concat([engine.update(content), engine.final()]);
  } catch {
    // Wrong key, padding or length: one answer for all, see above.
    return undefined;
  }
}

/** OpenSSL has no single DES any more; triple DES with one key three times is the same. */
function engineOf(cipher: ContentCipher, key: Buffer): [name: string, key: Buffer] {
  return cipher === 'des-cbc' ? ['des-ede3-cbc', Buffer.concat([key, key, key])] : [cipher, key];
}

/** Primitive, or in pieces as BER writers send it. */
function encrypted(info: EncryptedContentInfo): Buffer {
  const content = info.encryptedContent;
  if (content?.value !== undefined) return Buffer.from(content.value.buffer);
  return Buffer.concat((content?.constructedValue ?? []).map((piece) => Buffer.from(piece.buffer)));
}

function octets(parameters: ArrayBuffer | null | undefined): Buffer | undefined {
  if (parameters === null || parameters === undefined) return undefined;
  const value = decode(parameters, OctetString, 'the initialization vector');
  return value.ok ? Buffer.from(value.value.buffer) : undefined;
}
