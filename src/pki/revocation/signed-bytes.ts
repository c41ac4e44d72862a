import { constants, type KeyObject, verify } from 'node:crypto';

type Kind = 'rsa' | 'ec' | 'eddsa';

/** Signatures that may stand under a CRL or an OCSP answer. Those on MD5 and SHA-1 prove nothing any more. */
const signatures = new Map<string, readonly [hash: string | null, kind: Kind]>([
  ['1.2.840.113549.1.1.11', ['sha256', 'rsa']],
  ['1.2.840.113549.1.1.12', ['sha384', 'rsa']],
  ['1.2.840.113549.1.1.13', ['sha512', 'rsa']],
  ['1.2.840.10045.4.3.2', ['sha256', 'ec']],
  ['1.2.840.10045.4.3.3', ['sha384', 'ec']],
  ['1.2.840.10045.4.3.4', ['sha512', 'ec']],
  ['1.3.101.112', [null, 'eddsa']],
  ['1.3.101.113', [null, 'eddsa']],
]);

const keyTypes: Readonly<Record<Kind, readonly string[]>> = {
  rsa: ['rsa'],
  ec: ['ec'],
  eddsa: ['ed25519', 'ed448'],
};

/** Why the signature does not prove the bytes, undefined when it does. `algorithm` is the dotted identifier. */
export function signatureFault(
  bytes: Uint8Array,
  algorithm: string,
  signature: Uint8Array,
  key: KeyObject,
): string | undefined {
  const row = signatures.get(algorithm);
  if (row === undefined) return `its signature algorithm ${algorithm} is weak or unknown`;
  const [hash, kind] = row;
  const wrong = 'its signature is wrong';
  if (!keyTypes[kind].includes(key.asymmetricKeyType ?? '')) return wrong;
  try {
    const padded = kind === 'rsa' ? { key, padding: constants.RSA_PKCS1_PADDING } : key;
    return verify(hash, bytes, padded, signature) ? undefined : wrong;
  } catch {
    // A signature the library cannot even try proves nothing.
    return wrong;
  }
}
