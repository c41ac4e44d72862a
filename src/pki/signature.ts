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

export const rsaEncryption = '1.2.840.113549.1.1.1';

export function signatureAlgorithm(hash: HashName): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithm: row(hash)[1], parameters: null });
}

export function digestAlgorithm(hash: HashName): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithm: row(hash)[2], parameters: null });
}

/** The hash of a signature or digest identifier, undefined for one this room does not use. */
export function hashOf(id: string): HashName | undefined {
  return rsaSignatures.find(([, signature, digest]) => id === signature || id === digest)?.[0];
}

/** As `show crypto pki certificates verbose` prints it; the dotted number of an unknown one. */
export function displaySignature(id: string): string {
  return rsaSignatures.find(([, signature]) => id === signature)?.[3] ?? id;
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
