import { createHash, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto';

/**
 * Stored passwords as IOS writes them: type 5 `$1$salt$hash` (MD5), type 8 `$8$salt$hash` (PBKDF2 with SHA-256, 20,000
 * rounds), type 9 `$9$salt$hash` (scrypt, N 16384, r 1, p 1). Types 8 and 9 use base64 with an alphabet of their own.
 * What we make is type 9; all three are checked.
 */
const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const cisco = './0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const hashBytes = 32;

/** Random bytes that a salt is made of. */
export const saltBytes = 10;

/** Longest password that is looked at: hashing costs, and the length is the peer's choice. */
const longestPassword = 256;

const shapes = {
  '5': /^\$1\$[./0-9A-Za-z]{1,8}\$[./0-9A-Za-z]{22}$/,
  '8': /^\$8\$[./0-9A-Za-z]{14}\$[./0-9A-Za-z]{43}$/,
  '9': /^\$9\$[./0-9A-Za-z]{14}\$[./0-9A-Za-z]{43}$/,
} as const;

export type SecretType = keyof typeof shapes;

/** Whether a text is a stored password of that type. */
export function isSecret(type: SecretType, text: string): boolean {
  return shapes[type].test(text);
}

/** The type of a stored password, for `secret 5 $1$...`. */
export function secretType(stored: string): SecretType {
  return stored.startsWith('$1$') ? '5' : stored.startsWith('$8$') ? '8' : '9';
}

/** A password as it is stored. `salt` is ten random bytes. */
export async function hashSecret(clear: string, salt: Buffer): Promise<string> {
  const text = ciscoBase64(salt.subarray(0, saltBytes));
  return `$9$${text}$${ciscoBase64(await scryptOf(clear, text))}`;
}

/** Whether `clear` is the password. False for a stored text of no known form. Costs some tens of milliseconds, off the main thread. */
export async function verifySecret(stored: string, clear: string): Promise<boolean> {
  const [, , salt = '', hash = ''] = stored.split('$');
  if (clear.length > longestPassword || hash === '') return false;
  return same(await hashed(secretType(stored), clear, salt), hash);
}

async function hashed(type: SecretType, clear: string, salt: string): Promise<string> {
  if (type === '5') return md5Crypt(Buffer.from(clear), Buffer.from(salt));
  return ciscoBase64(await (type === '8' ? pbkdf2Of : scryptOf)(clear, salt));
}

/** Compares two texts without telling by the time it takes where they differ. */
export function same(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}

function scryptOf(clear: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(clear, salt, hashBytes, { N: 16_384, r: 1, p: 1 }, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function pbkdf2Of(clear: string, salt: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    pbkdf2(clear, salt, 20_000, hashBytes, 'sha256', (error, key) => (error ? reject(error) : resolve(key)));
  });
}

function ciscoBase64(bytes: Buffer): string {
  return bytes
    .toString('base64')
    .replace(/=/g, '')
    .replace(/./g, (c) => cisco[standard.indexOf(c)] ?? '');
}

/** The MD5 scheme of FreeBSD's crypt: a thousand rounds that mix password, salt and the digest so far. */
function md5Crypt(password: Buffer, salt: Buffer): string {
  const inner = md5(password, salt, password);
  const first: Buffer[] = [password, Buffer.from('$1$'), salt];
  for (let left = password.length; left > 0; left -= 16) first.push(inner.subarray(0, Math.min(16, left)));
  for (let bits = password.length; bits > 0; bits >>= 1)
    first.push((bits & 1) === 1 ? Buffer.of(0) : password.subarray(0, 1));
  let digest = md5(...first);
  for (let round = 0; round < 1000; round++) {
    const odd = (round & 1) === 1;
    digest = md5(
      odd ? password : digest,
      round % 3 === 0 ? none : salt,
      round % 7 === 0 ? none : password,
      odd ? digest : password,
    );
  }
  return md5CryptText(digest);
}

const none = Buffer.alloc(0);

function md5(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('md5');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Bytes of the digest in the order in which the scheme writes them, three to a group, the lowest six bits first. */
const groups = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;

function md5CryptText(digest: Buffer): string {
  const at = (i: number): number => digest[i] ?? 0;
  const whole = groups.map(([a, b, c]) => sixBits((at(a) << 16) | (at(b) << 8) | at(c), 4));
  return [...whole, sixBits(at(11), 2)].join('');
}

function sixBits(value: number, count: number): string {
  return Array.from({ length: count }, (_, i) => cisco[(value >>> (6 * i)) & 63]).join('');
}
