import type { CodecName, RtpPort } from '../media/index.ts';
import type { ArrivalUri, IncomingInvite, SessionHandler, SipSession } from '../sip/session.ts';
import { type Release, statusOf } from './cause.ts';
import type { AllowedCodec } from './codec-class.ts';
import { bindOf } from './effective-settings.ts';
import type { CallerLeg, LegOwner } from './leg.ts';
import { LegAudio } from './leg-audio.ts';
import { type LegWorld, mediaHost } from './leg-world.ts';
import type { VoipPeer } from './settings.ts';
import { SipLeg } from './sip-leg.ts';

const noPort: Release = { cause: 47 };

/** An INVITE from the network, as the caller's leg. */
export class CallerSipLeg extends SipLeg implements CallerLeg, SessionHandler {
  protected readonly session: SipSession;
  protected readonly tenant: number;
  /** Why the offer cannot be taken; undefined when it can. */
  readonly refusal: Release | undefined;
  readonly hopsLeft: number | undefined;
  readonly requested: ArrivalUri | undefined;
  readonly redirecting: string | undefined;
  readonly #offered: readonly CodecName[];
  readonly #source: string;
  #early = false;

  constructor(
    world: LegWorld,
    owner: LegOwner,
    peer: VoipPeer | undefined,
    allowed: readonly AllowedCodec[],
    invite: Pick<
      IncomingInvite,
      'session' | 'requestUri' | 'tenant' | 'maxForwards' | 'source' | 'sdp' | 'calling' | 'called'
    >,
    asked: Pick<CallerLeg, 'requested' | 'redirecting'>,
  ) {
    super(world, owner, peer, invite.calling, invite.called, new LegAudio(peer, allowed, world.random()));
    this.session = invite.session;
    this.tenant = peer?.tenant ?? invite.tenant;
    this.hopsLeft = invite.maxForwards;
    this.requested = asked.requested;
    this.redirecting = asked.redirecting;
    this.#source = invite.source.host;
    const offer = this.audio.readOffer(invite.sdp);
    this.refusal = 'cause' in offer ? offer : undefined;
    this.#offered = 'cause' in offer ? [] : offer;
  }

  /** Once the caller has had its answer with early media, the codec is fixed. */
  get codecs(): readonly CodecName[] {
    const agreed = this.audio.codec;
    return this.#early && agreed !== undefined ? [agreed] : this.#offered;
  }

  prepare(then: (failure: Release | undefined) => void): void {
    const media = this.world.media(bindOf(this.peer, this.settings));
    const host = mediaHost(media, this.session.localHost ?? this.#source);
    if (host === undefined) return then(noPort);
    const isKnown = this.session.localHost !== undefined || media !== 'with signaling';
    if (isKnown && host !== '0.0.0.0' && host !== '::') this.#takePort(host, then);
    else
      this.world.network.sourceAddress(this.#source).then(
        (found) => this.#takePort(found, then),
        () => then(noPort),
      );
  }

  choose(codec: CodecName): void {
    this.audio.choose(codec);
  }

  alert(early: boolean): void {
    if (this.over || (early ? this.#early : this.alerted)) return;
    this.alerted = true;
    this.#early = early;
    if (early) this.session.progress(183, this.audio.describe());
    else this.session.progress(180);
  }

  connect(): void {
    if (this.over) return;
    this.connected();
    this.session.answer(this.audio.describe());
  }

  progressed(): void {}
  answered(): void {}
  failed(): void {
    this.finish({ cause: 41 });
  }

  protected override hangUp(release: Release): void {
    const { cause } = release;
    if (this.session.state === 'confirmed') this.session.release(undefined, undefined, cause);
    else this.session.release(statusOf(release, this.world.sip), undefined, cause);
  }

  #takePort(host: string, then: (failure: Release | undefined) => void): void {
    this.world.rtp.allocate(host, (port: RtpPort | undefined) => {
      if (this.over) port?.free();
      else if (port === undefined) then(noPort);
      else {
        this.audio.use(port);
        port.onFailure(() => this.abandon(noPort));
        then(undefined);
      }
    });
  }
}
