import type { PatternMatch } from './pattern.ts';
import type { PatternIndex } from './pattern-index.ts';
import type { DialPeer } from './settings.ts';

export type Fits = (peer: DialPeer) => boolean;
export const anyPeer: Fits = () => true;

/** The one peer an incoming call belongs to: the longest explicit match, then the preference, then the lower tag. */
export class BestPeer {
  found: { readonly peer: DialPeer; readonly match: PatternMatch } | undefined;

  offer(peer: DialPeer, match: PatternMatch): void {
    const { found } = this;
    const difference = found === undefined ? 1 : match.explicit - found.match.explicit;
    if (found === undefined || difference > 0 || (difference === 0 && compareInbound(peer, found.peer) < 0))
      this.found = { peer, match };
  }
}

export function best(index: PatternIndex<DialPeer>, number: string, fits: Fits = anyPeer): BestPeer['found'] {
  const choice = new BestPeer();
  index.find(number, (peer, match) => {
    if (fits(peer)) choice.offer(peer, match);
  });
  return choice.found;
}

export function compareInbound(a: DialPeer, b: DialPeer): number {
  return a.preference - b.preference || a.tag - b.tag;
}
