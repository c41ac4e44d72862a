/**
 * RC2 (RFC 2268), deciphering only. Current OpenSSL has it no more, and files of others from before 2020 hide their
 * certificates, which are no secret, in its 40-bit form.
 */

/** The permutation of RFC 2268 2, drawn from the digits of pi. */
const pi = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb6266fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);
const blockBytes = 8;

/** CBC with PKCS#5 padding. Undefined when the padding is wrong. `keyBits` is the effective key length. */
export function decipherRc2(key: Buffer, keyBits: number, iv: Buffer, data: Buffer): Buffer | undefined {
  if (data.length === 0 || data.length % blockBytes !== 0 || iv.length !== blockBytes) return undefined;
  const words = expandKey(key, keyBits);
  const clear = Buffer.alloc(data.length);
  let before = iv;
  for (let at = 0; at < data.length; at += blockBytes) {
    const block = data.subarray(at, at + blockBytes);
    decipherBlock(words, block).forEach((byte, i) => {
      clear[at + i] = byte ^ before[i]!;
    });
    before = block;
  }
  const padding = clear.at(-1)!;
  const isPadded = padding >= 1 && padding <= blockBytes && clear.subarray(-padding).every((byte) => byte === padding);
  return isPadded ? clear.subarray(0, -padding) : undefined;
}

/** RFC 2268 2: 64 words of 16 bits. */
function expandKey(key: Buffer, bits: number): Uint16Array {
  const bytes = Buffer.alloc(128);
  key.copy(bytes);
  const effective = Math.ceil(bits / 8);
  const mask = 0xff >> (8 * effective - bits);
  for (let i = key.length; i < bytes.length; i++) bytes[i] = pi[(bytes[i - 1]! + bytes[i - key.length]!) & 0xff]!;
  bytes[128 - effective] = pi[bytes[128 - effective]! & mask]!;
  for (let i = 127 - effective; i >= 0; i--) bytes[i] = pi[bytes[i + 1]! ^ bytes[i + effective]!]!;
  return Uint16Array.from({ length: 64 }, (_, i) => bytes.readUInt16LE(2 * i));
}

const rotations = [1, 2, 3, 5] as const;

/** RFC 2268 4: five, six and five mixing rounds backwards with a mashing round between. */
function decipherBlock(words: Uint16Array, block: Buffer): Buffer {
  const r = Uint16Array.from({ length: 4 }, (_, i) => block.readUInt16LE(2 * i));
  for (let round = 15; round >= 0; round--) {
    for (let i = 3; i >= 0; i--) {
      const turn = rotations[i as 0 | 1 | 2 | 3];
      const rotated = (r[i]! >> turn) | (r[i]! << (16 - turn));
      const [one, two, three] = [r[(i + 3) & 3]!, r[(i + 2) & 3]!, r[(i + 1) & 3]!];
      r[i] = rotated - words[4 * round + i]! - (one & two) - (~one & three);
    }
    if (round === 11 || round === 5) for (let i = 3; i >= 0; i--) r[i] = r[i]! - words[r[(i + 3) & 3]! & 63]!;
  }
  const clear = Buffer.alloc(blockBytes);
  r.forEach((word, i) => {
    clear.writeUInt16LE(word, 2 * i);
  });
  return clear;
}
