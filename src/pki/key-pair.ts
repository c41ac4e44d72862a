import { createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import type { KeyOrder, KeyReport, KeyType, KeyUsage } from './key-face.ts';

/** A key pair with its private half: inside this room only. */
export interface KeyPair extends KeyReport {
  readonly privateKey: KeyObject;
}

/** What others may see of it. */
export function publicPart({ privateKey: _, ...report }: KeyPair): KeyReport {
  return report;
}

/** Of pairs made here: TLS takes 2048 bits at least, and nobody should have to wait for more than 4096. */
const madeModulus = { least: 1024, most: 4096 } as const;
/** Of pairs from outside, which may be old. */
const takenModulus = { least: 512, most: 4096 } as const;
/** The TLS library takes nothing shorter. */
export const shortestModulus = 2048;
const longestLabel = 128;

/** The curves of `keysize`, by the names of Node and of the standards. */
const curves: Readonly<Record<number, string>> = { 256: 'prime256v1', 384: 'secp384r1', 521: 'secp521r1' };

/** Why a label cannot be used; undefined when it can. */
export function checkLabel(label: string): string | undefined {
  return /^[\x21-\x7e]+$/.test(label) && label.length <= longestLabel ? undefined : 'bad key label';
}

/** Why no pair of that many bits is made; undefined when it is. */
export function checkModulus(
  modulus: number,
  { least, most }: typeof madeModulus | typeof takenModulus = madeModulus,
): string | undefined {
  return modulus >= least && modulus <= most
    ? undefined
    : `a modulus of ${modulus} bits is not between ${least} and ${most}`;
}

/** Why a private key from outside cannot be used; undefined when it can. */
export function checkPrivateKey(key: KeyObject): string | undefined {
  if (key.asymmetricKeyType === 'rsa') return checkModulus(bitsOf(key), takenModulus);
  if (key.asymmetricKeyType !== 'ec') return 'not an RSA and not an EC key';
  return bitsOf(key) === 0 ? 'an EC key on a curve that is not P-256, P-384 or P-521' : undefined;
}

/** Why an order cannot be carried out; undefined when it can. */
export function checkOrder(order: KeyOrder): string | undefined {
  const label = checkLabel(order.label);
  if (label !== undefined || order.kind === 'ec') return label;
  return checkModulus(order.modulus) ?? checkModulus(order.encryptionModulus ?? order.modulus);
}

export function typeOf(key: KeyObject): KeyType {
  return key.asymmetricKeyType === 'ec' ? 'ec' : 'rsa';
}

/** Length of the modulus, or of the curve; 0 on a curve that is not used here. */
function bitsOf({ asymmetricKeyDetails: details }: KeyObject): number {
  if (details?.modulusLength !== undefined) return details.modulusLength;
  const curve = Object.entries(curves).find(([, name]) => name === details?.namedCurve);
  return curve === undefined ? 0 : Number(curve[0]);
}

export interface KeyAttributes {
  readonly label: string;
  readonly usage: KeyUsage;
  readonly exportable: boolean;
  readonly generatedAt: number;
  readonly storage?: string;
}

export function keyPair(attributes: KeyAttributes, privateKey: KeyObject): KeyPair {
  const publicKey = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return { ...attributes, type: typeOf(privateKey), bits: bitsOf(privateKey), publicKey, privateKey };
}

/** Makes the pairs of an order: two for usage keys, the signature pair first. */
export async function makeKeys(order: KeyOrder, generatedAt: number): Promise<readonly KeyPair[]> {
  const { label, exportable, storage } = order;
  const common = { label, exportable, generatedAt, ...(storage !== undefined && { storage }) };
  const made: KeyPair[] = [];
  for (const usage of usagesOf(order)) {
    const privateKey = order.kind === 'ec' ? await generateEc(order.keysize) : await generateRsa(sizeOf(order, usage));
    made.push(keyPair({ ...common, usage }, privateKey));
  }
  return made;
}

function usagesOf({ kind }: KeyOrder): readonly KeyUsage[] {
  if (kind === 'usage-keys') return ['signature', 'encryption'];
  // An EC key signs; what is agreed on in a handshake is a key of its own.
  if (kind === 'ec') return ['signature'];
  return [kind === 'general-keys' ? 'general' : kind];
}

function sizeOf(order: Exclude<KeyOrder, { kind: 'ec' }>, usage: KeyUsage): number {
  return usage === 'encryption' ? (order.encryptionModulus ?? order.modulus) : order.modulus;
}

function generateRsa(modulusLength: number): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generateKeyPair('rsa', { modulusLength, publicExponent: 0x10001 }, (error, _publicKey, privateKey) => {
      if (error === null) resolve(privateKey);
      else reject(error);
    });
  });
}

function generateEc(keysize: number): Promise<KeyObject> {
  return new Promise((resolve, reject) => {
    generateKeyPair('ec', { namedCurve: curves[keysize] ?? '' }, (error, _publicKey, privateKey) => {
      if (error === null) resolve(privateKey);
      else reject(error);
    });
  });
}
