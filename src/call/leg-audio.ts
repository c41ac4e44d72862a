import type { Address } from '../io/index.ts';
import {
  answerDirection,
  type CodecName,
  codecs,
  type Digit,
  type Direction,
  isSameAudio,
  type LocalAudio,
  narrowed,
  parseSdp,
  payloadMap,
  printAnswer,
  printOffer,
  type RemoteAudio,
  type RtpPort,
  remoteAudio,
  type Sdp,
  TelephoneEvents,
} from '../media/index.ts';
import type { Release } from './cause.ts';
import type { AllowedCodec } from './codec-class.ts';
import { PayloadNumbers } from './payload-numbers.ts';
import type { VoipPeer } from './settings.ts';

/** Payload type IOS offers telephone events with. */
const telephoneEventType = 101;

const malformed: Release = { cause: 127, status: 400 };
const notAcceptable: Release = { cause: 65, status: 488 };

/** What a peer proposes in mid-call. */
export interface Proposal {
  readonly sdp: Sdp;
  readonly remote: RemoteAudio;
  /** Those of its codecs that our dial peer allows, in its order. */
  readonly codecs: readonly CodecName[];
  /** It is not what holds already, sent once more to refresh the session. */
  readonly isNew: boolean;
}

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
  /** The peer's `o=`. */
  #origin = '';
  #agreed: CodecName | undefined;
  /** Of an offer of ours in mid-call, until it is answered. */
  #pending: { readonly codecs: readonly CodecName[]; readonly far: Direction } | undefined;
  /** What we do, and what the other leg's peer does, as both say. */
  #direction: Direction = 'sendrecv';
  #far: Direction = 'sendrecv';
  /** Our description as sent last. */
  #said = '';
  /** The other leg, whose peer hears what this one's says. */
  #partner: LegAudio | undefined;
  #isJoined = false;
  readonly #numbers = new PayloadNumbers();
  /** Who is told of keys that go on in another way than they came. */
  #keys: ((digit: Digit) => void) | undefined;
  #events: TelephoneEvents | undefined;

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
    return this.#agreed === undefined ? 0 : this.#bytesOf(this.#agreed);
  }
  get payloadType(): number | undefined {
    return this.#remote === undefined ? undefined : this.#payloadType(this.#agreed ?? 'g711ulaw');
  }
  /** Agreed on by both sides. */
  get telephoneEvent(): number | undefined {
    return this.#relaysDtmf() ? this.#remote?.telephoneEvent : undefined;
  }
  /** How keys reach the peer, as its dial peer allows and it has said: `inband` is by nothing but their tones. */
  get dtmf(): 'rtp-nte' | 'sip-info' | 'inband' {
    if (this.telephoneEvent !== undefined) return 'rtp-nte';
    return this.#takesInfo ? 'sip-info' : 'inband';
  }
  /** Whether the peer has described its side. */
  get known(): boolean {
    return this.#remote !== undefined;
  }
  /** What the peer does, as it says. */
  get remoteDirection(): Direction {
    return this.#remote?.direction ?? 'sendrecv';
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
    this.#origin = parsed.sdp.origin;
    this.#remote = remote;
    return common;
  }

  /** Whether our dial peer allows it. */
  takes(codec: CodecName): boolean {
    return this.#allowed.some(({ name }) => name === codec);
  }

  choose(codec: CodecName): void {
    this.#agreed = codec;
  }

  /** Before our offer: it names those that are allowed out of `codecs`. The answer settles which it is. */
  offerOf(codecs: readonly CodecName[]): void {
    this.#named = this.#allowed.map(({ name }) => name).filter((name) => codecs.includes(name));
    this.#agreed = this.#named[0];
  }

  /** Our answer to the offer that was read, or our offer when there was none. */
  describe(): string {
    const offered = this.#offered;
    const remote = this.#remote;
    if (offered === undefined || remote === undefined) {
      this.#direction = this.#far;
      return this.#print(printOffer);
    }
    this.#agree(remote);
    this.#direction = narrowed(this.#direction, this.#far);
    return this.#print((local) => printAnswer(local, offered, remote.index));
  }

  /** Reads the answer to our offer. Undefined when it fits, else why the leg cannot go on. */
  readAnswer(text: string): Release | undefined {
    const parsed = parseSdp(text);
    if (parsed.kind === 'malformed') return malformed;
    const remote = remoteAudio(parsed.sdp);
    const named =
      this.#pending?.codecs ??
      (this.#named.length > 0 ? this.#named : this.#agreed === undefined ? [] : [this.#agreed]);
    const chosen = remote?.codecs.find((codec) => named.includes(codec));
    if (remote === undefined || chosen === undefined) return notAcceptable;
    this.#agreed = chosen;
    // Early media has settled it: another answer of the same call must not change the codec.
    this.#named = [chosen];
    this.#far = this.#pending?.far ?? this.#far;
    this.#pending = undefined;
    this.#origin = parsed.sdp.origin;
    this.#agree(remote);
    return undefined;
  }

  /** Reads an offer in mid-call, and changes nothing. Undefined: we could not go on with it. */
  readChange(text: string): Proposal | undefined {
    const parsed = parseSdp(text);
    const remote = parsed.kind === 'sdp' ? remoteAudio(parsed.sdp) : undefined;
    if (parsed.kind !== 'sdp' || remote === undefined) return undefined;
    const { sdp } = parsed;
    const codecs = remote.codecs.filter((codec) => this.#allowed.some(({ name }) => name === codec));
    const known = this.#remote;
    const isNew = sdp.origin !== this.#origin || known === undefined || !isSameAudio(known, remote);
    return { sdp, remote, codecs, isNew };
  }

  /**
   * Our offer in mid-call, of those of `codecs` that our dial peer allows, to send and receive as `far`, the other leg's peer,
   * does. Undefined when there are none. Holds when `readAnswer` has taken its answer; `stay` when there will be none.
   */
  offerAgain(codecs: readonly CodecName[], far: Direction): string | undefined {
    const named = this.#allowed.map(({ name }) => name).filter((name) => codecs.includes(name));
    // What is spoken now stays, where that is possible.
    const first = this.#agreed !== undefined && named.includes(this.#agreed) ? this.#agreed : named[0];
    if (first === undefined) return undefined;
    const alternatives = named.filter((name) => name !== first);
    this.#pending = { codecs: [first, ...alternatives], far };
    return this.#print(printOffer, first, alternatives, far);
  }

  /** The offer was not taken. */
  stay(): void {
    this.#pending = undefined;
  }

  /**
   * Takes what the peer proposed, with the codec and the direction of the other leg's. Returns our answer; undefined when that
   * codec was not proposed, and then nothing has changed.
   */
  accept({ sdp, remote }: Proposal, codec: CodecName | undefined, far: Direction): string | undefined {
    if (codec === undefined || !remote.codecs.includes(codec)) return undefined;
    this.#agreed = codec;
    this.#named = [codec];
    this.#origin = sdp.origin;
    this.#far = far;
    this.#agree(remote);
    this.#direction = narrowed(this.#direction, far);
    return this.#print((local) => printAnswer(local, sdp, remote.index));
  }

  /**
   * A new offer in mid-call that the other leg is not told of. Returns our answer; undefined when it does not go on with the
   * codec of the call, and then nothing has changed. An empty offer asks for ours (RFC 3261 14.2), which is to hold nobody.
   */
  answerAgain(text: string): string | undefined {
    if (text === '') return this.#print(printOffer, undefined, undefined, this.#far);
    const proposal = this.readChange(text);
    return proposal && this.accept(proposal, this.#agreed, this.#far);
  }

  /** What the other leg's peer does, `far`, is what we do to this one; and what that takes is what is agreed on here. */
  follow(far: LegAudio): void {
    this.#far = far.remoteDirection;
    this.#partner = far;
  }

  /** Tells `keys` what the peer presses in telephone events that the other leg takes in another form. */
  onKey(keys: (digit: Digit) => void): void {
    this.#keys = keys;
  }

  /** Hands the packets of each side on to the other, in the numbers of whoever receives them. */
  join(other: LegAudio): void {
    this.#partner = other;
    other.#partner = this;
    this.#isJoined = true;
    other.#isJoined = true;
    this.#relayBoth();
  }

  #relayBoth(): void {
    if (!this.#isJoined) return;
    this.#relay();
    if (this.#partner !== undefined) this.#partner.#relay();
  }

  #relay(): void {
    const far = this.#partner;
    if (far === undefined || this.#port === undefined || far.#port === undefined) return;
    const codec = this.#agreed;
    const type = codec === undefined || !far.known ? undefined : far.#payloadType(codec);
    this.#port.relayTo(far.#port, payloadMap(this.#numbers.towards(codec, type, far.telephoneEvent)), (packet) =>
      this.#read(packet),
    );
  }

  #read(packet: Buffer): void {
    if (this.#partner?.dtmf !== 'sip-info') return;
    this.#events ??= new TelephoneEvents();
    for (const digit of this.#events.read(packet)) this.#keys?.(digit);
  }

  free(): void {
    this.#isJoined = false;
    this.#port?.relayTo(undefined);
    this.#port?.free();
    this.#port = undefined;
  }

  #agree(remote: RemoteAudio): void {
    this.#remote = remote;
    this.#direction = answerDirection(remote.direction);
    this.#port?.pin(remote.address);
    this.#relayBoth();
  }

  /** The version of `o=` goes up with every change, and with nothing else (RFC 3264 8). */
  #print(
    print: (local: LocalAudio) => string,
    codec = this.#agreed ?? 'g711ulaw',
    alternatives: readonly CodecName[] = this.#remote === undefined ? this.#named.slice(1) : [],
    direction = this.#direction,
  ): string {
    const local = this.#local(codec, alternatives, direction);
    this.#numbers.note(local);
    this.#relayBoth();
    const same = print(local);
    if (this.#said === '' || same === this.#said) this.#said = same;
    else this.#said = print({ ...local, version: ++this.#version });
    return this.#said;
  }

  #local(codec: CodecName, alternatives: readonly CodecName[], direction: Direction): LocalAudio {
    const { host, port } = this.#port?.local ?? { host: '0.0.0.0', port: 0 };
    return {
      host,
      port,
      sessionId: this.#sessionId,
      version: this.#version,
      codec,
      payloadType: this.#payloadType(codec),
      bytes: this.#bytesOf(codec),
      alternatives,
      telephoneEvent: this.#telephoneEvent(),
      direction,
    };
  }

  #bytesOf(codec: CodecName): number {
    return this.#allowed.find(({ name }) => name === codec)?.bytes ?? codecs[codec].defaultBytes;
  }

  /** The peer's number for the codec when it gave one, so that both directions use the same. */
  #payloadType(codec: CodecName): number {
    const at = this.#remote?.codecs.indexOf(codec) ?? -1;
    return this.#remote?.payloadTypes[at] ?? codecs[codec].payloadType;
  }

  #telephoneEvent(): number | undefined {
    if (!this.#relaysDtmf() || this.#partner?.takesEvents === false) return undefined;
    return this.#remote === undefined ? telephoneEventType : this.#remote.telephoneEvent;
  }

  /** Whether telephone events reach the peer, in some form, as far as it has said: nothing makes tones of them here. */
  get takesEvents(): boolean {
    if (this.#takesInfo) return true;
    return this.#relaysDtmf() && (this.#remote === undefined || this.#remote.telephoneEvent !== undefined);
  }

  get #takesInfo(): boolean {
    return this.#peer?.dtmfRelay.includes('sip-info') ?? false;
  }

  #relaysDtmf(): boolean {
    return this.#peer?.dtmfRelay.includes('rtp-nte') ?? false;
  }
}
