import { checkPattern, compilePattern, type Pattern, type PatternMatch } from './pattern.ts';
import { PatternIndex } from './pattern-index.ts';
import {
  type DialPeer,
  type DialPlanSettings,
  noVoiceClasses,
  type PatternMap,
  type PatternMapUse,
  type PotsPeer,
  type VoiceClasses,
  type VoipPeer,
} from './settings.ts';

/** A peer the called number leads to, and how it matched. */
export interface Route {
  readonly peer: DialPeer;
  readonly match: PatternMatch;
}

/** What tells an incoming call from others. */
export interface Arrival {
  readonly called: string;
  readonly calling: string;
  /** At whose port it arrived; 0: nobody's. */
  readonly tenant: number;
}

/** What the order of equals depends on: values, so that the choice itself is pure. */
export interface HuntState {
  /** Any 32-bit number, a new one for each call. */
  readonly random: number;
  /** When a peer was last tried, by tag; absent is longest ago. */
  readonly lastUsed: ReadonlyMap<number, number>;
}

/** What an incoming call was matched by. */
export interface InboundMatch {
  readonly peer: DialPeer;
  readonly criterion: Criterion;
  readonly match: PatternMatch;
}

const calledCriteria = ['incomingCalledNumber'] as const;
const callingCriteria = ['answerAddress', 'destinationPattern'] as const;

type Criterion = 'incomingCalledNumber' | 'answerAddress' | 'destinationPattern';
type KindIndexes = Readonly<Record<Criterion, PatternIndex<DialPeer>>>;

/** Dial-peer matching (ios-facts 3.2, 3.3), indexed; a change of the configuration costs what it changes. */
export class DialPlan {
  #settings: DialPlanSettings;
  #maps: VoiceClasses['patternMaps'];
  readonly #outbound = new PatternIndex<DialPeer>();
  readonly #inbound: Readonly<Record<DialPeer['kind'], KindIndexes>>;
  readonly #byPort = new Map<string, PotsPeer>();

  constructor(settings: DialPlanSettings, { patternMaps }: Pick<VoiceClasses, 'patternMaps'> = noVoiceClasses) {
    this.#settings = settings;
    this.#maps = patternMaps;
    this.#inbound = { pots: newIndexes(), voip: newIndexes() };
    for (const peer of settings.peers.values()) this.#add(peer);
  }

  /** Follows the configuration: a peer and a map are their records, so one that is the same object is as it was. */
  update(next: DialPlanSettings, { patternMaps }: Pick<VoiceClasses, 'patternMaps'> = noVoiceClasses): void {
    const [old, oldMaps] = [this.#settings, this.#maps];
    const remapped = patternMaps === oldMaps ? [] : peersRemapped(old.peers, next.peers, oldMaps, patternMaps);
    const [gone, come] = [peersOnlyIn(old.peers, next.peers), peersOnlyIn(next.peers, old.peers)];
    this.#settings = next;
    for (const peer of [...gone, ...remapped]) this.#remove(peer);
    this.#maps = patternMaps;
    for (const peer of [...come, ...remapped]) this.#add(peer);
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

  /** The POTS peer of a port: its `destination-pattern` is the number of the telephone there. */
  peerOfPort(port: string): PotsPeer | undefined {
    return this.#byPort.get(port);
  }

  /** The peers to try for a called number, first to last as `dial-peer hunt` orders them. */
  outbound(called: string, state: HuntState): readonly Route[] {
    const routes: Route[] = [];
    this.#outbound.find(called, (peer, match) => {
      const known = peer.patternMaps === undefined ? -1 : routes.findIndex((route) => route.peer === peer);
      if (known < 0) routes.push({ peer, match });
      else if (routes[known]!.match.explicit < match.explicit) routes[known] = { peer, match };
    });
    if (routes.length > 1) order(routes, this.#settings.hunt, state);
    return routes;
  }

  #matchInbound(
    kind: DialPeer['kind'],
    { called, calling }: Pick<Arrival, 'called' | 'calling'>,
    fits: Fits = anyPeer,
  ): DialPeer | undefined {
    const indexes = this.#inbound[kind];
    const found =
      best(indexes.incomingCalledNumber, called, fits) ??
      best(indexes.answerAddress, calling, fits) ??
      best(indexes.destinationPattern, calling, fits);
    return found?.peer;
  }

  #add(peer: DialPeer): void {
    for (const [index, pattern] of this.#placesOf(peer)) index.add(pattern, peer);
    if (takesPart(peer) && peer.kind === 'pots' && peer.port !== undefined) this.#addPort(peer.port, peer);
  }

