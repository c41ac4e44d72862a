import { type KeyObject, sign, verify } from 'node:crypto';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import type { HashName } from './settings.ts';

/** RSA with PKCS#1 v1.5 padding, the signatures of PKCS#10, X.509 and SCEP: by hash, object identifier and IOS's name. */
const rsaSignatures: readonly [hash: HashName, id: string, hashId: string, display: string][] = [
  ['md5', '1.2.840.113549.1.1.4', '1.2.840.113549.2.5', 'MD5 with RSA Encryption'],
  ['sha1', '1.2.840.113549.1.1.5', '1.3.14.3.2.26', 'SHA1 with RSA Encryption'],
  ['sha256', '1.2.840.113549.1.1.11', '2.16.840.1.101.3.4.2.1', 'SHA256 with RSA Encryption'],
  ['sha384', '1.2.840.113549.1.1.12', '2.16.840.1.101.3.4.2.2', 'SHA384 with RSA Encryption'],
  ['sha512', '1.2.840.113549.1.1.13', '2.16.840.1.101.3.4.2.3', 'SHA512 with RSA Encryption'],
];

/** ECDSA, the signature of requests and certificates on EC keys (RFC 5758 3.2). There is none with MD5. */
const ecdsaSignatures: readonly [hash: HashName, id: string, display: string][] = [
  ['sha1', '1.2.840.10045.4.1', 'SHA1 with ECDSA'],
  ['sha256', '1.2.840.10045.4.3.2', 'SHA256 with ECDSA'],
  ['sha384', '1.2.840.10045.4.3.3', 'SHA384 with ECDSA'],
  ['sha512', '1.2.840.10045.4.3.4', 'SHA512 with ECDSA'],
];

export const rsaEncryption = '1.2.840.113549.1.1.1';

/** Of a signature by `key`, RSA when absent. RangeError where the two cannot go together: ask `canSign` before. */
export function signatureAlgorithm(hash: HashName, key?: KeyObject): AlgorithmIdentifier {
  if (key?.asymmetricKeyType !== 'ec') return new AlgorithmIdentifier({ algorithm: row(hash)[1], parameters: null });
  const found = ecdsaSignatures.find(([name]) => name === hash);
  if (found === undefined) throw new RangeError(`no ECDSA with ${hash}`);
  return new AlgorithmIdentifier({ algorithm: found[1] });
}

export function canSign(hash: HashName, key: KeyObject): boolean {
  return key.asymmetricKeyType !== 'ec' || ecdsaSignatures.some(([name]) => name === hash);
}

/** By a key of either type; ECDSA as the SEQUENCE that X.509 wants. */
export function signBytes(hash: HashName, bytes: Uint8Array, key: KeyObject): Buffer {
  return sign(hash, bytes, key);
}

/** Whether `id` names a signature that a key of this type makes, and this is one. False for whatever cannot be. */
export function verifyBytes(id: string, bytes: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  const [hash] = ecdsaSignatures.find(([, ecdsa]) => ecdsa === id) ?? [];
  if (hash === undefined) {
    const rsa = rsaSignatures.find(([, known]) => known === id);
    return rsa !== undefined && verifyRsa(rsa[0], bytes, key, signature);
  }
  try {
    return key.asymmetricKeyType === 'ec' && verify(hash, bytes, key, signature);
  } catch {
    return false;
  }
}

export function digestAlgorithm(hash: HashName): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithm: row(hash)[2], parameters: null });
}

/** The hash of a signature or digest identifier, undefined for one this room does not use. */
export function hashOf(id: string): HashName | undefined {
  const rsa = rsaSignatures.find(([, signature, digest]) => id === signature || id === digest)?.[0];
  return rsa ?? ecdsaSignatures.find(([, signature]) => id === signature)?.[0];
}

/** As `show crypto pki certificates verbose` prints it; the dotted number of an unknown one. */
export function displaySignature(id: string): string {
  const rsa = rsaSignatures.find(([, signature]) => signature === id)?.[3];
  return rsa ?? ecdsaSignatures.find(([, signature]) => signature === id)?.[2] ?? id;
}

export function signRsa(hash: HashName, bytes: Uint8Array, key: KeyObject): Buffer {
  return sign(hash, bytes, key);
}

/** False for a wrong signature and for a key or hash that cannot make one. */
export function verifyRsa(hash: HashName, bytes: Uint8Array, key: KeyObject, signature: Uint8Array): boolean {
  try {
    return key.asymmetricKeyType === 'rsa' && verify(hash, bytes, key, signature);
  } catch {
    return false;
  }
}

function row(hash: HashName): (typeof rsaSignatures)[number] {
  const found = rsaSignatures.find(([name]) => name === hash);
  if (found === undefined) throw new TypeError(`unknown hash ${hash}`);
  return found;
}
