import type { Clock, Network, Random } from '../io/index.ts';
import { type RtpPortOptions, RtpPorts, rtpPortDefaults } from '../media/index.ts';
import {
  type PortOptions,
  type PortReport,
  portDefaults,
  type VoicePort,
  type VoicePortSettings,
  VoicePorts,
} from '../port/index.ts';
import type { IncomingInvite, InviteReceiver, SessionHandler, UserAgent } from '../sip/session.ts';
import type { ServiceStop, SipSettings } from '../sip/settings.ts';
import { Call, type CallOwner } from './call.ts';
import { CalledSipLeg } from './called-sip-leg.ts';
import { CallerSipLeg } from './caller-sip-leg.ts';
import { causeText, type Release, statusOf } from './cause.ts';
import { codecsOf } from './codec-class.ts';
import { checkDialPlan, DialPlan, mayTakeCalls } from './dial-plan.ts';
import { digitsToSend } from './digits.ts';
import { effectiveSettings } from './effective-settings.ts';
import type { CallFace } from './face.ts';
import type { Route } from './hunt.ts';
import type { CalledLeg, CallerLeg } from './leg.ts';
import type { LegWorld, MediaPlace } from './leg-world.ts';
import { compilePattern } from './pattern.ts';
import { PeerUse } from './peer-use.ts';
import { CalledPotsLeg, CallerPotsLeg } from './pots-leg.ts';
import type {
  ActiveCalls,
  CallCounters,
  CallRecord,
  DialPeerSummary,
  DialPlanMatch,
  PeerCalls,
  SimulatedCall,
} from './report.ts';
import type { DialPlanSettings, PotsPeer, VoiceClasses, VoipPeer } from './settings.ts';
import { SimulatedCaller } from './simulated-caller.ts';
import { summarize } from './summary.ts';
import { addressOf } from './target-address.ts';
import { translateNumbers } from './translation.ts';
import { wantedProofs } from './wanted-proofs.ts';

/** The parts of the running configuration calls depend on. The commands' tree is one. */
export interface CallSettings {
  readonly dialPlan: DialPlanSettings;
  readonly voiceClasses: VoiceClasses;
  readonly voicePorts: ReadonlyMap<string, VoicePortSettings>;
  readonly sip: SipSettings;
  readonly interfaces: ReadonlyMap<string, BoundInterface>;
}

/** What `bind media` may name. */
interface BoundInterface {
  readonly address?: { readonly address: string };
  readonly ipv6?: { readonly address: string };
}

export interface CallOptions {
  /** Calls in being at once; more are refused with 503. */
  readonly mostCalls: number;
  /** How long `csim` holds an answered call, and how long it lets the far end ring. */
  readonly simulatedHoldMs: number;
  readonly simulatedPatienceMs: number;
  readonly ports: PortOptions;
  readonly rtp: RtpPortOptions;
}

export const callDefaults: CallOptions = {
  mostCalls: 4000,
  simulatedHoldMs: 1000,
  simulatedPatienceMs: 30_000,
  ports: portDefaults,
  rtp: rtpPortDefaults,
};

/** What the service is given. */
export interface CallNeeds {
  readonly userAgent: UserAgent;
  readonly network: Pick<Network, 'bindUdp' | 'sourceAddress'>;
  readonly clock: Clock;
  readonly random: Random;
}

