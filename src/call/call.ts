import type { Digit } from '../media/index.ts';
import type { OfferCarrier } from '../sip/session.ts';
import type { CallAction, CallEvent, CallState } from './call-machine.ts';
import { callMachine } from './call-machine.ts';
import type { Release } from './cause.ts';
import type { Route } from './hunt.ts';
import type { CalledLeg, CallerLeg, Leg, LegOwner } from './leg.ts';
import { LegTimes } from './leg-times.ts';
import type { LegWorld } from './leg-world.ts';
import { unavailable } from './refusals.ts';
import { type NegotiableLeg, Renegotiation } from './renegotiation.ts';
import type { CallRecord, LegReport } from './report.ts';
import type { AfterFailure } from './server-group.ts';

/** Q.850 17: the one failure that ends the hunt, because another peer would reach the same busy person. */
const userBusy = 17;

/** Whom a call tries. */
export interface CallRouting {
  /** The peers, or why there is none. */
  routes(caller: CallerLeg): readonly Route[] | Release;
  /** One attempt for each server of the peer's group, in their order; the route itself where there is no group. */
  waysOf(route: Route): readonly Route[];
  /** Where a failed attempt leads. */
  after(route: Route, failure: Release): AfterFailure;
}

/** What a call asks of its owner. */
export interface CallOwner {
  /** `voice hunt user-busy`: a busy user does not end the hunt. */
  readonly huntsOnBusy: boolean;
  readonly routing: CallRouting;
  /** The leg of an attempt, not yet begun, or why there is none. */
  originate(route: Route, call: Call, caller: CallerLeg): CalledLeg | Release;
  connected(): void;
  /** The call is over: both legs are gone. Told once. */
  over(call: Call, record: CallRecord): void;
}

/** A caller and whom the call reaches: joins two legs, hunts through the peers, and writes one record. */
export class Call implements LegOwner {
  readonly id: number;
  readonly #owner: CallOwner;
  readonly #times: LegTimes;
  readonly #seed: number;
  #state: CallState = 'routing';
  #caller: CallerLeg | undefined;
  #called: Leg | undefined;
  #routes: readonly Route[] = [];
  #next = 0;
  #alertMs: number | undefined;
  #release: Release = { cause: 16 };
  #endedBy: CallRecord['endedBy'] = 'gateway';
  readonly #attempts: { peer: number; cause: number }[] = [];
  #lastPeer: number | undefined;
  #early = false;
  #change: Renegotiation | undefined;
  /** Of the caller's leg, kept for the record. */
  #calling = '';
  #dialled = '';
  #inPeer = 0;

  constructor(id: number, owner: CallOwner, world: LegWorld) {
    this.id = id;
    this.#owner = owner;
    this.#times = new LegTimes(world.clock);
    this.#seed = world.seed;
  }

