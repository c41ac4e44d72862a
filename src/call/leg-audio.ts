import type { Address } from '../io/index.ts';
import {
  answerDirection,
  type CodecName,
  codecs,
  type Direction,
  type LocalAudio,
  parseSdp,
  printAnswer,
  printOffer,
  type RemoteAudio,
  type RtpPort,
  remoteAudio,
  type Sdp,
} from '../media/index.ts';
import type { Release } from './cause.ts';
import type { AllowedCodec } from './codec-class.ts';
import type { VoipPeer } from './settings.ts';

/** Payload type IOS offers telephone events with. */
const telephoneEventType = 101;

const malformed: Release = { cause: 127, status: 400 };
const notAcceptable: Release = { cause: 65, status: 488 };

/**
 * The audio of one SIP leg: our RTP port, what the peer described, and what both agreed on (RFC 3264). It makes our
 * offers and answers and keeps the version of `o=`.
 */
export class LegAudio {
  readonly #peer: VoipPeer | undefined;
  /** What the dial peer allows, the preferred first. */
  readonly #allowed: readonly AllowedCodec[];
  /** What our offer names. */
  #named: readonly CodecName[] = [];
  readonly #sessionId: number;
  #version: number;
  #port: RtpPort | undefined;
  #offered: Sdp | undefined;
  #remote: RemoteAudio | undefined;
  #agreed: CodecName | undefined;
  #direction: Direction = 'sendrecv';

  /**
   * `peer` undefined: the default peer, any codec and no DTMF relay. `allowed`: the codecs of its class, or its one codec.
   * `seed`: any number, for the ids of `o=`.
   */
  constructor(peer: VoipPeer | undefined, allowed: readonly AllowedCodec[], seed: number) {
    this.#peer = peer;
    this.#allowed = allowed;
    this.#sessionId = seed % 10_000;
    this.#version = (seed >>> 8) % 10_000;
    this.#agreed = peer === undefined ? undefined : allowed[0]?.name;
  }

  get port(): RtpPort | undefined {
    return this.#port;
  }
  get codec(): CodecName | undefined {
    return this.#agreed;
  }
  get localAddress(): Address | undefined {
    return this.#port?.local;
  }
  get remoteAddress(): Address | undefined {
    return this.#remote?.address;
  }
  get bytes(): number {
    const typed = this.#allowed.find(({ name }) => name === this.#agreed)?.bytes;
    return typed ?? (this.#agreed === undefined ? 0 : codecs[this.#agreed].defaultBytes);
  }
  get payloadType(): number | undefined {
    return this.#remote === undefined ? undefined : this.#payloadType();
  }
  /** Agreed on by both sides. */
  get telephoneEvent(): number | undefined {
    return this.#relaysDtmf() ? this.#remote?.telephoneEvent : undefined;
  }
  /** Whether the peer has described its side. */
  get known(): boolean {
    return this.#remote !== undefined;
  }
  get held(): boolean {
    return this.#direction !== 'sendrecv';
  }

  use(port: RtpPort): void {
    this.#port?.free();
    this.#port = port;
  }

  /**
   * Reads the offer of an incoming call. Returns the codecs our dial peer allows out of it, in the offer's order, or why
   * there are none. Without an offer (RFC 3261 13.3.1) ours goes into the 200, with any codec allowed.
   */
  readOffer(text: string | undefined): readonly CodecName[] | Release {
    const allowed = this.#allowed.map(({ name }) => name);
    if (text === undefined) return allowed;
    const parsed = parseSdp(text);
    if (parsed.kind === 'malformed') return malformed;
    const remote = remoteAudio(parsed.sdp);
    const common = remote?.codecs.filter((codec) => allowed.includes(codec)) ?? [];
    if (common.length === 0) return notAcceptable;
    this.#offered = parsed.sdp;
    this.#remote = remote;
    return common;
  }

  choose(codec: CodecName): void {
    this.#agreed = codec;
  }

  /** Before our offer: it names all that is allowed. The answer settles which it is. */
  offerAllowed(): void {
    this.#named = this.#allowed.map(({ name }) => name);
  }

  /** Our answer to the offer that was read, or our offer when there was none. */
  describe(): string {
    if (this.#offered === undefined || this.#remote === undefined) return printOffer(this.#local());
    this.#agree(this.#remote);
    return printAnswer(this.#local(), this.#offered, this.#remote.index);
  }

  /** Reads the answer to our offer. Undefined when it fits, else why the leg cannot go on. */
  readAnswer(text: string): Release | undefined {
    const parsed = parseSdp(text);
    if (parsed.kind === 'malformed') return malformed;
    const remote = remoteAudio(parsed.sdp);
    const named = this.#named.length > 0 ? this.#named : this.#agreed === undefined ? [] : [this.#agreed];
    const chosen = remote?.codecs.find((codec) => named.includes(codec));
    if (remote === undefined || chosen === undefined) return notAcceptable;
    this.#agreed = chosen;
    // Early media has settled it: another answer of the same call must not change the codec.
    this.#named = [chosen];
    this.#agree(remote);
    return undefined;
  }

  /**
   * A new offer in mid-call (hold, resume, session refresh). Returns our answer; undefined when it does not go on with the
   * codec of the call, and then nothing has changed. An empty offer asks for ours (RFC 3261 14.2).
   */
  answerAgain(text: string): string | undefined {
    if (text === '') {
      this.#version++;
      return printOffer(this.#local());
    }
    const parsed = parseSdp(text);
    const remote = parsed.kind === 'sdp' ? remoteAudio(parsed.sdp) : undefined;
    if (parsed.kind !== 'sdp' || remote === undefined) return undefined;
    if (this.#agreed === undefined || !remote.codecs.includes(this.#agreed)) return undefined;
    this.#version++;
    this.#agree(remote);
    return printAnswer(this.#local(), parsed.sdp, remote.index);
  }

  /** Hands the packets of each side on to the other. */
  join(other: LegAudio): void {
    if (this.#port === undefined || other.#port === undefined) return;
    this.#port.relayTo(other.#port);
    other.#port.relayTo(this.#port);
  }

  free(): void {
    this.#port?.relayTo(undefined);
    this.#port?.free();
    this.#port = undefined;
  }

  #agree(remote: RemoteAudio): void {
    this.#remote = remote;
    this.#direction = answerDirection(remote.direction);
    this.#port?.pin(remote.address);
  }

  #local(): LocalAudio {
    const { host, port } = this.#port?.local ?? { host: '0.0.0.0', port: 0 };
    return {
      host,
      port,
      sessionId: this.#sessionId,
      version: this.#version,
      codec: this.#agreed ?? 'g711ulaw',
      payloadType: this.#payloadType(),
      alternatives: this.#remote === undefined ? this.#named.slice(1) : [],
      bytes: this.bytes,
      telephoneEvent: this.#telephoneEvent(),
      direction: this.#direction,
    };
  }

  /** The peer's number for the codec when it gave one, so that both directions use the same. */
  #payloadType(): number {
    const codec = this.#agreed ?? 'g711ulaw';
    const at = this.#remote?.codecs.indexOf(codec) ?? -1;
    return this.#remote?.payloadTypes[at] ?? codecs[codec].payloadType;
  }

  #telephoneEvent(): number | undefined {
    if (!this.#relaysDtmf()) return undefined;
    return this.#remote === undefined ? telephoneEventType : this.#remote.telephoneEvent;
  }

  #relaysDtmf(): boolean {
    return this.#peer?.dtmfRelay.includes('rtp-nte') ?? false;
  }
}
