import { done, type Outcome, refused } from '../outcome.ts';
import { TlvReader } from '../revocation/tlv.ts';
import { idData } from './envelope.ts';

const ids = { data: idData, signedData: '1.2.840.113549.1.7.2' } as const;

const tags = { integer: 0x02, objectId: 0x06, sequence: 0x30, set: 0x31, context0: 0xa0, context1: 0xa1 } as const;

/**
 * A degenerate SignedData that holds a CRL and nothing else (RFC 8894 3.3.4). Written out by hand: the schema library has no
 * place for a CRL in it, and reading a long one only to write it again would cost more than all the rest.
 */
export function crlOnly(crl: Buffer): Buffer {
  const signedData = element(
    tags.sequence,
    element(tags.integer, Buffer.from([1])),
    element(tags.set),
    element(tags.sequence, objectId(ids.data)),
    element(tags.context1, crl),
    element(tags.set),
  );
  return element(tags.sequence, objectId(ids.signedData), element(tags.context0, signedData));
}

/** The first CRL of a SignedData, as it stands there: proving it is the reader's work. Total. */
export function readCrlOnly(content: Buffer): Outcome<Buffer> {
  const reader = new TlvReader(content);
  const info = reader.next(tags.sequence);
  const fields = info && reader.within(info);
  if (fields?.next(tags.objectId) === undefined) return refused('the answer is not signed data');
  const explicit = fields.next(tags.context0);
  const inner = explicit && fields.within(explicit);
  const signedData = inner?.next(tags.sequence);
  const parts = signedData && inner?.within(signedData);
  for (let part = parts?.next(); part !== undefined; part = parts?.next()) {
    const crl = part.tag === tags.context1 ? parts?.within(part).next(tags.sequence) : undefined;
    if (crl !== undefined) return done(content.subarray(crl.at, crl.end));
  }
  return refused('the answer holds no CRL');
}

function element(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from([tag]), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length);
  const short = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.from([0x80 | short.length]), short]);
}

function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return element(tags.objectId, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(value: number): readonly number[] {
  const digits = [value & 0x7f];
  for (let left = value >>> 7; left > 0; left >>>= 7) digits.unshift((left & 0x7f) | 0x80);
  return digits;
}
