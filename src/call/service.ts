import { descriptorShares } from '../io/index.ts';
import { RtpPorts, rtpPortsWithin } from '../media/index.ts';
import { type PortReport, VoicePorts } from '../port/index.ts';
import type { SipStatistics } from '../sip/index.ts';
import type { IncomingInvite, InviteReceiver, ReferVerdict, SessionHandler } from '../sip/session.ts';
import type { SipSettings } from '../sip/settings.ts';
import { Attempts } from './attempts.ts';
import { type Availability, isPortBusiedOut, isServerBusy, nothingKnown, type WatchedState } from './availability.ts';
import { Call, type CallOwner } from './call.ts';
import { CallAdmission } from './call-admission.ts';
import { CallRecords } from './call-records.ts';
import { CallerSipLeg } from './caller-sip-leg.ts';
import { type Release, statusOf } from './cause.ts';
import { codecsOf } from './codec-class.ts';
import { checkDialPlan, DialPlan, mayTakeCalls } from './dial-plan.ts';
import { effectiveSettings } from './effective-settings.ts';
import type { CallFace } from './face.ts';
import type { Route } from './hunt.ts';
import type { CalledLeg, CallerLeg } from './leg.ts';
import type { LegWorld } from './leg-world.ts';
import { expand } from './number-expansion.ts';
import { PeerStatistics } from './peer-statistics.ts';
import { PeerUse } from './peer-use.ts';
import { barred, congestion, noCircuit, noRoute, stopped } from './refusals.ts';
import type {
  ActiveCalls,
  CallAdmissionReport,
  CallCounters,
  CallRecord,
  DialPeerSummary,
  DialPlanMatch,
  LegReport,
  PeerCalls,
  SimulatedCall,
} from './report.ts';
import { Routing } from './routing.ts';
import { ServerHunt } from './server-hunt.ts';
import {
  type CallNeeds,
  type CallOptions,
  type CallSettings,
  callDefaults,
  mediaPlace,
  stopOf,
} from './service-settings.ts';
import type { GroupServer } from './settings.ts';
import { SimulatedCalls } from './simulated-calls.ts';
import { summarize } from './summary.ts';
import { takeOver } from './takeover.ts';
import { type TransferNeeds, Transfers } from './transfers.ts';
import { translateNumbers } from './translation.ts';
import { wantedProofs } from './wanted-proofs.ts';

const shuttingDown: Release = { cause: 41 };

/** Legs read the configuration of the moment from here. */
type Surroundings = Omit<LegWorld, 'sip'> & { sip: SipSettings };

/** The room's face: owns the calls in being, the ports, the RTP sockets and the dial plan. */
export class CallService implements CallFace, CallOwner, InviteReceiver {
  readonly name = 'calls';
  readonly #options: CallOptions;
  readonly #world: Surroundings;
  readonly #ports: VoicePorts;
  readonly #rtp: RtpPorts;
  readonly #use = new PeerUse();
  readonly #statistics = new PeerStatistics();
  readonly #calls = new Map<number, Call>();
  readonly #records = new CallRecords();
  readonly #admission: CallAdmission;
  readonly #attempts: Attempts;
  readonly #servers: ServerHunt;
  readonly #availability: Availability;
  readonly routing: Routing;
  readonly #overloaded: NonNullable<CallNeeds['overloaded']>;
  readonly #simulated: SimulatedCalls;
  readonly #transfers: Transfers;
  readonly #shared: TransferNeeds;
  #settings: CallSettings;
  readonly #plan: DialPlan;
  #running = false;
  #lastCall = 0;
  #lastLeg = 0;
  #seed: number;
  #connected = 0;
  #failed = 0;
  #refused = 0;

