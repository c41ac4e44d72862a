import type { ArrivalUri, UriPlace } from '../sip/session.ts';
import { anyPeer, BestPeer, best, compareInbound, type Fits } from './best-peer.ts';
import { type HuntState, order, type Route } from './hunt.ts';
import { speaksSip, whyNotDialled } from './operation.ts';
import { checkPattern, compilePattern, type Pattern, type PatternMatch } from './pattern.ts';
import { PatternIndex } from './pattern-index.ts';
import {
  type DialPeer,
  type DialPlanSettings,
  noVoiceClasses,
  type PotsPeer,
  type VoiceClasses,
  type VoipPeer,
} from './settings.ts';
import { uriPlaces } from './uri-class.ts';
import { UriIndex } from './uri-index.ts';

/** What tells an incoming call from others. */
export interface Arrival {
  readonly called: string;
  readonly calling: string;
  /** At whose port it arrived; 0: nobody's. */
  readonly tenant: number;
  /** Of the INVITE; absent: the call has none. */
  uri?(place: UriPlace): ArrivalUri | undefined;
}

/** What an incoming call was matched by. */
export interface InboundMatch {
  readonly peer: DialPeer;
  readonly criterion: Criterion;
  readonly match: PatternMatch;
}

/** What patterns and URIs peers refer to. */
type Classes = Pick<VoiceClasses, 'uris' | 'patternMaps' | 'serverGroups' | 'peerGroups'>;

const calledCriteria = ['incomingCalledNumber'] as const;
const callingCriteria = ['answerAddress', 'destinationPattern'] as const;

type Criterion = 'incomingCalledNumber' | 'answerAddress' | 'destinationPattern';
type KindIndexes = Readonly<Record<Criterion, PatternIndex<DialPeer>>>;

