import type { Timer } from '../io/index.ts';
import type { Digit } from '../media/index.ts';
import type {
  DialogMessage,
  GivenReason,
  OfferCarrier,
  ReceivedRefer,
  ReferVerdict,
  SessionEnd,
  SipSession,
} from '../sip/session.ts';
import { type SipSettings, timerDefaults } from '../sip/settings.ts';
import { settingsOfTenant } from '../sip/tenant.ts';
import { causeGiven, type Release } from './cause.ts';
import { printDtmfInfo, readDtmfInfo } from './dtmf-info.ts';
import type { Leg, LegOwner, ReferableLeg } from './leg.ts';
import type { LegAudio } from './leg-audio.ts';
import { LegTimes } from './leg-times.ts';
import type { LegWorld } from './leg-world.ts';
import type { NegotiableLeg } from './renegotiation.ts';
import type { LegReport } from './report.ts';
import type { VoipPeer } from './settings.ts';

const endings: Readonly<Record<SessionEnd, Release>> = {
  bye: { cause: 16 },
  cancelled: { cause: 16 },
  lost: { cause: 41 },
  'no-ack': { cause: 102 },
  expired: { cause: 102 },
};
const heldTooLong: Release = { cause: 102 };

/** What both kinds of SIP leg do alike: offers in mid-call, the end, and the report. */
export abstract class SipLeg implements Leg, NegotiableLeg {
  readonly id: number;
  readonly protocol = 'sip';
  readonly peer: VoipPeer | undefined;
  readonly calling: string;
  readonly called: string;
  readonly audio: LegAudio;
  protected readonly world: LegWorld;
  protected owner: LegOwner;
  protected over = false;
  protected alerted = false;
  readonly #times: LegTimes;
  #holdTimer: Timer | undefined;

  protected constructor(
    world: LegWorld,
    owner: LegOwner,
    peer: VoipPeer | undefined,
    calling: string,
    called: string,
    audio: LegAudio,
  ) {
    this.id = world.nextLeg();
    this.world = world;
    this.owner = owner;
    this.peer = peer;
    this.calling = calling;
    this.called = called;
    this.audio = audio;
    this.#times = new LegTimes(world.clock);
    audio.onKey((digit) => void owner.pressed(this, digit));
  }

  /** The tenant of its settings; 0: none. */
  protected abstract readonly tenant: number;
  protected abstract readonly session: SipSession | undefined;

  get negotiable(): NegotiableLeg {
    return this;
  }

  /** `SessionHandler.legName`. */
  get legName(): string {
    return `${this.id}/${this.owner.guid}`;
  }

  get leg(): number {
    return this.id;
  }

  get takesOffers(): boolean {
    return !this.over && this.audio.known && this.session?.takesOffers === true;
  }

  /** A key, where the dial peer takes them so. Whoever agreed on telephone events sends each key in them already. */
  messaged(message: DialogMessage): number {
    const digit = readDtmfInfo(message);
    if (digit === undefined || this.peer?.dtmfRelay.includes('sip-info') !== true) return 415;
    if (this.over) return 481;
    if (this.audio.dtmf === 'rtp-nte') return 200;
    return this.owner.pressed(this, digit) ? 200 : 488;
  }

  press(digit: Digit): boolean {
    return this.audio.dtmf === 'sip-info' && this.session?.tell(printDtmfInfo(digit)) === true;
  }

  /** Passed to the other leg's peer; where there is none, or nothing new, answered here. */
  offered(sdp: string, carrier: OfferCarrier): void {
    if (this.over || this.owner.offered(this, sdp, carrier)) return;
    const answer = this.audio.answerAgain(sdp);
    if (answer === undefined) this.refuseOffer(488);
    else this.answerOffer(answer);
    this.changed();
  }

  /** The peer's answer to an offer of ours: where it hears us from now on. */
  offerAnswered(status: number, sdp: string | undefined): void {
    if (this.over || this.owner.offerAnswered(this, status, sdp)) return;
    if (status >= 300 || sdp === undefined || sdp === '') return;
    const failure = this.audio.readAnswer(sdp);
    if (failure !== undefined) this.abandon(failure);
    else this.changed();
  }

