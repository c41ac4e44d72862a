import type { Release } from './cause.ts';
import type { Route } from './hunt.ts';
import type { CallerLeg } from './leg.ts';
import type { CallRecord } from './report.ts';
import type { AfterFailure } from './server-group.ts';

/** Whom a call tries. */
export interface CallRouting {
  /** The peers, or why there is none. */
  routes(caller: CallerLeg): readonly Route[] | Release;
  /** One attempt for each server of the peer's group, in their order; the route itself where there is no group. */
  waysOf(route: Route): readonly Route[];
  /** Where a failed attempt leads. */
  after(route: Route, failure: Release): AfterFailure;
}

/** What the hunt asks. */
export interface HuntOwner {
  /** `voice hunt user-busy`: a busy user does not end the hunt. */
  readonly huntsOnBusy: boolean;
  readonly routing: CallRouting;
}

/** Q.850 17: the one failure that ends the hunt, because another peer would reach the same busy person. */
const userBusy = 17;

/** How far a call has come in trying the peers that its number leads to. */
export class RouteHunt {
  readonly #owner: HuntOwner;
  #routes: readonly Route[] = [];
  #next = 0;
  readonly #attempts: { peer: number; cause: number }[] = [];

  constructor(owner: HuntOwner) {
    this.#owner = owner;
  }

  begin(routes: readonly Route[]): void {
    this.#routes = routes;
  }

  /** Peers that failed. */
  get attempts(): CallRecord['attempts'] {
    return this.#attempts;
  }

  /** The tag of the peer tried last. */
  get lastPeer(): number | undefined {
    return this.#routes[this.#next - 1]?.peer.tag;
  }

  /** The next attempt. Whose turn it is in a group of servers is asked when the hunt comes there. */
  take(): Route | undefined {
    for (let route = this.#routes[this.#next]; route !== undefined; route = this.#routes[this.#next]) {
      const ways = this.#owner.routing.waysOf(route);
      if (ways[0] !== route) this.#routes = this.#routes.toSpliced(this.#next, 1, ...ways);
      if (ways.length > 0) return this.#routes[this.#next++];
    }
    return undefined;
  }

  /** Notes that the peer tried last failed; whether no other attempt is to be made. */
  stopsAfter(failure: Release): boolean {
    const route = this.#routes[this.#next - 1];
    if (route === undefined) return false;
    const { peer } = route;
    const after = this.#owner.routing.after(route, failure);
    const isSame = (next: Route | undefined): boolean => next?.server !== undefined && next.peer === peer;
    if (after === 'server' && isSame(this.#routes[this.#next])) return false;
    while (isSame(this.#routes[this.#next])) this.#next++;
    this.#attempts.push({ peer: peer.tag, cause: failure.cause });
    return after === 'nowhere' || peer.huntstop || (failure.cause === userBusy && !this.#owner.huntsOnBusy);
  }
}
