import { type Tlv, type TlvReader, timeOf } from './tlv.ts';

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  enumerated: 0x0a,
  sequence: 0x30,
  explicit0: 0xa0,
  explicit1: 0xa1,
  explicit2: 0xa2,
} as const;
export const times = [0x17, 0x18] as const;

/** Carries words out of a reader of DER; without words the bytes are just no such thing. */
export class Unreadable extends Error {}

export function need(tlv: Tlv | undefined): Tlv {
  if (tlv === undefined) throw new Unreadable();
  return tlv;
}

/** What an EXPLICIT tag is around. */
export function inside(reader: TlvReader, explicit: Tlv): TlvReader {
  const content = reader.within(explicit);
  return content.within(need(content.next()));
}

export function timeAt(der: Uint8Array, tlv: Tlv): number {
  const time = timeOf(der, tlv);
  if (time === undefined) throw new Unreadable('a time in it cannot be read');
  return time;
}

/** The dotted identifier of an AlgorithmIdentifier. */
export function algorithmOf(der: Buffer, reader: TlvReader, tlv: Tlv): string {
  return oidText(der, need(reader.within(tlv).next(tags.oid)));
}

interface Extension {
  readonly id: string;
  readonly critical: boolean;
  readonly value: Buffer;
}

const mostExtensions = 32;

export function extensionsOf(der: Buffer, reader: TlvReader): readonly Extension[] {
  const found: Extension[] = [];
  while (!reader.isAtEnd) {
    const one = reader.within(need(reader.next(tags.sequence)));
    const id = oidText(der, need(one.next(tags.oid)));
    const flag = one.next(tags.boolean);
    const value = need(one.next(tags.octets));
    if (!one.isAtEnd || found.length >= mostExtensions || found.some((other) => other.id === id)) {
      throw new Unreadable();
    }
    found.push({
      id,
      critical: flag !== undefined && der[flag.start] !== 0,
      value: der.subarray(value.start, value.end),
    });
  }
  return found;
}

export function oidText(der: Buffer, { start, end }: Tlv): string {
  if (end - start < 1 || end - start > 40) throw new Unreadable();
  const numbers: number[] = [];
  let value = 0;
  for (const byte of der.subarray(start, end)) {
    value = value * 128 + (byte & 0x7f);
    if (value > Number.MAX_SAFE_INTEGER) throw new Unreadable();
    if (byte < 0x80) {
      numbers.push(value);
      value = 0;
    }
  }
  const [first = 0, ...rest] = numbers;
  const top = Math.min(2, Math.floor(first / 40));
  return [top, first - top * 40, ...rest].join('.');
}