  offerWithdrawn(): void {
    if (!this.over) this.owner.offerWithdrawn(this);
  }

  referred(refer: ReceivedRefer): ReferVerdict {
    return this.over ? { status: 481 } : this.owner.referred(this, refer);
  }

  get referable(): ReferableLeg | undefined {
    return this.over ? undefined : this.session;
  }

  handTo(owner: LegOwner): void {
    this.owner = owner;
  }

  ask(sdp: string | undefined, carrier: OfferCarrier): void {
    if (sdp === undefined) this.session?.askForOffer();
    else this.session?.offer(sdp, carrier === 'UPDATE' ? 'UPDATE' : 'INVITE');
  }

  answerOffer(sdp: string): void {
    this.session?.answerOffer(sdp);
  }

  refuseOffer(status: number): void {
    this.session?.refuseOffer(status);
  }

  withdrawOffer(): void {
    this.session?.withdrawOffer();
  }

  fail(release: Release): void {
    this.abandon(release);
  }

  /** `timers hold`: nobody is kept waiting for ever. */
  changed(): void {
    if (!this.audio.held || this.over) {
      this.#holdTimer?.cancel();
      this.#holdTimer = undefined;
    } else {
      const minutes = this.settings.timers.hold ?? timerDefaults.hold;
      this.#holdTimer ??= this.world.clock.after(minutes * 60_000, () => this.abandon(heldTooLong));
    }
  }

  ended(cause: SessionEnd, given?: GivenReason): void {
    this.finish(given === undefined ? endings[cause] : { ...endings[cause], ...causeGiven(given, this.world.sip) });
  }

  release(release: Release): void {
    if (this.over) return;
    this.close();
    this.hangUp(release);
  }

  report(call: number, other: Leg | undefined): LegReport {
    const { session, audio } = this;
    const port = audio.port;
    return {
      id: this.id,
      otherId: other?.id ?? 0,
      call,
      protocol: 'sip',
      direction: session?.direction === 'in' ? 'Answer' : 'Originate',
      peer: this.peer?.tag ?? 0,
      calling: this.calling,
      called: this.called,
      state: this.#state(),
      setupAt: this.#times.setupAt,
      connectMs: this.#times.connectMs,
      durationMs: this.#times.durationMs,
      sent: { packets: port?.sentPackets ?? 0, bytes: port?.sentBytes ?? 0 },
      received: { packets: port?.receivedPackets ?? 0, bytes: port?.receivedBytes ?? 0 },
      codec: audio.codec,
      sip: {
        callId: session?.callId ?? '',
        transport: session?.transport ?? 'udp',
        localHost: session?.localHost,
        remoteSignalling: session?.remote,
        localMedia: audio.localAddress,
        remoteMedia: audio.remoteAddress,
        payloadType: audio.payloadType,
        codecBytes: audio.bytes,
        telephoneEvent: audio.telephoneEvent,
        dtmf: audio.dtmf,
      },
    };
  }

  protected abstract hangUp(release: Release): void;

  /** What is configured now for its tenant. */
  protected get settings(): SipSettings {
    return settingsOfTenant(this.world.sip, this.tenant);
  }

  protected connected(): void {
    this.#times.connect();
  }

  /** The leg ended by itself: cleans up and tells the owner. */
  protected finish(release: Release): void {
    if (this.over) return;
    this.close();
    this.owner.ended(this, release);
  }

  /** We end the leg for a reason of its own: the session too, and the owner is told. */
  protected abandon(release: Release): void {
    if (this.over) return;
    this.release(release);
    this.owner.ended(this, release);
  }

  protected close(): void {
    this.over = true;
    this.#holdTimer?.cancel();
    this.#holdTimer = undefined;
    this.audio.free();
    this.world.use.leave(this.peer);
  }

  #state(): LegReport['state'] {
    if (this.#times.connectMs !== undefined) return this.audio.held ? 'held' : 'active';
    return this.alerted ? 'alerting' : 'connecting';
  }
}
