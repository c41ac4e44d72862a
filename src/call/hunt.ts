import type { PatternMatch } from './pattern.ts';
import type { DialPeer, GroupServer } from './settings.ts';

/** A peer the called number leads to, and how it matched. */
export interface Route {
  readonly peer: DialPeer;
  readonly match: PatternMatch;
  /** Of a URI that led here: how much of it was described. */
  readonly explicit?: number;
  /** In the group that led here, in the place of the peer's own. */
  readonly preference?: number;
  /** Of the peer's group of servers: the one to try. */
  readonly server?: GroupServer;
}

/** What the order of equals depends on: values, so that the choice itself is pure. */
export interface HuntState {
  /** Any 32-bit number, a new one for each call. */
  readonly random: number;
  /** When a peer was last tried, by tag; absent is longest ago. */
  readonly lastUsed: ReadonlyMap<number, number>;
}

type Rule = (a: Route, b: Route, state: HuntState) => number;

const longest: Rule = (a, b) => (b.explicit ?? b.match.explicit) - (a.explicit ?? a.match.explicit);
const preference: Rule = (a, b) => (a.preference ?? a.peer.preference) - (b.preference ?? b.peer.preference);
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

/** Sorts the peers as `dial-peer hunt` says. */
export function order(routes: Route[], hunt: number, state: HuntState): void {
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
export function shuffled(tag: number, seed: number): number {
  let h = (tag ^ seed) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
