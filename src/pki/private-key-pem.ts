import { createCipheriv, createDecipheriv, createHash, createPrivateKey, type KeyObject } from 'node:crypto';
import type { Random } from '../io/index.ts';
import { base64Lines, printPem } from './certificate.ts';
import { done, type Outcome, refused } from './outcome.ts';
import { openShrouded, readPkcs8 } from './pkcs12.ts';

/**
 * Private keys as text: PKCS#8 (encrypted or not) and the older form with `Proc-Type` and `DEK-Info` (RFC 1421), which is
 * what IOS writes. Current OpenSSL has no single DES any more; three equal keys make triple DES the same thing.
 */
const ciphers = {
  'DES-CBC': { engine: 'des-ede3-cbc', keyBytes: 8, ivBytes: 8 },
  'DES-EDE3-CBC': { engine: 'des-ede3-cbc', keyBytes: 24, ivBytes: 8 },
  'AES-128-CBC': { engine: 'aes-128-cbc', keyBytes: 16, ivBytes: 16 },
  'AES-192-CBC': { engine: 'aes-192-cbc', keyBytes: 24, ivBytes: 16 },
  'AES-256-CBC': { engine: 'aes-256-cbc', keyBytes: 32, ivBytes: 16 },
} as const;
type CipherName = keyof typeof ciphers;

const names = { des: 'DES-CBC', '3des': 'DES-EDE3-CBC', aes: 'AES-128-CBC' } as const;

const shortestPassphrase = 8;

/** Why a passphrase protects no private key; undefined when it does. */
export function checkPassphrase(passphrase: string): string | undefined {
  return passphrase.length < shortestPassphrase
    ? `the passphrase is shorter than ${shortestPassphrase} characters`
    : undefined;
}

/** PKCS#1, or SEC 1 for an EC key, in the older encrypted form. */
export function printPrivateKey(
  key: KeyObject,
  cipher: keyof typeof names,
  passphrase: string,
  random: Random,
): string {
  const name = names[cipher];
  const iv = random.bytes(ciphers[name].ivBytes);
  const engine = createCipheriv(ciphers[name].engine, deriveKey(name, passphrase, iv), iv);
  const [label, der] =
    key.asymmetricKeyType === 'ec'
      ? ['EC', key.export({ format: 'der', type: 'sec1' })]
      : ['RSA', key.export({ format: 'der', type: 'pkcs1' })];
  const body = base64Lines(Buffer.concat([engine.update(der), engine.final()])).join('\n');
  const head = `Proc-Type: 4,ENCRYPTED\nDEK-Info: ${name},${iv.toString('hex').toUpperCase()}`;
  return `-----BEGIN ${label} PRIVATE KEY-----\n${head}\n\n${body}\n-----END ${label} PRIVATE KEY-----\n`;
}

const longestKey = 64 * 1024;

/** Any of the forms above. Total; a reason never quotes the text or the passphrase. */
export async function readPrivateKey(text: string, passphrase: string): Promise<Outcome<KeyObject>> {
  if (text.length > longestKey) return refused('the text is too long');
  const shrouded = readShrouded(text);
  if (shrouded !== undefined) {
    // Not by the library: it would carry out any number of iterations that the text asks for.
    const der = await openShrouded(shrouded, passphrase);
    return der.ok ? readPkcs8(der.value) : refused(`the private key cannot be read: ${der.reason}`);
  }
  const traditional = readTraditional(text, passphrase);
  if (traditional !== undefined && !traditional.ok) return traditional;
  try {
    return done(createPrivateKey({ key: traditional?.value ?? cut(text), format: 'pem' }));
  } catch {
    // The library's words may depend on the passphrase; ours do not.
    return refused('the private key cannot be read: wrong passphrase or damaged text');
  }
}

/** The content of an `ENCRYPTED PRIVATE KEY` block. */
function readShrouded(text: string): Buffer | undefined {
  const [begin, ...body] = cut(text).split('\n');
  return begin === '-----BEGIN ENCRYPTED PRIVATE KEY-----'
    ? Buffer.from(body.slice(0, -2).join(''), 'base64')
    : undefined;
}

/** The first PRIVATE KEY block alone, lines trimmed: terminals add blanks. */
function cut(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  const begin = lines.findIndex((line) => /^-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----$/.test(line));
  const end = lines.findIndex((line, at) => at > begin && line.startsWith('-----END '));
  return begin < 0 || end < 0 ? '' : `${lines.slice(begin, end + 1).join('\n')}\n`;
}

/** Undefined when the text is not in the older encrypted form; else the same key as plain PEM. */
function readTraditional(text: string, passphrase: string): Outcome<string> | undefined {
  const lines = cut(text).split('\n');
  const info = lines
    .map((line) => /^DEK-Info: ?([A-Z0-9-]{1,20}),([0-9A-Fa-f]{16,32})$/.exec(line))
    .find((found) => found !== null);
  if (info === undefined) return undefined;
  const [, name, ivHex] = info;
  const label = lines[0]?.slice('-----BEGIN '.length, -'-----'.length) ?? '';
  if (!isCipher(name)) return refused('the cipher of the private key is not supported');
  const iv = Buffer.from(ivHex ?? '', 'hex');
  const body = lines.slice(lines.indexOf('') + 1).filter((line) => line !== '' && !line.startsWith('-----'));
  try {
    const engine = createDecipheriv(ciphers[name].engine, deriveKey(name, passphrase, iv), iv);
    const der = Buffer.concat([engine.update(Buffer.from(body.join(''), 'base64')), engine.final()]);
    return done(printPem(label, der));
  } catch {
    return refused('the private key cannot be read: wrong passphrase or damaged text');
  }
}

function isCipher(name: string | undefined): name is CipherName {
  return name !== undefined && Object.hasOwn(ciphers, name);
}

const saltBytes = 8;

/** OpenSSL's derivation for this form: MD5 over the last block, the passphrase and the first eight octets of the IV. */
function deriveKey(name: CipherName, passphrase: string, iv: Buffer): Buffer {
  const { keyBytes } = ciphers[name];
  const secret = Buffer.concat([Buffer.from(passphrase, 'utf8'), iv.subarray(0, saltBytes)]);
  let derived = Buffer.alloc(0);
  let block = Buffer.alloc(0);
  while (derived.length < keyBytes) {
    block = createHash('md5').update(block).update(secret).digest() as Buffer<ArrayBuffer>;
    derived = Buffer.concat([derived, block]);
  }
  const key = derived.subarray(0, keyBytes);
  return name === 'DES-CBC' ? Buffer.concat([key, key, key]) : key;
}