const mostRecords = 100;
const congestion: Release = { cause: 42 };
const noCircuit: Release = { cause: 34 };
/** Nowhere to send it to, or a tenant that is not there. */
const noRoute: Release = { cause: 3 };
const noAddress: Release = { cause: 47 };
const notAllowed: Release = { cause: 63 };
/** A gateway that joins two SIP legs is a hop like a proxy, or a loop of dial peers would never end (RFC 7332 4). */
const tooManyHops: Release = { cause: 25, status: 483 };
const noTranscoder: Release = { cause: 65, status: 488 };
/** `permission`, or a translation rule that rejects. */
const barred: Release = { cause: 21 };
/** `shutdown`, `call service stop`. */
const stopped: Release = { cause: 63 };
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
  readonly #calls = new Map<number, Call>();
  /** The last ones, written round and round. */
  readonly #records: CallRecord[] = [];
  #recorded = 0;
  readonly #finished = new Map<number, (record: CallRecord) => void>();
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
    this.#rtp = new RtpPorts(needs.network, this.#seed >>> 0, options.rtp);
    this.#world = {
      clock: needs.clock,
      network: needs.network,
      userAgent: needs.userAgent,
      rtp: this.#rtp,
      ports: this.#ports,
      use: this.#use,
      sip: settings.sip,
      media: (bind) => mediaPlace(bind, this.#settings.interfaces),
      nextLeg: () => ++this.#lastLeg,
      random: () => this.#random(),
    };
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
    this.#world.sip = next.sip;
    this.#plan.update(next.dialPlan, next.voiceClasses);
    if (old.dialPlan !== next.dialPlan) {
      this.#use.keep(next.dialPlan.peers);
    }
    if (stopOf(old) !== 'forced' && stopOf(next) === 'forced')
      for (const call of this.#calls.values()) call.end(stopped);
    if (old.voicePorts !== next.voicePorts && this.#running) this.#ports.configure(next.voicePorts);
    return 'applied';
  }

  invited(invite: IncomingInvite): SessionHandler {
    if (!this.#running || this.#calls.size >= this.#options.mostCalls) return this.#refuse(invite, congestion);
    if (stopOf(this.#settings) !== undefined) return this.#refuse(invite, stopped);
    const peer = this.#plan.inbound(invite);
    const effective = effectiveSettings(this.#settings.sip, peer, invite.tenant);
    if (effective === undefined) return this.#refuse(invite, noRoute);
    if (peer !== undefined && !mayTakeCalls(peer)) return this.#refuse(invite, barred);
    const proofs = wantedProofs(peer, effective.sip);
    if (proofs !== undefined && !invite.authenticate(proofs)) return deaf;
    const { voiceClasses, dialPlan } = this.#settings;
    const numbers = translateNumbers(voiceClasses, [peer?.translation.incoming, dialPlan.voipIncoming], invite);
    if (numbers === undefined) return this.#refuse(invite, barred);
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

  routes({ called, requested }: CallerLeg): readonly Route[] {
    return this.#plan.outbound(called, { random: this.#random(), lastUsed: this.#use.lastUsed }, requested);
  }

  originate(route: Route, call: Call, caller: CallerLeg): CalledLeg | Release {
    this.#use.tried(route.peer);
    return route.peer.kind === 'voip'
      ? this.#originateSip(route.peer, route, call, caller)
      : this.#originatePots(route.peer, route, call, caller);
  }

  connected(): void {
    this.#connected++;
  }

  over(call: Call, record: CallRecord): void {
    this.#calls.delete(call.id);
    if (record.connectMs === undefined) this.#failed++;
    this.#use.record(record);
    this.#records[this.#recorded++ % mostRecords] = record;
    const finished = this.#finished.get(call.id);
    this.#finished.delete(call.id);
    finished?.(record);
  }

  dialPeers(): DialPeerSummary {
    return summarize(this.#settings.dialPlan, (port) => {
      const state = this.#ports.get(port)?.state;
      return state !== undefined && state !== 'shut';
    });
  }

  peerCalls(tag: number): PeerCalls {
    return this.#use.calls(tag);
  }

  dialPlan(called: string): readonly DialPlanMatch[] {
    const routes = this.#plan.outbound(called, { random: 0, lastUsed: this.#use.lastUsed });
    return routes.map(({ peer, match }) => ({ tag: peer.tag, matched: called, explicit: match.explicit }));
  }

  incomingPeer(which: 'calling' | 'called', number: string): DialPlanMatch | undefined {
    const found = this.#plan.explainInbound(which, number);
    return found && { tag: found.peer.tag, matched: number, explicit: found.match.explicit };
  }

  activeCalls(): ActiveCalls {
    const legs = Array.from(this.#calls.values(), (call) => call.legs()).flat();
    const sip = legs.filter(({ protocol }) => protocol === 'sip').length;
    return { sip, telephony: legs.length - sip, legs };
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
    const oldest = this.#recorded % mostRecords;
    return [...this.#records.slice(oldest), ...this.#records.slice(0, oldest)];
  }

  ports(): readonly PortReport[] {
    return this.#ports.report();
  }

  simulate(called: string, portName?: string): Promise<SimulatedCall> {
    const none = { called, calling: '', answered: false };
    const port = portName === undefined ? undefined : this.#ports.get(portName);
    if (portName !== undefined && port === undefined)
      return Promise.resolve({ ...none, cause: 27, reason: `voice port ${portName} does not exist` });
    if (!this.#running || this.#calls.size >= this.#options.mostCalls)
      return Promise.resolve({ ...none, cause: 42, reason: causeText(42) });
    return new Promise((resolve) => this.#dial(called, port, resolve));
  }

  /** Dials as the telephone on `port` would, and tells when the call is over. */
  #dial(called: string, port: VoicePort | undefined, tell: (result: SimulatedCall) => void): void {
    const dialled = { called, calling: port === undefined ? '' : this.#numberOf(port.name) };
    const { calling } = dialled;
    const { voiceClasses, voicePorts } = this.#settings;
    // What the port makes of the numbers is what the peer is chosen by.
    const fromPort = port && voicePorts.get(port.name)?.translation.incoming;
    const asked = translateNumbers(voiceClasses, [fromPort], dialled);
    const peer = asked && port && this.#plan.inboundFromPort(asked.called, asked.calling, port.name);
    const numbers = asked && translateNumbers(voiceClasses, [peer?.translation.incoming], asked);
    const failed = (cause: number, reason: string) => tell({ called, calling, answered: false, cause, reason });
    if (numbers === undefined || (peer !== undefined && !mayTakeCalls(peer))) return failed(21, causeText(21));
    if (port !== undefined && !port.free) return failed(34, `voice port ${port.name} is ${port.state}`);
    if (!this.#use.enter(peer)) return failed(34, causeText(34));
    const call = this.#newCall();
    const caller = new SimulatedCaller(this.#world.clock, this.#options);
    const leg = new CallerPotsLeg(this.#world, call, peer, port, numbers.calling, numbers.called, caller);
    port?.dial(leg);
    this.#finished.set(call.id, ({ connectMs, cause }) => {
      const why = caller.gaveUp ? 19 : cause;
      tell({ called, calling, answered: connectMs !== undefined, cause: why, reason: causeText(why) });
    });
    caller.begin(leg);
    call.start(leg, undefined);
  }

  /** The number of the telephone on a port: what its POTS peer is called by. */
  #numberOf(port: string): string {
    const pattern = this.#plan.peerOfPort(port)?.destinationPattern;
    return pattern === undefined ? '' : (compilePattern(pattern)?.lead ?? '');
  }

  #originateSip(peer: VoipPeer, { match }: Route, call: Call, caller: CallerLeg): CalledLeg | Release {
    const effective = effectiveSettings(this.#settings.sip, peer);
    const target = effective && addressOf(peer, caller.called, match, effective.sip);
    if (stopOf(this.#settings) !== undefined) return stopped;
    if (effective === undefined || target === undefined) return noRoute;
    if (this.#world.media(effective.sip.bind) === 'nowhere') return noAddress;
    if (caller.protocol === 'sip' && !this.#settings.sip.allowSipToSip) return notAllowed;
    if (caller.hopsLeft === 0) return tooManyHops;
    const { voiceClasses } = this.#settings;
    const offered = codecsOf(peer, voiceClasses).filter(({ name }) => caller.codecs.includes(name));
    const [first] = offered;
    if (first === undefined) return noTranscoder;
    const numbers = translateNumbers(voiceClasses, [peer.translation.outgoing], caller);
    if (numbers === undefined) return barred;
    if (!this.#use.enter(peer)) return noCircuit;
    caller.choose(first.name);
    return new CalledSipLeg(this.#world, call, peer, target, effective, offered, {
      ...numbers,
      hopsLeft: caller.hopsLeft,
      peer: caller.redirecting === undefined ? caller.peer : this.#plan.peerOfNumber(caller.redirecting),
    });
  }

  #originatePots(peer: PotsPeer, route: Route, call: Call, caller: CallerLeg): CalledLeg | Release {
    const port = peer.port === undefined ? undefined : this.#ports.get(peer.port);
    const codec = caller.codecs[0];
    if (port === undefined || port.state === 'shut') return { cause: 27 };
    if (codec === undefined) return noTranscoder;
    if (!port.free) return { cause: 17 };
    const { voiceClasses, voicePorts } = this.#settings;
    const profiles = [peer.translation.outgoing, voicePorts.get(port.name)?.translation.outgoing];
    const numbers = translateNumbers(voiceClasses, profiles, caller);
    if (numbers === undefined) return barred;
    if (!this.#use.enter(peer)) return noCircuit;
    caller.choose(codec);
    // Digits are stripped as the pattern describes the number that is sent, should it still do so.
    const isAsDialled = numbers.called === caller.called;
    const pattern = isAsDialled ? undefined : compilePattern(peer.destinationPattern ?? '');
    const match = isAsDialled ? route.match : (pattern?.match(numbers.called) ?? { explicit: 0, length: 0 });
    const digits = digitsToSend(peer, numbers.called, match);
    return new CalledPotsLeg(this.#world, call, peer, port, numbers.calling, numbers.called, digits);
  }

  #newCall(): Call {
    const call = new Call(++this.#lastCall, this, this.#world);
    this.#calls.set(call.id, call);
    return call;
  }

  #refuse({ session }: IncomingInvite, release: Release): SessionHandler {
    this.#refused++;
    session.release(statusOf(release, this.#settings.sip));
    return deaf;
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

/** Whether SIP is shut, by whichever of the two lines. */
function stopOf({ sip: { stopped: how } }: CallSettings): ServiceStop | undefined {
  return how.service === 'forced' ? how.service : (how.sip ?? how.service);
}

/** For an INVITE that was refused at once: there is nobody to tell. */
const deaf: SessionHandler = {
  progressed() {},
  answered() {},
  failed() {},
  ended() {},
  offered() {},
  offerAnswered() {},
};

/** Media bound to an interface without address must not be received anywhere else. */
function mediaPlace({ media }: SipSettings['bind'], interfaces: CallSettings['interfaces']): MediaPlace {
  if (media === undefined) return 'with signaling';
  const bound = interfaces.get(media);
  const [ipv4, ipv6] = [bound?.address?.address, bound?.ipv6?.address];
  return ipv4 === undefined && ipv6 === undefined ? 'nowhere' : { ipv4, ipv6 };
}
