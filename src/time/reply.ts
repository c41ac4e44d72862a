import { decodePacket, type NtpPacket, type NtpTimestamp, timestampMs } from './packet.ts';

/** What was asked, and when, on the monotonic clock. */
export interface Question {
  readonly nonce: NtpTimestamp;
  readonly sentAt: number;
}

/** One measurement of a server's clock. Milliseconds throughout. */
export interface Sample {
  /** What is to be added to the monotonic clock to have the time of day: our own wall clock plays no part in it. */
  readonly base: number;
  readonly delayMs: number;
  /** How far off it may be by the precision of both clocks. */
  readonly errorMs: number;
  /** When the answer came, on the monotonic clock. */
  readonly at: number;
  readonly packet: NtpPacket;
}

export type ReplyRule =
  /** The server's own clock is not synchronised: leap 3, or stratum 0 or 16. */
  | 'unsynchronised'
  /** Its distance from the true time is too great, or what it says of it makes no sense. */
  | 'distance'
  /** It says that it took longer than the whole exchange, or answered before it was asked. */
  | 'time';

export type Reply =
  | { readonly kind: 'sample'; readonly sample: Sample }
  /** RFC 5905 7.4: the server asks to be asked less, or never again. */
  | { readonly kind: 'kiss'; readonly code: string }
  | { readonly kind: 'refused'; readonly rule: ReplyRule }
  /** No answer to this question: somebody else's datagram, which must not end the wait for the real one. */
  | { readonly kind: 'foreign' };

const serverMode = 4;
const synchronisedBelow = 16;
/** RFC 5905 7.2, MAXDIST, as servers use it. */
export const mostDistanceMs = 1500;
/** Two clocks that count in milliseconds may disagree that much about the length of an exchange. */
const grainMs = 2;
const monotonicPrecisionMs = 1;

/** Judges what came from the address that was asked. `now`: the monotonic clock. */
export function judgeReply(data: Buffer, question: Question, now: number): Reply {
  const packet = decodePacket(data);
  if (packet === undefined || packet.mode !== serverMode || packet.originate !== question.nonce) {
    return { kind: 'foreign' };
  }
  if (packet.stratum === 0) return kissOf(packet);
  if (packet.leap === 3 || packet.stratum >= synchronisedBelow || packet.transmit === 0n || packet.receive === 0n) {
    return { kind: 'refused', rule: 'unsynchronised' };
  }
  if (packet.rootDelayMs / 2 + packet.rootDispersionMs >= mostDistanceMs) return { kind: 'refused', rule: 'distance' };
  return measure(packet, question, now);
}

function kissOf({ leap, referenceId }: NtpPacket): Reply {
  const code = referenceId.toString('latin1');
  if (/^[A-Z]{4}$/.test(code)) return { kind: 'kiss', code };
  return { kind: 'refused', rule: leap === 3 ? 'unsynchronised' : 'distance' };
}

function measure(packet: NtpPacket, { sentAt }: Question, now: number): Reply {
  const received = timestampMs(packet.receive);
  const sent = timestampMs(packet.transmit);
  const delay = now - sentAt - (sent - received);
  if (sent < received || delay < -grainMs) return { kind: 'refused', rule: 'time' };
  const sample: Sample = {
    base: (received - sentAt + (sent - now)) / 2,
    delayMs: Math.max(0, delay),
    errorMs: precisionMs(packet.precision) + monotonicPrecisionMs,
    at: now,
    packet,
  };
  return { kind: 'sample', sample };
}

/** A server that claims a precision of years is taken to mean a second. */
function precisionMs(exponent: number): number {
  return exponent >= 0 ? 1000 : 2 ** exponent * 1000;
}