  /** Made when somebody asks: nothing but displays needs it. */
  get guid(): string {
    const mixed = (factor: number): string =>
      (Math.imul(this.id ^ this.#seed, factor) >>> 0).toString(16).padStart(8, '0');
    return `${mixed(0x9e3779b1)}${mixed(0x85ebca6b).slice(0, 4)}`.toUpperCase();
  }

  get state(): CallState {
    return this.#state;
  }

  /** Sets the call up for a caller; `refusal` when its leg cannot go on. */
  start(caller: CallerLeg, refusal: Release | undefined): void {
    this.#caller = caller;
    this.#calling = caller.calling;
    this.#dialled = caller.called;
    this.#inPeer = caller.peer?.tag ?? 0;
    if (refusal !== undefined) return this.#fail(refusal);
    const routes = this.#owner.routing.routes(caller);
    if ('cause' in routes) return this.#fail(routes);
    this.#routes = routes;
    caller.prepare((failure) => {
      if (this.#state !== 'routing') return;
      if (failure !== undefined) this.#fail(failure);
      else this.#tryNext(unavailable);
    });
  }

  /** The gateway ends the call. */
  end(release: Release): void {
    this.#end(release, 'gateway', 'gateway ends');
  }

  alerting(leg: Leg, early: boolean): void {
    if (leg !== this.#called) return;
    this.#early = early;
    this.#alertMs ??= this.#times.elapsedMs;
    this.#hear('called alerts');
  }

  connected(leg: Leg): void {
    if (leg === this.#called) this.#hear('called answers');
  }

  pressed(leg: NegotiableLeg, digit: Digit): boolean {
    if (this.#state !== 'active') return false;
    const other = leg === this.#caller?.negotiable ? this.#called : this.#caller;
    return other?.negotiable?.press(digit) ?? false;
  }

  offered(leg: NegotiableLeg, sdp: string, carrier: OfferCarrier): boolean {
    const change = this.#changing;
    if (change !== undefined) {
      change.offered(leg, sdp, carrier);
      return true;
    }
    const other = leg === this.#caller?.negotiable ? this.#called : this.#caller;
    const far = other?.negotiable;
    this.#change = far && Renegotiation.begin(leg, far, sdp, carrier);
    return this.#change !== undefined;
  }

  offerAnswered(leg: NegotiableLeg, status: number, sdp: string | undefined): boolean {
    return this.#changing?.answered(leg, status, sdp) ?? false;
  }

  offerWithdrawn(): void {
    this.#changing?.withdrawn();
  }

  get #changing(): Renegotiation | undefined {
    return this.#change?.isOver === false ? this.#change : undefined;
  }

  ended(leg: Leg, release: Release): void {
    if (leg.negotiable !== undefined && this.#state !== 'active') this.#changing?.ended(leg.negotiable);
    if (leg === this.#caller) {
      this.#caller = undefined;
      this.#end(release, 'caller', 'caller ends');
    } else if (leg === this.#called) {
      this.#called = undefined;
      this.#end(release, 'called', 'called ends');
    }
  }

  /** Whether a leg's RTP is at this address of ours. */
  isAt(host: string): boolean {
    return [this.#caller, this.#called].some((leg) => leg?.audio?.localAddress?.host === host);
  }

  legs(): readonly LegReport[] {
    const caller = this.#caller;
    const called = this.#called;
    const reports: LegReport[] = [];
    if (caller !== undefined) reports.push(caller.report(this.id, called));
    if (called !== undefined) reports.push(called.report(this.id, caller));
    return reports;
  }

  #end(release: Release, by: CallRecord['endedBy'], event: CallEvent): void {
    this.#release = release;
    this.#endedBy = by;
    this.#hear(event);
  }

  #fail(release: Release): void {
    this.#end(release, 'gateway', 'no way left');
  }

  #hear(event: CallEvent): void {
    const row = callMachine[this.#state][event];
    if (row === undefined) return;
    this.#state = row.to;
    for (const action of row.do) this.#perform(action);
  }

  #perform(action: CallAction): void {
    switch (action) {
      case 'try next':
        return this.#tryNext(this.#release);
      case 'alert caller':
        return this.#alert();
      case 'connect caller':
        return this.#connect();
      case 'release caller':
        return this.#letGo(this.#caller);
      case 'release called':
        return this.#letGo(this.#called);
      case 'write record':
        return this.#writeRecord();
    }
  }

  #alert(): void {
    this.#settleCodec();
    this.#caller?.alert(this.#early);
    if (this.#early) this.#join();
  }

  #connect(): void {
    this.#times.connect();
    this.#settleCodec();
    this.#caller?.connect();
    this.#join();
    this.#owner.connected();
  }

  /** Of several codecs offered, the called side has taken one: the caller gets the same, and its direction. */
  #settleCodec(): void {
    const audio = this.#called?.audio;
    if (audio?.known !== true || audio.codec === undefined) return;
    this.#caller?.choose(audio.codec);
    this.#caller?.audio?.follow(audio);
  }

  #join(): void {
    const near = this.#caller?.audio;
    const far = this.#called?.audio;
    if (near !== undefined && far !== undefined) near.join(far);
  }

  #letGo(leg: Leg | undefined): void {
    if (leg === this.#caller) this.#caller = undefined;
    else this.#called = undefined;
    leg?.release(this.#release);
  }

  /** Tries one peer after another until an attempt is under way; `failure` is why the last one failed. */
  #tryNext(failure: Release): void {
    let last = failure;
    if (this.#next > 0 && this.#stopsHunt(last)) return this.#fail(last);
    for (let route = this.#take(); route !== undefined; route = this.#take()) {
      this.#lastPeer = route.peer.tag;
      const attempt = this.#caller === undefined ? last : this.#owner.originate(route, this, this.#caller);
      if (!('cause' in attempt)) {
        this.#called = attempt;
        this.#hear('attempt made');
        return attempt.begin();
      }
      last = attempt;
      if (this.#stopsHunt(last)) break;
    }
    this.#fail(last);
  }

  /** The next attempt. Whose turn it is in a group of servers is asked when the hunt comes there. */
  #take(): Route | undefined {
    for (let route = this.#routes[this.#next]; route !== undefined; route = this.#routes[this.#next]) {
      const ways = this.#owner.routing.waysOf(route);
      if (ways[0] !== route) this.#routes = this.#routes.toSpliced(this.#next, 1, ...ways);
      if (ways.length > 0) return this.#routes[this.#next++];
    }
    return undefined;
  }

  /** Notes that a peer failed; whether no other attempt is to be made. */
  #stopsHunt(failure: Release): boolean {
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

  #writeRecord(): void {
    this.#owner.over(this, this.#record());
  }

  #record(): CallRecord {
    return {
      call: this.id,
      calling: this.#calling,
      called: this.#dialled,
      inPeer: this.#inPeer,
      outPeer: this.#lastPeer,
      attempts: this.#attempts,
      setupAt: this.#times.setupAt,
      alertMs: this.#alertMs,
      connectMs: this.#times.connectMs,
      durationMs: this.#times.durationMs,
      cause: this.#release.cause,
      endedBy: this.#endedBy,
    };
  }
}
