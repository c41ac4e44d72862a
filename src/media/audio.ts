import type { Address } from '../io/index.ts';
import { connectionAddress } from './address.ts';
import { type CodecName, codecNames, codecs, packetMs } from './codec.ts';
import type { Direction, Sdp, SdpMedia } from './sdp.ts';

/** Our side of an audio stream: what an offer or an answer of ours says. */
export interface LocalAudio {
  readonly host: string;
  readonly port: number;
  /** `o=`: the same for the life of the session; the version goes up by one with every change (RFC 3264 8). */
  readonly sessionId: number;
  readonly version: number;
  readonly codec: CodecName;
  readonly payloadType: number;
  /** Offered behind `codec`, with their usual payload types; an answer of ours names one codec. */
  readonly alternatives: readonly CodecName[];
  /** Payload bytes of a packet. */
  readonly bytes: number;
  /** Payload type of telephone events (RFC 4733), undefined for none. */
  readonly telephoneEvent: number | undefined;
  readonly direction: Direction;
}

/** The peer's side: the first audio stream over plain RTP that it uses. */
export interface RemoteAudio {
  /** Which m-line. */
  readonly index: number;
  /** Codecs of ours that it named, in its order, and the payload type it gave each. */
  readonly codecs: readonly CodecName[];
  readonly payloadTypes: readonly number[];
  readonly telephoneEvent: number | undefined;
  /** Where it receives; undefined when it named no address. */
  readonly address: Address | undefined;
  readonly direction: Direction;
}

/** Finds the peer's audio stream in its description; undefined when there is none we could speak on. */
export function remoteAudio(sdp: Sdp): RemoteAudio | undefined {
  for (let index = 0; index < sdp.media.length; index++) {
    const medium = sdp.media[index]!;
    if (medium.kind !== 'audio' || medium.port === 0 || medium.protocol !== 'RTP/AVP') continue;
    const named = readFormats(medium);
    if (named.codecs.length > 0) return { index, ...named, ...whereTo(medium) };
  }
  return undefined;
}

/** Whether both describe the same: where to send, in what, and in which directions. */
export function isSameAudio(one: RemoteAudio, other: RemoteAudio): boolean {
  return (
    one.direction === other.direction &&
    one.address?.host === other.address?.host &&
    one.address?.port === other.address?.port &&
    one.telephoneEvent === other.telephoneEvent &&
    one.codecs.join() === other.codecs.join() &&
    one.payloadTypes.join() === other.payloadTypes.join()
  );
}

function readFormats(medium: SdpMedia): Pick<RemoteAudio, 'codecs' | 'payloadTypes' | 'telephoneEvent'> {
  const found: CodecName[] = [];
  const payloadTypes: number[] = [];
  let telephoneEvent: number | undefined;
  for (const format of medium.formats) {
    const payloadType = Number(format);
    if (!(payloadType >= 0 && payloadType <= 127)) continue;
    const encoding = medium.encodings.get(format);
    const name = codecOf(payloadType, encoding);
    if (name !== undefined && !found.includes(name)) {
      found.push(name);
      payloadTypes.push(payloadType);
    } else if (encoding === 'TELEPHONE-EVENT/8000') telephoneEvent ??= payloadType;
  }
  return { codecs: found, payloadTypes, telephoneEvent };
}

/** A static payload type needs no rtpmap; a mapping, where there is one, decides (RFC 3551 6). */
function codecOf(payloadType: number, encoding: string | undefined): CodecName | undefined {
  for (const name of codecNames) {
    const codec = codecs[name];
    if (encoding === undefined) {
      if (payloadType === codec.payloadType) return name;
    } else if (encoding === `${codec.encoding}/8000` || encoding === `${codec.encoding}/8000/1`) return name;
  }
  return undefined;
}

/** `c=0.0.0.0` is hold as RFC 2543 wrote it: the peer hears nothing and has no address. */
function whereTo({ host, port, direction }: SdpMedia): Pick<RemoteAudio, 'address' | 'direction'> {
  if (host === '0.0.0.0') return { address: undefined, direction: direction === 'sendrecv' ? 'sendonly' : direction };
  return { address: host === '' ? undefined : { host, port }, direction };
}

/** What we do with a stream the peer describes as `direction` (RFC 3264 6.1), ready to send and receive ourselves. */
export function answerDirection(direction: Direction): Direction {
  if (direction === 'sendonly') return 'recvonly';
  if (direction === 'recvonly') return 'sendonly';
  return direction;
}

/** What is left of a stream that both ends restrict (RFC 3264 6.1). */
export function narrowed(one: Direction, other: Direction): Direction {
  const sends = isSending(one) && isSending(other);
  const receives = isReceiving(one) && isReceiving(other);
  if (sends) return receives ? 'sendrecv' : 'sendonly';
  return receives ? 'recvonly' : 'inactive';
}

function isSending(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'sendonly';
}

function isReceiving(direction: Direction): boolean {
  return direction === 'sendrecv' || direction === 'recvonly';
}

/** An offer: one audio stream, in Cisco's layout. */
export function printOffer(local: LocalAudio): string {
  return printSession(local) + printAudio(local);
}

/** An answer: the offer's m-lines one for one, all but the chosen one refused with port 0 (RFC 3264 6). */
export function printAnswer(local: LocalAudio, offer: Sdp, chosen: number): string {
  let text = printSession(local);
  for (let i = 0; i < offer.media.length; i++) {
    const medium = offer.media[i]!;
    text += i === chosen ? printAudio(local) : `m=${medium.kind} 0 ${medium.protocol} ${medium.formats.join(' ')}\r\n`;
  }
  return text;
}

function printSession({ host, sessionId, version }: LocalAudio): string {
  const where = connectionAddress(host);
  return `v=0\r\no=CiscoSystemsSIP-GW-UserAgent ${sessionId} ${version} ${where}\r\ns=SIP Call\r\nc=${where}\r\nt=0 0\r\n`;
}

function printAudio(local: LocalAudio): string {
  const event = local.telephoneEvent;
  const named = [
    printCodec(local.codec, local.payloadType),
    ...local.alternatives.map((name) => printCodec(name, codecs[name].payloadType)),
  ];
  const types = [local.payloadType, ...local.alternatives.map((name) => codecs[name].payloadType)];
  const events = event === undefined ? '' : `a=rtpmap:${event} telephone-event/8000\r\na=fmtp:${event} 0-16\r\n`;
  const direction = local.direction === 'sendrecv' ? '' : `a=${local.direction}\r\n`;
  return (
    `m=audio ${local.port} RTP/AVP ${types.join(' ')}${event === undefined ? '' : ` ${event}`}\r\n` +
    `c=${connectionAddress(local.host)}\r\n${named.join('')}${events}` +
    `a=ptime:${packetMs(local.codec, local.bytes)}\r\n${direction}`
  );
}

function printCodec(name: CodecName, type: number): string {
  const { encoding, parameters } = codecs[name];
  return `a=rtpmap:${type} ${encoding}/8000\r\n${parameters === '' ? '' : `a=fmtp:${type} ${parameters}\r\n`}`;
}
