import { createHash, type KeyObject } from 'node:crypto';
import type { UserKey } from './settings.ts';

/** Kinds of keys that a user may prove who he is with (RFC 4253 6.6, RFC 5656, RFC 8709). */
const types = ['ssh-rsa', 'ssh-ed25519', 'ecdsa-sha2-nistp256', 'ecdsa-sha2-nistp384', 'ecdsa-sha2-nistp521'] as const;

const longestKey = 8192;

/**
 * A public key as it is pasted: base64 over several lines, with or without the type in front and a comment behind, as
 * OpenSSH writes it. Undefined when it is none.
 */
export function readPublicKey(lines: readonly string[]): UserKey | undefined {
  const [first = '', ...rest] = lines.join('\n').trim().split(/\s+/);
  const isType = (types as readonly string[]).includes(first);
  // Behind the type stands one word and a comment; without it every line is part of the key.
  const base64 = isType ? bodyOf(rest) : [first, ...rest].join('');
  if (base64.length > longestKey || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined;
  const type = typeOf(Buffer.from(base64, 'base64'));
  if (type === undefined || (isType && type !== first)) return undefined;
  return { kind: 'key', type, base64 };
}

/** Words of base64 as they were wrapped, up to the one that ends the key: its own length says which. */
function bodyOf(words: readonly string[]): string {
  let text = '';
  for (const word of words) {
    if (text !== '' && isWhole(Buffer.from(text, 'base64'))) break;
    text += word;
  }
  return text;
}

/** Whether the fields of a key end exactly at the end of the bytes (RFC 4253 6.6). */
function isWhole(bytes: Buffer): boolean {
  let at = 0;
  let fields = 0;
  while (at + 4 <= bytes.length) {
    at += 4 + bytes.readUInt32BE(at);
    fields++;
  }
  return at === bytes.length && fields >= 2;
}

function typeOf(bytes: Buffer): string | undefined {
  if (!isWhole(bytes)) return undefined;
  const name = bytes.subarray(4, 4 + bytes.readUInt32BE(0)).toString('latin1');
  return types.find((type) => type === name);
}

/** Whether this is the key that is meant, `data` being its wire form. */
export function isKey(key: UserKey, data: Buffer): boolean {
  if (key.kind === 'key') return Buffer.from(key.base64, 'base64').equals(data);
  return createHash('md5').update(data).digest('hex').toUpperCase() === key.md5;
}

/** A public key as OpenSSH writes it: RSA in its two numbers (RFC 4253 6.6), EC as curve and point (RFC 5656 3.1). */
export function opensshKey(key: KeyObject): string {
  const { n = '', e = '', crv = '', x = '', y = '' } = key.export({ format: 'jwk' });
  const number = (text: string): Buffer => Buffer.from(text, 'base64url');
  if (key.asymmetricKeyType === 'rsa') return opensshText(['ssh-rsa', mpint(number(e)), mpint(number(n))]);
  const curve = `nist${crv.toLowerCase().replace('-', '')}`;
  return opensshText([`ecdsa-sha2-${curve}`, curve, Buffer.concat([Buffer.of(4), number(x), number(y)])]);
}

function opensshText(fields: readonly [string, ...(string | Buffer)[]]): string {
  const bytes = fields.flatMap((field) => {
    const content = Buffer.from(field);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(content.length);
    return [length, content];
  });
  return `${fields[0]} ${Buffer.concat(bytes).toString('base64')}`;
}

/** A positive number: a leading zero keeps its highest bit from being read as a sign (RFC 4251 5). */
function mpint(number: Buffer): Buffer {
  return (number[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), number]) : number;
}