  /** A peer that was added: its places are those it has now, since its record never changes. */
  #remove(peer: DialPeer): void {
    for (const [index, pattern] of this.#placesOf(peer)) index.remove(pattern, peer);
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
    const destinations = this.#patterns(peer, peer.destinationPattern, 'destination');
    const places = [
      [indexes.incomingCalledNumber, this.#patterns(peer, peer.incomingCalledNumber, 'called')],
      [indexes.answerAddress, this.#patterns(peer, peer.answerAddress, 'calling')],
      [indexes.destinationPattern, destinations],
      [this.#outbound, canDial(peer) && mayMakeCalls(peer) ? destinations : []],
    ] as const;
    return places.flatMap(([index, texts]) =>
      texts.flatMap((text) => {
        const pattern = compilePattern(text);
        return pattern === undefined ? [] : [[index, pattern] as const];
      }),
    );
  }

  /** The peer's own pattern and those of the map it names. */
  #patterns({ patternMaps }: DialPeer, own: string | undefined, use: PatternMapUse): readonly string[] {
    const tag = patternMaps?.[use];
    const map = tag === undefined ? undefined : this.#maps.get(tag);
    return [...(own === undefined ? [] : [own]), ...(map?.patterns ?? [])];
  }

  #addPort(port: string, peer: PotsPeer): void {
    const known = this.#byPort.get(port);
    if (known === undefined || compareInbound(peer, known) < 0) this.#byPort.set(port, peer);
  }
}

/** The peers of one map that the other has not, or not so. Mostly both stand in the same order: then nothing is looked up. */
function peersOnlyIn(one: DialPlanSettings['peers'], other: DialPlanSettings['peers']): readonly DialPeer[] {
  const beside = other.values();
  const found: DialPeer[] = [];
  for (const peer of one.values()) {
    if (beside.next().value !== peer && other.get(peer.tag) !== peer) found.push(peer);
  }
  return found;
}

/** The peers of both maps that name a class which is not as it was. */
function peersRemapped(
  one: DialPlanSettings['peers'],
  other: DialPlanSettings['peers'],
  old: ReadonlyMap<number, PatternMap>,
  next: ReadonlyMap<number, PatternMap>,
): readonly DialPeer[] {
  return [...one.values()].filter(
    (peer) =>
      peer.patternMaps !== undefined &&
      other.get(peer.tag) === peer &&
      Object.values(peer.patternMaps).some((tag) => old.get(tag) !== next.get(tag)),
  );
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

type Fits = (peer: DialPeer) => boolean;
const anyPeer: Fits = () => true;

function best(index: PatternIndex<DialPeer>, number: string, fits: Fits = anyPeer): Route | undefined {
  let found: Route | undefined;
  index.find(number, (peer, match) => {
    if (!fits(peer)) return;
    const isWorse = found !== undefined && match.explicit < found.match.explicit;
    if (isWorse || (found !== undefined && compareInbound(peer, found.peer) >= 0)) return;
    found = { peer, match };
  });
  return found;
}

function compareInbound(a: DialPeer, b: DialPeer): number {
  return a.preference - b.preference || a.tag - b.tag;
}

/** H.323 (`session protocol cisco`, IOS's default) is not spoken here: such a peer takes no call and makes none. */
function speaksSip(peer: DialPeer): boolean {
  return peer.kind === 'pots' || peer.sessionProtocol === 'sipv2';
}

function mayMakeCalls({ permission }: DialPeer): boolean {
  return permission === 'both' || permission === 'term';
}

/** An incoming call that belongs to a peer without this right is refused; it does not fall to another peer. */
export function mayTakeCalls({ permission }: DialPeer): boolean {
  return permission === 'both' || permission === 'orig';
}

/** Has a number to be called by and somewhere to send the call. */
function canDial(peer: DialPeer): boolean {
  if (peer.destinationPattern === undefined && peer.patternMaps?.destination === undefined) return false;
  if (peer.kind === 'pots') return peer.port !== undefined;
  return peer.sessionTarget !== undefined && peer.sessionTarget.kind !== 'other';
}

/** `OPER` of `show dial-peer voice summary`: the peer can be dialled through, or can take a call that comes in. */
export function isOperational(peer: DialPeer): boolean {
  if (peer.shutdown || !speaksSip(peer)) return false;
  const { incomingCalledNumber, answerAddress, patternMaps = {} } = peer;
  return canDial(peer) || [incomingCalledNumber, answerAddress, patternMaps.called, patternMaps.calling].some(isTyped);
}

function isTyped(value: unknown): boolean {
  return value !== undefined;
}

type Rule = (a: Route, b: Route, state: HuntState) => number;

const longest: Rule = (a, b) => b.match.explicit - a.match.explicit;
const preference: Rule = (a, b) => a.peer.preference - b.peer.preference;
const random: Rule = (a, b, state) => shuffled(a.peer.tag, state.random) - shuffled(b.peer.tag, state.random);
const leastUsed: Rule = (a, b, state) =>
  (state.lastUsed.get(a.peer.tag) ?? -1) - (state.lastUsed.get(b.peer.tag) ?? -1) || a.peer.tag - b.peer.tag;

/** `dial-peer hunt 0-7`. */
const hunts: readonly (readonly Rule[])[] = [
  [longest, preference, random],
  [longest, preference, leastUsed],
  [preference, longest, random],
  [preference, longest, leastUsed],
  [leastUsed, longest, preference],
  [leastUsed, preference, longest],
  [random],
  [leastUsed],
];

function order(routes: Route[], hunt: number, state: HuntState): void {
  const rules = hunts[hunt] ?? hunts[0]!;
  routes.sort((a, b) => {
    for (const rule of rules) {
      const difference = rule(a, b, state);
      if (difference !== 0) return difference;
    }
    return 0;
  });
}

/** A place for `tag` that looks random and is the same for the same `seed` (the finaliser of MurmurHash3). */
function shuffled(tag: number, seed: number): number {
  let h = (tag ^ seed) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
