import type { Call } from './call.ts';
import { CalledSipLeg } from './called-sip-leg.ts';
import type { Release } from './cause.ts';
import { codecsOf } from './codec-class.ts';
import type { DialPlan } from './dial-plan.ts';
import { digitsToSend } from './digits.ts';
import { effectiveSettings } from './effective-settings.ts';
import type { Route } from './hunt.ts';
import type { CalledLeg, CallerLeg } from './leg.ts';
import type { LegWorld } from './leg-world.ts';
import { compilePattern } from './pattern.ts';
import { CalledPotsLeg } from './pots-leg.ts';
import { barred, noCircuit, noRoute, noTranscoder, notAllowed, stopped } from './refusals.ts';
import { type CallSettings, stopOf } from './service-settings.ts';
import type { PotsPeer, VoipPeer } from './settings.ts';
import { addressOf } from './target-address.ts';
import { translateNumbers } from './translation.ts';

const noAddress: Release = { cause: 47 };
/** A gateway that joins two SIP legs is a hop like a proxy, or a loop of dial peers would never end (RFC 7332 4). */
const tooManyHops: Release = { cause: 25, status: 483 };

/** Makes the leg of one attempt, through the dial peer that was chosen, or says why there is none. */
export class Attempts {
  readonly #world: LegWorld;
  readonly #settings: () => CallSettings;
  readonly #plan: Pick<DialPlan, 'peerOfNumber'>;

  constructor(world: LegWorld, settings: () => CallSettings, plan: Pick<DialPlan, 'peerOfNumber'>) {
    this.#plan = plan;
    this.#world = world;
    this.#settings = settings;
  }

  make(route: Route, call: Call, caller: CallerLeg): CalledLeg | Release {
    const { peer } = route;
    return peer.kind === 'voip' ? this.#sip(peer, route, call, caller) : this.#pots(peer, route, call, caller);
  }

  #sip(peer: VoipPeer, { match, server }: Route, call: Call, caller: CallerLeg): CalledLeg | Release {
    const effective = effectiveSettings(this.#settings().sip, peer);
    const target = effective && (server ?? addressOf(peer, caller.called, match, effective.sip));
    if (stopOf(this.#settings()) !== undefined) return stopped;
    if (effective === undefined || target === undefined) return noRoute;
    if (this.#world.media(effective.bind) === 'nowhere') return noAddress;
    if (caller.protocol === 'sip' && !this.#settings().sip.allowSipToSip) return notAllowed;
    if (caller.hopsLeft === 0) return tooManyHops;
    const { voiceClasses } = this.#settings();
    const allowed = codecsOf(peer, voiceClasses);
    const first = allowed.find(({ name }) => caller.codecs.includes(name));
    if (first === undefined) return noTranscoder;
    const numbers = translateNumbers(voiceClasses, [peer.translation.outgoing], caller);
    if (numbers === undefined) return barred;
    if (!this.#world.use.enter(peer)) return noCircuit;
    const { codecs } = caller;
    caller.choose(first.name);
    return new CalledSipLeg(this.#world, call, peer, target, effective, allowed, {
      ...numbers,
      hopsLeft: caller.hopsLeft,
      peer: caller.redirecting === undefined ? caller.peer : this.#plan.peerOfNumber(caller.redirecting),
      audio: caller.audio,
      referredBy: caller.referredBy,
      replaces: caller.replaces,
      codecs,
    });
  }

  #pots(peer: PotsPeer, route: Route, call: Call, caller: CallerLeg): CalledLeg | Release {
    const port = peer.port === undefined ? undefined : this.#world.ports.get(peer.port);
    const codec = caller.codecs[0];
    if (port === undefined || port.state === 'shut') return { cause: 27 };
    if (codec === undefined) return noTranscoder;
    if (!port.free) return { cause: 17 };
    const { voiceClasses, voicePorts } = this.#settings();
    const profiles = [peer.translation.outgoing, voicePorts.get(port.name)?.translation.outgoing];
    const numbers = translateNumbers(voiceClasses, profiles, caller);
    if (numbers === undefined) return barred;
    if (!this.#world.use.enter(peer)) return noCircuit;
    caller.choose(codec);
    // Digits are stripped as the pattern describes the number that is sent, should it still do so.
    const isAsDialled = numbers.called === caller.called;
    const pattern = isAsDialled ? undefined : compilePattern(peer.destinationPattern ?? '');
    const match = isAsDialled ? route.match : (pattern?.match(numbers.called) ?? { explicit: 0, length: 0 });
    const digits = digitsToSend(peer, numbers.called, match);
    return new CalledPotsLeg(this.#world, call, peer, port, numbers.calling, numbers.called, digits);
  }
}