/** Dial-peer matching (ios-facts 3.2, 3.3), indexed; a change of the configuration costs what it changes. */
export class DialPlan {
  #settings: DialPlanSettings;
  #classes: Classes;
  readonly #outbound = new PatternIndex<DialPeer>();
  readonly #byUri = new UriIndex();
  readonly #inbound: Readonly<Record<DialPeer['kind'], KindIndexes>>;
  readonly #inboundByUri: Readonly<Record<UriPlace, UriIndex>> = {
    via: new UriIndex(),
    request: new UriIndex(),
    to: new UriIndex(),
    from: new UriIndex(),
  };
  readonly #byPort = new Map<string, PotsPeer>();

  constructor(settings: DialPlanSettings, classes: Classes = noVoiceClasses) {
    this.#settings = settings;
    this.#classes = classes;
    this.#inbound = { pots: newIndexes(), voip: newIndexes() };
    for (const peer of settings.peers.values()) this.#add(peer);
  }

  /** Follows the configuration: a peer is its record, so one that is the same object is as it was. */
  update(next: DialPlanSettings, classes: Classes = noVoiceClasses): void {
    const [old, oldClasses] = [this.#settings, this.#classes];
    const isOtherwise = changedTags(oldClasses.patternMaps, classes.patternMaps);
    const isOtherGroup = changedTags(oldClasses.serverGroups, classes.serverGroups);
    const remapped = (peer: DialPeer): boolean =>
      (isOtherwise !== undefined && mapsOf(peer).some(isOtherwise)) ||
      (isOtherGroup !== undefined && peer.kind === 'voip' && isOtherGroup(peer.serverGroup ?? 0));
    const isSame = old.peers === next.peers && isOtherwise === undefined && isOtherGroup === undefined;
    this.#settings = next;
    // A peer leaves the places its old maps and its old group gave it.
    for (const peer of isSame ? [] : peersOnlyIn(old.peers, next.peers, remapped)) this.#remove(peer);
    this.#classes = classes;
    for (const peer of isSame ? [] : peersOnlyIn(next.peers, old.peers, remapped)) this.#add(peer);
  }

  /**
   * The peer an incoming call belongs to: the first criterion that matches any peer decides, and in it the longest
   * explicit match, then the preference, then the lower tag. A call at the port of a tenant is matched with the peers of that
   * tenant, then with those that have none; elsewhere with all of them. Undefined: the default peer, 0.
   */
  inbound(arrival: Arrival): VoipPeer | undefined {
    const { tenant } = arrival;
    const own = (wanted: number | undefined) => (peer: DialPeer) => peer.kind === 'voip' && peer.tenant === wanted;
    const peer =
      tenant === 0
        ? this.#matchInbound('voip', arrival)
        : (this.#matchInbound('voip', arrival, own(tenant)) ?? this.#matchInbound('voip', arrival, own(undefined)));
    return peer?.kind === 'voip' ? peer : undefined;
  }

  /** The peer that a number of an incoming call leads to, and by which criterion; for an operator who asks. */
  explainInbound(which: 'calling' | 'called', number: string): InboundMatch | undefined {
    const criteria = which === 'called' ? calledCriteria : callingCriteria;
    for (const criterion of criteria) {
      const found = best(this.#inbound.voip[criterion], number);
      if (found !== undefined) return { ...found, criterion };
    }
    return undefined;
  }

  /** The same for a call dialled on a voice port, which is the last criterion. */
  inboundFromPort(called: string, calling: string, port: string): PotsPeer | undefined {
    const peer = this.#matchInbound('pots', { called, calling }) ?? this.#byPort.get(port);
    return peer?.kind === 'pots' ? peer : undefined;
  }

  /** The telephone's peer that a number belongs to. */
  peerOfNumber(number: string): DialPeer | undefined {
    return best(this.#inbound.pots.destinationPattern, number)?.peer;
  }

  /** The POTS peer of a port: its `destination-pattern` is the number of the telephone there. */
  peerOfPort(port: string): PotsPeer | undefined {
    return this.#byPort.get(port);
  }

  /**
   * The peers to try, first to last as `dial-peer hunt` orders them: those whose `destination uri` fits the request that came,
   * where there are any, else those whose patterns fit the called number.
   */
  outbound(called: string, state: HuntState, requested?: ArrivalUri): readonly Route[] {
    let routes: Route[] = [];
    this.#byUri.find(requested, this.#classes.uris, (peer, explicit) => {
      routes.push({ peer, match: matchOf(peer, called), explicit });
    });
    if (routes.length === 0) this.#outbound.find(called, (peer, match) => routes.push({ peer, match }));
    if (routes.length > 1) routes = longestOfEach(routes);
    if (routes.length > 1) order(routes, this.#settings.hunt, state);
    return routes;
  }

  /**
   * The peers of a `voice class dpg`, whatever their patterns: by the preference they have in it, else as `dial-peer hunt` orders
   * equals. Those that are down, or may make no calls, are left out. Undefined: the group is shut, and says nothing of calls.
   */
  outboundOf(tag: number, called: string, state: HuntState): readonly Route[] | undefined {
    const group = this.#classes.peerGroups.get(tag);
    if (group?.shutdown === true) return undefined;
    const routes = (group?.members ?? []).flatMap(({ peer: member, preference }): Route[] => {
      const peer = this.#settings.peers.get(member);
      if (
        peer === undefined ||
        !takesPart(peer) ||
        !mayMakeCalls(peer) ||
        whyNotDialled(peer, this.#classes) !== undefined
      )
        return [];
      return [{ peer, match: matchOf(peer, called), explicit: 0, preference }];
    });
    order(routes, this.#settings.hunt, state);
    return routes;
  }

  #matchInbound(kind: DialPeer['kind'], arrival: Omit<Arrival, 'tenant'>, fits: Fits = anyPeer): DialPeer | undefined {
    const { called, calling } = arrival;
    const indexes = this.#inbound[kind];
    return (
      this.#matchInboundUri(arrival, fits) ??
      best(indexes.incomingCalledNumber, called, fits)?.peer ??
      best(indexes.answerAddress, calling, fits)?.peer ??
      best(indexes.destinationPattern, calling, fits)?.peer
    );
  }

  /** Whether some peer is chosen by the URI a call was sent to. */
  get routesByUri(): boolean {
    return !this.#byUri.isEmpty;
  }

  #matchInboundUri(arrival: Omit<Arrival, 'tenant'>, fits: Fits): DialPeer | undefined {
    for (const place of uriPlaces) {
      const index = this.#inboundByUri[place];
      if (index.isEmpty) continue;
      const choice = new BestPeer();
      index.find(arrival.uri?.(place), this.#classes.uris, (peer, described) => {
        if (fits(peer)) choice.offer(peer, { explicit: described, length: described });
      });
      if (choice.found !== undefined) return choice.found.peer;
    }
    return undefined;
  }

  #add(peer: DialPeer): void {
    for (const [index, pattern] of this.#placesOf(peer)) index.add(pattern, peer);
    for (const [index, name] of this.#urisOf(peer)) index.add(name, peer);
    if (takesPart(peer) && peer.kind === 'pots' && peer.port !== undefined) this.#addPort(peer.port, peer);
  }

  /** A peer that was added: its places are those it has now, since its record never changes. */
  #remove(peer: DialPeer): void {
    for (const [index, pattern] of this.#placesOf(peer)) index.remove(pattern, peer);
    for (const [index, name] of this.#urisOf(peer)) index.remove(name, peer);
    if (peer.kind !== 'pots' || peer.port === undefined || this.#byPort.get(peer.port) !== peer) return;
    this.#byPort.delete(peer.port);
    for (const other of this.#settings.peers.values()) {
      if (other.kind === 'pots' && other.port === peer.port && takesPart(other)) this.#addPort(peer.port, other);
    }
  }

  /** The indexes a peer stands in, by which pattern. */
  #placesOf(peer: DialPeer): readonly (readonly [PatternIndex<DialPeer>, Pattern])[] {
    if (!takesPart(peer)) return [];
    const indexes = this.#inbound[peer.kind];
    const dials = whyNotDialled(peer, this.#classes) === undefined && mayMakeCalls(peer);
    const called = this.#texts(peer.destinationPattern, peer.destinationMap);
    const places = [
      [indexes.incomingCalledNumber, this.#texts(peer.incomingCalledNumber, peer.incomingCalledMap)],
      [indexes.answerAddress, this.#texts(peer.answerAddress, peer.incomingCallingMap)],
      [indexes.destinationPattern, this.#texts(peer.destinationPattern, undefined)],
      [this.#outbound, dials ? called : []],
    ] as const;
    return places.flatMap(([index, texts]) =>
      texts.flatMap((text) => {
        const pattern = compilePattern(text);
        return pattern === undefined ? [] : [[index, pattern] as const];
      }),
    );
  }

  /** A pattern of the peer's own, and those of a map. */
  #texts(own: string | undefined, map: number | undefined): readonly string[] {
    const shared = map === undefined ? undefined : this.#classes.patternMaps.get(map);
    return [...(own === undefined ? [] : [own]), ...(shared === undefined || shared.shutdown ? [] : shared.patterns)];
  }

  #urisOf(peer: DialPeer): readonly (readonly [UriIndex, string])[] {
    if (peer.kind !== 'voip' || !takesPart(peer)) return [];
    const { incomingUri, destinationUri } = peer;
    const outgoing =
      destinationUri !== undefined && whyNotDialled(peer, this.#classes) === undefined && mayMakeCalls(peer);
    return [
      ...uriPlaces.flatMap((place) => {
        const name = incomingUri[place];
        return name === undefined ? [] : [[this.#inboundByUri[place], name] as const];
      }),
      ...(outgoing ? [[this.#byUri, destinationUri] as const] : []),
    ];
  }

  #addPort(port: string, peer: PotsPeer): void {
    const known = this.#byPort.get(port);
    if (known === undefined || compareInbound(peer, known) < 0) this.#byPort.set(port, peer);
  }
}

/** Tells of a tag whether what it stands for is something else now; undefined where nothing is. */
function changedTags<T>(
  old: ReadonlyMap<number, T>,
  next: ReadonlyMap<number, T>,
): ((tag: number) => boolean) | undefined {
  return old === next ? undefined : (tag) => old.get(tag) !== next.get(tag);
}

function mapsOf({ destinationMap, incomingCalledMap, incomingCallingMap }: DialPeer): readonly number[] {
  return [destinationMap, incomingCalledMap, incomingCallingMap].filter((tag) => tag !== undefined);
}

/** What the peer's own pattern says of a number that another criterion brought here. */
function matchOf(peer: DialPeer, called: string): PatternMatch {
  const pattern = peer.destinationPattern === undefined ? undefined : compilePattern(peer.destinationPattern);
  return pattern?.match(called) ?? { explicit: 0, length: 0 };
}

/** Each peer once, by the longest of its patterns that match: a map has many. */
function longestOfEach(routes: readonly Route[]): Route[] {
  const byPeer = new Map<DialPeer, Route>();
  for (const route of routes) {
    const known = byPeer.get(route.peer);
    if (known === undefined || route.match.explicit > known.match.explicit) byPeer.set(route.peer, route);
  }
  return [...byPeer.values()];
}

/** The peers of one map that the other has not, or not so, and those of which `also` holds. Mostly both stand in the same order: then nothing is looked up. */
function peersOnlyIn(
  one: DialPlanSettings['peers'],
  other: DialPlanSettings['peers'],
  also: (peer: DialPeer) => boolean = () => false,
): readonly DialPeer[] {
  const beside = other.values();
  const found: DialPeer[] = [];
  for (const peer of one.values()) {
    if ((beside.next().value !== peer && other.get(peer.tag) !== peer) || also(peer)) found.push(peer);
  }
  return found;
}

/** Why a changed dial plan cannot work: IOS's sentence; undefined when it can. */
export function checkDialPlan(next: DialPlanSettings, old: DialPlanSettings): string | undefined {
  if (next.peers === old.peers) return undefined;
  for (const peer of peersOnlyIn(next.peers, old.peers)) {
    for (const text of [peer.destinationPattern, peer.incomingCalledNumber, peer.answerAddress]) {
      const wrong = text === undefined ? undefined : checkPattern(text);
      if (wrong !== undefined) return wrong;
    }
  }
  return undefined;
}

function takesPart(peer: DialPeer): boolean {
  return !peer.shutdown && speaksSip(peer);
}

function newIndexes(): KindIndexes {
  return {
    incomingCalledNumber: new PatternIndex(),
    answerAddress: new PatternIndex(),
    destinationPattern: new PatternIndex(),
  };
}

function mayMakeCalls({ permission }: DialPeer): boolean {
  return permission === 'both' || permission === 'term';
}

/** An incoming call that belongs to a peer without this right is refused; it does not fall to another peer. */
export function mayTakeCalls({ permission }: DialPeer): boolean {
  return permission === 'both' || permission === 'orig';
}
