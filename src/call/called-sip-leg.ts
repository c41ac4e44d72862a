import { type Credential, credentialOf } from '../sip/auth/index.ts';
import type { GivenReason, SessionHandler, SipSession } from '../sip/session.ts';
import { causeGiven, type Release, releaseOfStatus } from './cause.ts';
import type { AllowedCodec } from './codec-class.ts';
import { bindOf, type EffectiveSettings } from './effective-settings.ts';
import type { CalledLeg, CallerLeg, LegOwner } from './leg.ts';
import { LegAudio } from './leg-audio.ts';
import { type LegWorld, mediaHost } from './leg-world.ts';
import { type DialPeer, redirectsDefault, type TargetAddress, type VoipPeer } from './settings.ts';
import { SipLeg } from './sip-leg.ts';

const noPort: Release = { cause: 47 };
const noMedia: Release = { cause: 65, status: 488 };

function isHome({ sessionTarget }: VoipPeer): boolean {
  return sessionTarget?.kind === 'sip-server' || sessionTarget?.kind === 'registrar';
}

/** A call through a VoIP dial peer: our INVITE. */
export class CalledSipLeg extends SipLeg implements CalledLeg, SessionHandler {
  protected session: SipSession | undefined;
  protected readonly tenant: number;
  readonly #target: TargetAddress;
  readonly #effective: EffectiveSettings;
  readonly #via: VoipPeer;
  readonly #callerPeer: DialPeer | undefined;
  readonly #hopsLeft: number | undefined;

  constructor(
    world: LegWorld,
    owner: LegOwner,
    peer: VoipPeer,
    target: TargetAddress,
    effective: EffectiveSettings,
    /** What the peer allows, the preferred first. */
    allowed: readonly AllowedCodec[],
    caller: Pick<CallerLeg, 'calling' | 'called' | 'hopsLeft' | 'peer' | 'audio' | 'codecs'>,
  ) {
    super(world, owner, peer, caller.calling, caller.called, new LegAudio(peer, allowed, world.random()));
    this.audio.offerOf(caller.codecs);
    if (caller.audio !== undefined) this.audio.follow(caller.audio);
    this.tenant = effective.tenant;
    this.#effective = effective;
    this.#via = peer;
    this.#callerPeer = caller.peer;
    this.#hopsLeft = caller.hopsLeft;
    this.#target = target;
  }

  begin(): void {
    const { userAgent, statistics } = this.world;
    const { transport, scheme, tenant, outboundProxy: proxy, localName, rel1xx, tcpWhenLong } = this.#effective;
    this.session = userAgent.invite(
      {
        target: this.#target,
        transport,
        scheme,
        tenant,
        bind: this.#via.bind?.control,
        ...(proxy === undefined ? {} : { proxy }),
        ...(localName === undefined ? {} : { localName }),
        ...(isHome(this.#via) ? { isHome: true } : {}),
        calling: this.calling,
        called: this.called,
        ...(this.#hopsLeft === undefined ? {} : { maxForwards: this.#hopsLeft - 1 }),
        ...(this.#via.assertedId === undefined ? {} : { assertedId: this.#via.assertedId }),
        redirectsAtMost: this.settings.redirection ? (this.#via.maxRedirects ?? redirectsDefault) : 0,
        rel1xx,
        tcpWhenLong,
        offer: (localHost) => this.#offer(localHost),
        tally: statistics.of(this.#via),
      },
      this,
    );
  }

  progressed(status: number, sdp: string | undefined): void {
    if (this.over) return;
    const early = sdp !== undefined && sdp !== '';
    const failure = early ? this.audio.readAnswer(sdp) : undefined;
    if (failure !== undefined) return this.abandon(failure);
    if (status < 180) return;
    this.alerted = true;
    this.owner.alerting(this, early);
  }

  answered(sdp: string | undefined): void {
    if (this.over) return;
    const failure = sdp !== undefined && sdp !== '' ? this.audio.readAnswer(sdp) : undefined;
    // A 200 without description is fine after a reliable or early one (RFC 6337 2.2); without any there is no audio.
    if (failure !== undefined || !this.audio.known) return this.abandon(failure ?? noMedia);
    this.connected();
    this.owner.connected(this);
  }

  /** A cause in the Reason of a final response (RFC 6432) is believed where the configuration says so. */
  failed(status: number, _reason: string, given: GivenReason = {}): void {
    const { settings } = this;
    const more = settings.reasonOverride && given.q850 !== undefined ? causeGiven({ q850: given.q850 }, settings) : {};
    this.finish({ ...releaseOfStatus(status, this.world.sip), ...more, received: status });
  }

  /** Those of this peer, then those of the telephone's that calls or sent the call on, then those of its tenant or of `sip-ua`. */
  credentialFor(realm: string): Credential | undefined {
    const levels = [this.#via.authentication, this.#callerPeer?.authentication, this.settings.authentication];
    for (const entries of levels) {
      const credential = entries === undefined ? undefined : credentialOf(realm, entries);
      if (credential !== undefined) return credential;
    }
    return undefined;
  }

  protected override hangUp({ cause }: Release): void {
    this.session?.release(undefined, undefined, cause);
  }

  #offer(localHost: string): string {
    const host = mediaHost(this.world.media(bindOf(this.#via, this.settings)), localHost);
    if (this.audio.localAddress?.host !== host) this.#takePort(host);
    return this.audio.describe();
  }

  /** The offer cannot wait for a port; should there be none after all, the leg ends as soon as this INVITE is on its way. */
  #takePort(host: string | undefined): void {
    const port = this.over || host === undefined ? undefined : this.world.rtp.take(host);
    if (port === undefined) this.world.clock.after(0, () => this.abandon(noPort));
    else {
      this.audio.use(port);
      port.onFailure(() => this.abandon(noPort));
    }
  }
}
