import { type NtpPacket, timestampOf } from './packet.ts';

/** What a test server says instead of what it should. */
export type Lies = Partial<Omit<NtpPacket, 'mode' | 'originate'>> & {
  readonly mode?: number;
  /** Does not echo the question. */
  readonly originate?: bigint;
  /** Cut after so many octets. */
  readonly length?: number;
};

/** The answer of a good server of stratum 2 at `at` (milliseconds since the epoch), but for its lies. */
export function answerTo(question: Buffer, at: number, lies: Lies = {}): Buffer {
  const packet = {
    leap: 0,
    version: 4,
    mode: 4,
    stratum: 2,
    pollExponent: 6,
    precision: -20,
    rootDelayMs: 2,
    rootDispersionMs: 1,
    referenceId: Buffer.from([10, 16, 2, 2]),
    reference: timestampOf(at - 1000),
    originate: question.readBigUInt64BE(40),
    receive: timestampOf(at),
    transmit: timestampOf(at),
    ...lies,
  };
  const data = Buffer.alloc(48);
  data[0] = (packet.leap << 6) | (packet.version << 3) | packet.mode;
  data[1] = packet.stratum;
  data.writeInt8(packet.pollExponent, 2);
  data.writeInt8(packet.precision, 3);
  data.writeUInt32BE(Math.round((packet.rootDelayMs / 1000) * 65_536), 4);
  data.writeUInt32BE(Math.round((packet.rootDispersionMs / 1000) * 65_536), 8);
  packet.referenceId.copy(data, 12);
  data.writeBigUInt64BE(packet.reference, 16);
  data.writeBigUInt64BE(packet.originate, 24);
  data.writeBigUInt64BE(packet.receive, 32);
  data.writeBigUInt64BE(packet.transmit, 40);
  return data.subarray(0, lies.length ?? data.length);
}
