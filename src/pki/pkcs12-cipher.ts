import { createCipheriv, createDecipheriv, createHash, pbkdf2 } from 'node:crypto';
import { AsnProp, AsnPropTypes, OctetString } from '@peculiar/asn1-schema';
import { AlgorithmIdentifier } from '@peculiar/asn1-x509';
import type { Random } from '../io/index.ts';
import { arrayBuffer, decode, encode } from './der.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { decipherRc2 } from './pkcs12-rc2.ts';

/**
 * Encryption by a password: PBES2 (RFC 8018), which is written here and by everybody today, and the two schemes of PKCS#12
 * (RFC 7292 C) that older files hold.
 */

/** Native, off the main thread; what current software writes is below a tenth of it. */
const mostPbkdf2Iterations = 5_000_000;
/** Ours, on the main thread: a quarter of a second. */
const mostPkcs12Iterations = 100_000;
const longestSalt = 1024;
const writtenIterations = 100_000;

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2Id = '1.2.840.113549.1.5.12';
const sha256Prf = '1.2.840.113549.2.9';
const aes256 = '2.16.840.1.101.3.4.1.42';

const prfs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1',
  [sha256Prf]: 'sha256',
  '1.2.840.113549.2.10': 'sha384',
  '1.2.840.113549.2.11': 'sha512',
};

interface Cipher {
  readonly engine: 'aes-128-cbc' | 'aes-192-cbc' | 'aes-256-cbc' | 'des-ede3-cbc' | 'rc2';
  readonly keyBytes: number;
  readonly ivBytes: number;
}

const ciphers: Readonly<Record<string, Cipher>> = {
  '2.16.840.1.101.3.4.1.2': { engine: 'aes-128-cbc', keyBytes: 16, ivBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { engine: 'aes-192-cbc', keyBytes: 24, ivBytes: 16 },
  [aes256]: { engine: 'aes-256-cbc', keyBytes: 32, ivBytes: 16 },
  '1.2.840.113549.3.7': { engine: 'des-ede3-cbc', keyBytes: 24, ivBytes: 8 },
};

/** pbeWithSHAAnd3-KeyTripleDES-CBC, -128BitRC2-CBC and -40BitRC2-CBC. */
const legacy: Readonly<Record<string, Cipher>> = {
  '1.2.840.113549.1.12.1.3': { engine: 'des-ede3-cbc', keyBytes: 24, ivBytes: 8 },
  '1.2.840.113549.1.12.1.5': { engine: 'rc2', keyBytes: 16, ivBytes: 8 },
  '1.2.840.113549.1.12.1.6': { engine: 'rc2', keyBytes: 5, ivBytes: 8 },
};

/** `PBES2-params`; these two have no class in the schema libraries. */
class Pbes2Parameters {
  keyDerivationFunc = new AlgorithmIdentifier();
  encryptionScheme = new AlgorithmIdentifier();
}
AsnProp({ type: AlgorithmIdentifier })(Pbes2Parameters.prototype, 'keyDerivationFunc');
AsnProp({ type: AlgorithmIdentifier })(Pbes2Parameters.prototype, 'encryptionScheme');

/** `PBKDF2-params`. */
class Pbkdf2Parameters {
  salt = new OctetString();
  iterationCount = 1;
  keyLength?: number;
  prf?: AlgorithmIdentifier;
}
AsnProp({ type: OctetString })(Pbkdf2Parameters.prototype, 'salt');
AsnProp({ type: AsnPropTypes.Integer })(Pbkdf2Parameters.prototype, 'iterationCount');
AsnProp({ type: AsnPropTypes.Integer, optional: true })(Pbkdf2Parameters.prototype, 'keyLength');
AsnProp({ type: AlgorithmIdentifier, optional: true })(Pbkdf2Parameters.prototype, 'prf');

/** `pkcs-12PbeParams`. */
class Pkcs12Parameters {
  salt = new OctetString();
  iterations = 1;
}
AsnProp({ type: OctetString })(Pkcs12Parameters.prototype, 'salt');
AsnProp({ type: AsnPropTypes.Integer })(Pkcs12Parameters.prototype, 'iterations');

const wrongPassword = 'wrong password or damaged content';

/** Total. Whatever goes wrong behind the algorithm reads the same. */
export async function decryptByPassword(
  algorithm: AlgorithmIdentifier,
  data: Buffer,
  password: string,
): Promise<Outcome<Buffer>> {
  const found = await findKey(algorithm, password);
  if (!found.ok) return found;
  const { cipher, key, iv } = found.value;
  const clear = decipher(cipher, key, iv, data);
  return clear === undefined ? refused(wrongPassword) : done(clear);
}

interface FoundKey {
  readonly cipher: Cipher;
  readonly key: Buffer;
  readonly iv: Buffer;
}

async function findKey({ algorithm, parameters }: AlgorithmIdentifier, password: string): Promise<Outcome<FoundKey>> {
  if (algorithm === pbes2) return findModernKey(parameters, password);
  const cipher = legacy[algorithm];
  if (cipher === undefined) return refused(`encryption ${algorithm} is not supported`);
  const read = decode(parameters ?? new ArrayBuffer(0), Pkcs12Parameters, 'the parameters of the encryption');
  if (!read.ok) return read;
  const salt = Buffer.from(read.value.salt.buffer);
  const derive = (purpose: number, length: number) =>
    derivePkcs12('sha1', purpose, password, salt, read.value.iterations, length);
  const [key, iv] = [derive(1, cipher.keyBytes), derive(2, cipher.ivBytes)];
  if (!key.ok) return key;
  return iv.ok ? done({ cipher, key: key.value, iv: iv.value }) : iv;
}

async function findModernKey(parameters: ArrayBuffer | null | undefined, password: string): Promise<Outcome<FoundKey>> {
  const read = decode(parameters ?? new ArrayBuffer(0), Pbes2Parameters, 'the parameters of the encryption');
  if (!read.ok) return read;
  const { keyDerivationFunc: kdf, encryptionScheme: scheme } = read.value;
  const cipher = ciphers[scheme.algorithm];
  if (cipher === undefined) return refused(`cipher ${scheme.algorithm} is not supported`);
  if (kdf.algorithm !== pbkdf2Id) return refused(`key derivation ${kdf.algorithm} is not supported`);
  const derivation = decode(kdf.parameters ?? new ArrayBuffer(0), Pbkdf2Parameters, 'the key derivation');
  const iv = decode(scheme.parameters ?? new ArrayBuffer(0), OctetString, 'the initial vector');
  if (!derivation.ok) return derivation;
  if (!iv.ok) return iv;
  const { salt, iterationCount, prf } = derivation.value;
  const digest = prfs[prf?.algorithm ?? '1.2.840.113549.2.7'];
  if (digest === undefined) return refused(`key derivation with ${prf?.algorithm} is not supported`);
  const limit = checkWork(salt.buffer.byteLength, iterationCount, mostPbkdf2Iterations);
  if (limit !== undefined) return refused(limit);
  const key = await pbkdf2Key(password, Buffer.from(salt.buffer), iterationCount, cipher.keyBytes, digest);
  return done({ cipher, key, iv: Buffer.from(iv.value.buffer) });
}

/** What would keep us busy is refused: a count is one number for whoever writes it. */
function checkWork(saltLength: number, iterations: number, most: number): string | undefined {
  // The schema library gives a number of four octets and more as text.
  const count = Number(iterations);
  if (!Number.isInteger(count) || count < 1) return 'the iteration count makes no sense';
  if (count > most) return `more than ${most} iterations`;
  return saltLength > longestSalt ? 'the salt is too long' : undefined;
}

function pbkdf2Key(
  password: string,
  salt: Buffer,
  iterations: number,
  length: number,
  digest: string,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    pbkdf2(password, salt, iterations, length, digest, (error, key) => {
      if (error === null) resolve(key);
      else reject(error);
    });
  });
}

