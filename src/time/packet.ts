/** A 64-bit NTP timestamp as it stands in a packet: seconds since 1900, and a fraction of 2^32. 0: not known. */
export type NtpTimestamp = bigint;

/** The header of an NTP packet (RFC 5905 7.3), durations in milliseconds. */
export interface NtpPacket {
  /** 3: the sender's clock is not synchronised. */
  readonly leap: number;
  readonly version: number;
  /** 3 client, 4 server. */
  readonly mode: number;
  readonly stratum: number;
  readonly pollExponent: number;
  /** Of the sender's clock: a power of two, in seconds. */
  readonly precision: number;
  readonly rootDelayMs: number;
  readonly rootDispersionMs: number;
  /** Four octets: an address, or four characters where the stratum is 0 or 1. */
  readonly referenceId: Buffer;
  readonly reference: NtpTimestamp;
  readonly originate: NtpTimestamp;
  readonly receive: NtpTimestamp;
  readonly transmit: NtpTimestamp;
}

const headerOctets = 48;
const clientMode = 3;

/**
 * A question to a server. `nonce` stands where our time would: the server echoes it, and nobody who did not see the question
 * can. It also tells the server nothing about our clock.
 */
export function encodeQuestion(version: number, nonce: NtpTimestamp): Buffer {
  const packet = Buffer.alloc(headerOctets);
  packet[0] = (version << 3) | clientMode;
  packet.writeBigUInt64BE(nonce, 40);
  return packet;
}

/** Undefined: too short to be a packet. What follows the header (extensions, a digest) is not looked at. */
export function decodePacket(data: Buffer): NtpPacket | undefined {
  if (data.length < headerOctets) return undefined;
  const flags = data.readUInt8(0);
  return {
    leap: flags >> 6,
    version: (flags >> 3) & 7,
    mode: flags & 7,
    stratum: data.readUInt8(1),
    pollExponent: data.readInt8(2),
    precision: data.readInt8(3),
    rootDelayMs: shortMs(data.readUInt32BE(4)),
    rootDispersionMs: shortMs(data.readUInt32BE(8)),
    referenceId: Buffer.from(data.subarray(12, 16)),
    reference: data.readBigUInt64BE(16),
    originate: data.readBigUInt64BE(24),
    receive: data.readBigUInt64BE(32),
    transmit: data.readBigUInt64BE(40),
  };
}

/** 16 bits of seconds, 16 of fraction. */
function shortMs(value: number): number {
  return (value / 65_536) * 1000;
}

const secondsTo1970 = 2_208_988_800;
const era = 2 ** 32;

/**
 * Milliseconds since 1970. RFC 4330 3: with the first bit set the seconds count from 1900, else from 2036, so that our own clock
 * need not be right to understand them.
 */
export function timestampMs(timestamp: NtpTimestamp): number {
  const seconds = Number(timestamp >> 32n);
  const since1900 = seconds >= era / 2 ? seconds : seconds + era;
  return (since1900 - secondsTo1970) * 1000 + (Number(timestamp & 0xffff_ffffn) / era) * 1000;
}

/** The timestamp of an instant, milliseconds since 1970. */
export function timestampOf(at: number): NtpTimestamp {
  const seconds = Math.floor(at / 1000);
  const fraction = Math.floor(((at - seconds * 1000) / 1000) * era);
  return (BigInt((seconds + secondsTo1970) % era) << 32n) | BigInt(fraction);
}

/** `10.16.2.2`, or `.GPS.` where the four octets are a name. */
export function referenceText(stratum: number, id: Buffer): string {
  if (stratum > 1) return [...id].join('.');
  return `.${id.toString('latin1').replace(/[^\x21-\x7e]/g, '')}.`;
}