  constructor(needs: CallNeeds, settings: CallSettings, options: CallOptions = callDefaults) {
    this.#options = options;
    this.#settings = settings;
    this.#plan = new DialPlan(settings.dialPlan, settings.voiceClasses);
    this.#seed = needs.random.bytes(4).readUInt32LE() | 1;
    this.#ports = new VoicePorts(needs.clock, options.ports);
    const { process: meter } = needs;
    const share = descriptorShares(meter.descriptorsAtMost).rtp;
    this.#rtp = new RtpPorts(needs.network, this.#seed >>> 0, rtpPortsWithin(options.rtp, share));
    this.#overloaded = needs.overloaded ?? (() => undefined);
    this.#admission = new CallAdmission(
      {
        now: () => needs.clock.monotonic(),
        usage: () => meter.usage(),
        calls: () => this.#calls.size,
        callsAt: (name) => this.#callsAt(name),
      },
      settings.callAdmission,
    );
    this.#world = {
      clock: needs.clock,
      network: needs.network,
      userAgent: needs.userAgent,
      rtp: this.#rtp,
      ports: this.#ports,
      use: this.#use,
      statistics: this.#statistics,
      sip: settings.sip,
      media: (bind) => mediaPlace(bind, this.#settings.interfaces),
      nextLeg: () => ++this.#lastLeg,
      seed: this.#seed,
      random: () => this.#random(),
    };
    this.#availability = needs.availability ?? nothingKnown;
    const settingsNow = (): CallSettings => this.#settings;
    this.#servers = new ServerHunt(
      settingsNow,
      (invite) => needs.userAgent.isShunned(invite),
      (peer, server) => isServerBusy(peer, server, this.#availability),
    );
    this.routing = new Routing(settingsNow, this.#plan, this.#use, this.#servers, this.#availability, () =>
      this.#random(),
    );
    this.#attempts = new Attempts(this.#world, settingsNow, this.#plan);
    this.#shared = {
      world: this.#world,
      settings: settingsNow,
      plan: this.#plan,
      routing: this.routing,
      admission: this.#admission,
      isFull: () => this.#isFull,
      newCall: () => this.#newCall(),
      callWith: (leg: number) => [...this.#calls.values()].find((call) => call.seatOf(leg) !== undefined),
    };
    this.#simulated = new SimulatedCalls({
      ...this.#shared,
      plan: this.#plan,
      options,
      availability: this.#availability,
    });
    this.#transfers = new Transfers(this.#shared);
  }

  /** Makes the ports and takes calls from here on. */
  start(): void {
    this.#running = true;
    this.#ports.configure(this.#settings.voicePorts);
    const media = this.#world.media(this.#settings.sip.bind);
    const hosts = typeof media === 'object' ? [media.ipv4, media.ipv6] : [];
    for (const host of hosts) if (host !== undefined) this.#rtp.warm(host);
  }

  /** Releases every call, then the ports, then the sockets. Calls that come later are refused. */
  stop(): void {
    this.#running = false;
    for (const call of this.#calls.values()) call.end(shuttingDown);
    this.#ports.stop();
    this.#rtp.stop();
  }

  /** Why this configuration cannot be run: IOS's sentence; undefined when it can. */
  check(next: CallSettings): string | undefined {
    return checkDialPlan(next.dialPlan, this.#settings.dialPlan);
  }

  /** New calls follow the new plan; calls in being keep the peers they have. A port that goes or is shut drops its call. */
  reconfigure(old: CallSettings, next: CallSettings): 'applied' {
    this.#settings = next;
    this.#admission.reconfigure(next.callAdmission);
    this.#world.sip = next.sip;
    this.#plan.update(next.dialPlan, next.voiceClasses);
    this.#servers.keep(next.voiceClasses.serverGroups);
    if (old.dialPlan !== next.dialPlan) {
      this.#use.keep(next.dialPlan.peers);
      this.#statistics.keep(next.dialPlan.peers);
    }
    if (stopOf(old) !== 'forced' && stopOf(next) === 'forced')
      for (const call of this.#calls.values()) call.end(stopped);
    if (old.voicePorts !== next.voicePorts && this.#running) this.#ports.configure(next.voicePorts);
    return 'applied';
  }

  invited(arrived: IncomingInvite): SessionHandler {
    const called = this.expanded(arrived.called);
    const invite = called === arrived.called ? arrived : arrived.addressedTo(called);
    if (this.#isFull) return this.#refuse(invite, congestion, 5);
    if (stopOf(this.#settings) !== undefined) return this.#refuse(invite, stopped);
    const peer = this.#plan.inbound(invite);
    if (peer !== undefined) invite.countInto(this.#statistics.of(peer));
    const effective = effectiveSettings(this.#settings.sip, peer, invite.tenant);
    if (effective === undefined) return this.#refuse(invite, noRoute);
    invite.knowUsAs(effective.localName);
    if (peer !== undefined && !mayTakeCalls(peer)) return this.#refuse(invite, barred);
    const proofs = wantedProofs(peer, effective.sip);
    if (proofs !== undefined && !invite.authenticate(proofs)) return deaf;
    if (!invite.settle({ tenant: effective.tenant, rel1xx: effective.rel1xx })) return deaf;
    const replaced = invite.replaces();
    if (replaced !== undefined) {
      const leg = takeOver(this.#shared, invite, peer, replaced);
      return 'cause' in leg ? this.#refuse(invite, leg) : leg;
    }
    const { voiceClasses, dialPlan } = this.#settings;
    const numbers = translateNumbers(voiceClasses, [peer?.translation.incoming, dialPlan.voipIncoming], invite);
    if (numbers === undefined) return this.#refuse(invite, barred);
    const tooMuch = this.#admission.judge();
    if (tooMuch !== undefined) {
      this.#overloaded(invite.source, tooMuch.reason);
      return this.#refuse(invite, tooMuch.release, tooMuch.retryAfterSeconds);
    }
    if (!this.#use.enter(peer)) return this.#refuse(invite, noCircuit);
    const call = this.#newCall();
    const allowed = codecsOf(peer, voiceClasses);
    const asked = {
      requested: this.#plan.routesByUri ? invite.uri('request') : undefined,
      redirecting: this.#settings.sip.authenticateRedirecting ? invite.redirecting() : undefined,
    };
    const leg = new CallerSipLeg(this.#world, call, peer, allowed, { ...invite, ...numbers }, asked);
    call.start(leg, leg.refusal);
    return leg;
  }

  get huntsOnBusy(): boolean {
    return this.#settings.dialPlan.huntUserBusy === true;
  }

  originate(route: Route, call: Call, caller: CallerLeg): CalledLeg | Release {
    this.#use.tried(route.peer);
    return this.#attempts.make(route, call, caller);
  }

  connected(): void {
    this.#connected++;
  }

  over(call: Call, record: CallRecord): void {
    this.#calls.delete(call.id);
    if (record.connectMs === undefined) this.#failed++;
    this.#use.record(record);
    this.#records.add(record);
    this.#simulated.over(call, record);
  }

  dialPeers(): DialPeerSummary {
    return summarize(this.#settings, this.#availability, (port) => {
      const state = this.#ports.get(port)?.state;
      const isBusy = isPortBusiedOut(this.#settings.voicePorts.get(port), this.#availability);
      return state !== undefined && state !== 'shut' && !isBusy;
    });
  }

  peerCalls(tag: number): PeerCalls {
    return this.#use.calls(tag);
  }

  peerStatistics(tag: number): SipStatistics {
    return this.#statistics.report(tag);
  }

  clearPeerStatistics(): void {
    this.#statistics.clear(this.#world.clock.now());
  }

  expanded(called: string): string {
    return expand(called, this.#settings.dialPlan.expansions);
  }

  dialPlan(dialled: string): readonly DialPlanMatch[] {
    const called = this.expanded(dialled);
    const routes = this.#plan.outbound(called, { random: 0, lastUsed: this.#use.lastUsed });
    return routes.map(({ peer, match }) => ({ tag: peer.tag, matched: called, explicit: match.explicit }));
  }

  incomingPeer(which: 'calling' | 'called', number: string): DialPlanMatch | undefined {
    const found = this.#plan.explainInbound(which, which === 'called' ? this.expanded(number) : number);
    return found && { tag: found.peer.tag, matched: number, explicit: found.match.explicit };
  }

  watchedPlaces(tag: number): readonly WatchedState[] {
    return this.#availability.placesOf(tag);
  }

  serversOf(tag: number): readonly GroupServer[] {
    const peer = this.#settings.dialPlan.peers.get(tag);
    return peer?.kind === 'voip' ? this.#servers.order(peer, 0) : [];
  }

  lastServer(group: number): GroupServer | undefined {
    return this.#servers.last(group);
  }

  activeCalls(): ActiveCalls {
    const legs = Array.from(this.#calls.values(), (call) => call.legs()).flat();
    const sip = legs.filter(({ protocol }) => protocol === 'sip').length;
    return { sip, telephony: legs.length - sip, legs };
  }

  clear(isMeant: (leg: LegReport) => boolean, cause: number): number {
    const meant = [...this.#calls.values()].filter((call) => call.legs().some(isMeant));
    for (const call of meant) call.end({ cause });
    return meant.length;
  }

  admission(): CallAdmissionReport {
    return this.#admission.report();
  }

  counters(): CallCounters {
    return {
      active: this.#calls.size,
      attempted: this.#lastCall,
      connected: this.#connected,
      failed: this.#failed,
      refused: this.#refused,
      rtp: this.#rtp.counters(),
    };
  }

  records(): readonly CallRecord[] {
    return this.#records.all();
  }

  ports(): readonly PortReport[] {
    const isBusy = (name: string): boolean => isPortBusiedOut(this.#settings.voicePorts.get(name), this.#availability);
    return this.#ports
      .report()
      .map((port) => (port.operational === 'dorm' && isBusy(port.name) ? { ...port, operational: 'down' } : port));
  }

  simulate(called: string, portName?: string): Promise<SimulatedCall> {
    return this.#simulated.simulate(called, portName);
  }

  refer(...asked: Parameters<CallOwner['refer']>): ReferVerdict {
    return this.#transfers.refer(...asked);
  }

  get #isFull(): boolean {
    return !this.#running || this.#calls.size >= this.#options.mostCalls;
  }

  #newCall(): Call {
    const call = new Call(++this.#lastCall, this, this.#world);
    this.#calls.set(call.id, call);
    return call;
  }

  #refuse({ session }: IncomingInvite, release: Release, retryAfterSeconds?: number): SessionHandler {
    this.#refused++;
    const status = statusOf(release, this.#settings.sip);
    session.release(status, undefined, release.cause, status === 503 ? retryAfterSeconds : undefined);
    return deaf;
  }

  /** Calls with a leg at the address of an interface. */
  #callsAt(name: string): number {
    const { address, ipv6 } = this.#settings.interfaces.get(name) ?? {};
    const hosts = [address?.address, ipv6?.address].filter((host) => host !== undefined);
    let calls = 0;
    for (const call of this.#calls.values()) if (hosts.some((host) => call.isAt(host))) calls++;
    return calls;
  }

  /** Xorshift: spreads choices over equals and ids over sessions; nothing secret comes of it. */
  #random(): number {
    let x = this.#seed;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#seed = x;
    return x >>> 0;
  }
}

/** For an INVITE that was refused at once: there is nobody to tell. */
const deaf: SessionHandler = {
  progressed() {},
  answered() {},
  failed() {},
  ended() {},
  offered() {},
  offerWithdrawn() {},
  referred: () => ({ status: 481 }),
  offerAnswered() {},
};
