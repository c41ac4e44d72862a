import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { buildRequest } from './request.ts';
import { buildName, parseX500 } from './x500-name.ts';

/** An RSA pair for a test, quickly made. */
export interface TestPair {
  readonly privateKey: KeyObject;
  /** SubjectPublicKeyInfo, DER. */
  readonly publicKey: Buffer;
}

export function testPair(): TestPair {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return { privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }) };
}

export function testName(text: string): ReturnType<typeof buildName> {
  const parsed = parseX500(text);
  if (!parsed.ok) throw new TypeError(parsed.reason);
  return buildName(parsed.value.map((attribute) => [attribute]));
}

/** PKCS#10, DER. */
export function testRequest(subject: string, { privateKey, publicKey }: TestPair): Buffer {
  return buildRequest({ subject: testName(subject), privateKey, publicKey, hash: 'sha256' });
}