function decipher({ engine, keyBytes }: Cipher, key: Buffer, iv: Buffer, data: Buffer): Buffer | undefined {
  if (engine === 'rc2') return decipherRc2(key, 8 * keyBytes, iv, data);
  try {
    const decipher = createDecipheriv(engine, key, iv);
    return Buffer.concat([decipher.update(data), decipher.final()]);
  } catch {
    return undefined;
  }
}

/** PBES2 with PBKDF2-SHA256 and AES-256-CBC. */
export async function encryptByPassword(
  clear: Buffer,
  password: string,
  random: Random,
): Promise<{ readonly algorithm: AlgorithmIdentifier; readonly data: Buffer }> {
  const [salt, iv] = [random.bytes(16), random.bytes(16)];
  const key = await pbkdf2Key(password, salt, writtenIterations, 32, 'sha256');
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const data = Buffer.concat([cipher.update(clear), cipher.final()]);
  const derivation = Object.assign(new Pbkdf2Parameters(), {
    salt: new OctetString(arrayBuffer(salt)),
    iterationCount: writtenIterations,
    prf: new AlgorithmIdentifier({ algorithm: sha256Prf, parameters: null }),
  });
  const parameters = Object.assign(new Pbes2Parameters(), {
    keyDerivationFunc: identifier(pbkdf2Id, derivation),
    encryptionScheme: identifier(aes256, new OctetString(arrayBuffer(iv))),
  });
  return { algorithm: identifier(pbes2, parameters), data };
}

function identifier(algorithm: string, parameters: unknown): AlgorithmIdentifier {
  return new AlgorithmIdentifier({ algorithm, parameters: arrayBuffer(encode(parameters)) });
}

const blockBytes: Readonly<Record<string, number>> = { sha1: 64, sha256: 64, sha384: 128, sha512: 128 };

/**
 * RFC 7292 B.2. `purpose`: 1 a key, 2 an initial vector, 3 a key of a MAC.
 */
export function derivePkcs12(
  hash: string,
  purpose: number,
  password: string,
  salt: Buffer,
  iterations: number,
  length: number,
): Outcome<Buffer> {
  const limit = checkWork(salt.length, iterations, mostPkcs12Iterations);
  if (limit !== undefined) return refused(limit);
  const block = blockBytes[hash] ?? 64;
  const text = Buffer.from(`${password}\0`, 'utf16le').swap16();
  const diversifier = Buffer.alloc(block, purpose);
  const input = Buffer.concat([filled(salt, block), filled(text, block)]);
  const parts: Buffer[] = [];
  for (let have = 0; have < length; ) {
    let a: Buffer = createHash(hash).update(diversifier).update(input).digest();
    for (let i = 1; i < iterations; i++) a = createHash(hash).update(a).digest();
    parts.push(a);
    have += a.length;
    const b = Buffer.alloc(block, a);
    for (let at = 0; at < input.length; at += block) addTo(input.subarray(at, at + block), b);
  }
  return done(Buffer.concat(parts).subarray(0, length));
}

/** Repeated up to a multiple of the block. */
function filled(bytes: Buffer, block: number): Buffer {
  return bytes.length === 0 ? bytes : Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes);
}

/** `number` + `other` + 1, most significant octet first, what overflows dropped. */
function addTo(number: Buffer, other: Buffer): void {
  let carry = 1;
  for (let i = number.length - 1; i >= 0; i--) {
    carry += number[i]! + other[i]!;
    number[i] = carry & 0xff;
    carry >>= 8;
  }
}
