import { createCipheriv, createDecipheriv, createHmac, scrypt, scryptSync } from 'node:crypto';

/** scrypt at 32 MiB: about a tenth of a second for whoever tries one configuration key. */
const cost = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 2 ** 20 } as const;
const derivedBytes = 64;
const keyBytes = 32;
export const saltBytes = 8;
const nonceBytes = 12;
const tagBytes = 16;
const mostForeign = 16;
const longestSealed = 64 * 1024;

/** What a configuration key becomes with a salt: a key that wraps other keys, and one that seals data. */
export interface DerivedKeys {
  readonly wrapping: Buffer;
  readonly sealing: Buffer;
}

export function deriveKeys(password: string, salt: Buffer): Promise<DerivedKeys> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, derivedBytes, cost, (error, derived) => {
      if (error === null) resolve(halves(derived));
      else reject(error);
    });
  });
}

function halves(derived: Buffer): DerivedKeys {
  return { wrapping: derived.subarray(0, keyBytes), sealing: derived.subarray(keyBytes) };
}

/**
 * AES-256-GCM: nonce, ciphertext, tag. `context` is authenticated with it. The nonce comes from what is sealed (RFC 8452's
 * thought, with HMAC): the same text under the same key is the same sealed text, so a saved configuration does not change by itself.
 */
export function seal(key: Buffer, clear: Buffer, context: string): Buffer {
  const nonceKey = createHmac('sha256', key).update('nonce').digest();
  const nonce = createHmac('sha256', nonceKey)
    .update(`${context.length} ${context}`)
    .update(clear)
    .digest()
    .subarray(0, nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(context));
  return Buffer.concat([nonce, cipher.update(clear), cipher.final(), cipher.getAuthTag()]);
}

/** Undefined when it was not sealed with this key and context. */
export function unseal(key: Buffer, sealed: Buffer, context: string): Buffer | undefined {
  if (sealed.length < nonceBytes + tagBytes) return undefined;
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes), { authTagLength: tagBytes })
    .setAAD(Buffer.from(context))
    .setAuthTag(sealed.subarray(-tagBytes));
  try {
    return Buffer.concat([decipher.update(sealed.subarray(nonceBytes, -tagBytes)), decipher.final()]);
  } catch {
    return undefined;
  }
}

export interface VaultKey {
  /** The salt it was derived with; names it. */
  readonly salt: Buffer;
  readonly sealing: Buffer;
}

const passwordContext = 'type 6 password';

/**
 * Seals with the configuration key that is set, and opens what was sealed with it, with one before it, or by another
 * gateway that has the same one. Sealed text names the salt of its key: base64url of salt, then what `seal` gives.
 */
export class KeyVault {
  readonly #password: string;
  readonly #current: VaultKey;
  readonly #former: readonly VaultKey[];
  readonly #foreign = new Map<string, Buffer>();

  constructor(password: string, current: VaultKey, former: readonly VaultKey[]) {
    this.#password = password;
    this.#current = current;
    this.#former = former;
  }

  /** Whether this is the configuration key. */
  isKey(password: string): boolean {
    return password === this.#password;
  }

  get keys(): readonly VaultKey[] {
    return [this.#current, ...this.#former];
  }

  /** Whether it was sealed with the key that is set now. */
  isCurrent(sealed: string): boolean {
    return decode(sealed)?.salt.equals(this.#current.salt) === true;
  }

  seal(clear: Buffer, context: string): string {
    const { salt, sealing } = this.#current;
    return Buffer.concat([salt, seal(sealing, clear, context)]).toString('base64url');
  }

  /** Total: undefined for what cannot be opened. */
  open(sealed: string, context: string): Buffer | undefined {
    const parts = decode(sealed);
    return parts && unseal(this.#sealingKey(parts.salt), parts.body, context);
  }

  /** The text behind `password 6`. */
  sealPassword(clear: string): string {
    return this.seal(Buffer.from(clear), passwordContext);
  }

  openPassword(sealed: string): string | undefined {
    return this.open(sealed, passwordContext)?.toString();
  }

  /** Derived once for each gateway that a password came from; it takes a tenth of a second then. */
  #sealingKey(salt: Buffer): Buffer {
    const own = this.keys.find((key) => key.salt.equals(salt));
    if (own !== undefined) return own.sealing;
    const id = salt.toString('hex');
    const known = this.#foreign.get(id);
    if (known !== undefined) return known;
    const derived = halves(scryptSync(this.#password, salt, derivedBytes, cost)).sealing;
    if (this.#foreign.size >= mostForeign) this.#foreign.clear();
    this.#foreign.set(id, derived);
    return derived;
  }
}

function decode(sealed: string): { readonly salt: Buffer; readonly body: Buffer } | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(sealed) || sealed.length > longestSealed) return undefined;
  const bytes = Buffer.from(sealed, 'base64url');
  if (bytes.length < saltBytes + nonceBytes + tagBytes) return undefined;
  return { salt: bytes.subarray(0, saltBytes), body: bytes.subarray(saltBytes) };
}
