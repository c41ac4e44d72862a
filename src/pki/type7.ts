import { done, type Outcome, refused } from './outcome.ts';

/**
 * IOS "type 7" passwords: two decimal digits of offset, then the clear text XORed with a fixed table, in hex.
 * An obfuscation against a glance at the screen and nothing more.
 */
const table = Buffer.from('dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87', 'latin1');
const highestSeed = 15;
const longestClear = 128;

/** @param seed offset into the table, 0 to 15. Throws RangeError for another one. */
export function encodeType7(clear: string, seed: number): string {
  if (!Number.isInteger(seed) || seed < 0 || seed > highestSeed) throw new RangeError(`type 7 seed ${seed}`);
  const mixed = mix(Buffer.from(clear, 'latin1'), seed);
  return String(seed).padStart(2, '0') + mixed.toString('hex').toUpperCase();
}

export function decodeType7(text: string): Outcome<string> {
  if (!/^\d\d(?:[0-9A-Fa-f]{2})*$/.test(text) || text.length > 2 + 2 * longestClear) {
    return refused('not a type 7 password');
  }
  const seed = Number(text.slice(0, 2));
  if (seed > highestSeed) return refused('not a type 7 password');
  return done(mix(Buffer.from(text.slice(2), 'hex'), seed).toString('latin1'));
}

function mix(bytes: Buffer, seed: number): Buffer {
  return Buffer.from(bytes.map((byte, at) => byte ^ table[(seed + at) % table.length]!));
}
