import type { Digit } from '../media/index.ts';
import type { OfferCarrier, ReceivedRefer, ReferVerdict } from '../sip/session.ts';
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
import { Retrievals } from './retrieval.ts';
import { type HuntOwner, RouteHunt } from './route-hunt.ts';

/** Who wants whom to speak with somebody else, and what is left of the hops of their call. */
export interface TransferParties {
  readonly transferor: Leg;
  /** It called the gateway, which proved who it is where that was wanted. */
  readonly isCaller: boolean;
  readonly transferee: Leg;
  readonly hopsLeft: number | undefined;
  /** The number of the transferor and that of the transferee. */
  readonly numbers: { readonly transferor: string; readonly transferee: string };
}

/** What comes of a REFER, as far as the call that it came in has to do with it. */
export interface TransferCourse {
  /** There is no other one meanwhile. */
  readonly isPending: boolean;
  /** True: the call is to stand without the transferor until `endCall` is called. False: it ends. */
  transferorEnded(endCall: () => void): boolean;
  /** The call is over, and its legs with it. */
  callEnded(): void;
}

/** A leg that another can take the place of, and the one it speaks with or waits for. */
interface Seat {
  readonly leg: Leg;
  readonly other: Leg | undefined;
  readonly isCaller: boolean;
}

/** What a call asks of its owner. */
export interface CallOwner extends HuntOwner {
  /** The leg of an attempt, not yet begun, or why there is none. */
  originate(route: Route, call: Call, caller: CallerLeg): CalledLeg | Release;
  connected(): void;
  /** A leg wants the other one to speak with somebody else. `began`: what comes of it, once it is under way. */
  refer(
    call: Call,
    parties: TransferParties,
    refer: ReceivedRefer,
    began: (course: TransferCourse) => void,
  ): ReferVerdict;
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
  readonly #hunt: RouteHunt;
  #alertMs: number | undefined;
  #release: Release = { cause: 16 };
  #endedBy: CallRecord['endedBy'] = 'gateway';
  #early = false;
  #change: Renegotiation | undefined;
  readonly #retrievals: Retrievals;
  /** It was in another call before. */
  #newcomer: Leg | undefined;
  #transfer: { readonly transferor: Leg; readonly course: TransferCourse } | undefined;
  #hopsLeft: number | undefined;
  /** Of the caller's leg, kept for the record. */
  #calling = '';
  #dialled = '';
  #inPeer = 0;

  constructor(id: number, owner: CallOwner, world: LegWorld) {
    this.id = id;
    this.#owner = owner;
    this.#times = new LegTimes(world.clock);
    this.#seed = world.seed;
    this.#hunt = new RouteHunt(owner);
    this.#retrievals = new Retrievals(world.clock);
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
    this.#hopsLeft = caller.hopsLeft;
    this.#dialled = caller.called;
    this.#inPeer = caller.peer?.tag ?? 0;
    if (refusal !== undefined) return this.#fail(refusal);
    const routes = this.#owner.routing.routes(caller);
    if ('cause' in routes) return this.#fail(routes);
    this.#hunt.begin(routes);
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
    return this.#retrievals.answered(leg, status) || (this.#changing?.answered(leg, status, sdp) ?? false);
  }

  offerWithdrawn(): void {
    this.#changing?.withdrawn();
  }

  referred(leg: Leg, refer: ReceivedRefer): ReferVerdict {
    const isCaller = leg === this.#caller;
    const other = isCaller ? this.#called : this.#caller;
    if (this.#state !== 'active' || other === undefined) return { status: 403, reason: 'The Call Does Not Stand' };
    if (this.#transfer?.course.isPending === true) return { status: 491 };
    const [transferor, transferee] = isCaller ? [this.#calling, this.#dialled] : [this.#dialled, this.#calling];
    const numbers = { transferor, transferee };
    const parties = { transferor: leg, isCaller, transferee: other, hopsLeft: this.#hopsLeft, numbers };
    return this.#owner.refer(this, parties, refer, (course) => {
      this.#transfer = { transferor: leg, course };
    });
  }

  /** `TransferredCall.give`. What was to be agreed on with it is no longer. */
  give(leg: Leg): void {
    const other = leg === this.#caller ? this.#called : this.#caller;
    if (other?.negotiable !== undefined) this.#changing?.ended(other.negotiable);
    if (leg === this.#caller) this.#caller = undefined;
    else if (leg === this.#called) this.#called = undefined;
  }

  /** A leg that was in another call is in this one now: what the other side says already is for it. */
  arrived(leg: Leg): void {
    this.#newcomer = leg;
    if (this.#state === 'active' || (this.#state === 'alerting' && this.#early)) this.#join();
  }

  /** The place of the leg of this number. Undefined: it is not one that another can take. */
  seatOf(id: number): Seat | undefined {
    const [caller, called] = [this.#caller, this.#called];
    if (this.#transfer?.course.isPending === true || this.#state === 'over') return undefined;
    if (caller?.id === id && caller.isElsewhere !== true) return { leg: caller, other: called, isCaller: true };
    if (called?.id !== id || this.#state !== 'active') return undefined;
    return { leg: called, other: caller, isCaller: false };
  }

  /** Another one takes the place of a leg, whose peer is let go. */
  seat(by: CallerLeg, { leg }: { readonly leg: Leg }): void {
    if (leg.negotiable !== undefined) this.#changing?.ended(leg.negotiable);
    if (leg === this.#caller) this.#caller = by;
    else this.#called = by;
    leg.release({ cause: 16 });
    if (this.#state === 'active') {
      by.connect();
      if (this.#newcomer !== by) this.arrived(by);
    } else if (this.#state === 'alerting') by.alert(this.#early);
  }

  get #changing(): Renegotiation | undefined {
    return this.#change?.isOver === false ? this.#change : undefined;
  }

  ended(leg: Leg, release: Release): void {
    const isCaller = leg === this.#caller;
    const end = (): void =>
      isCaller ? this.#end(release, 'caller', 'caller ends') : this.#end(release, 'called', 'called ends');
    const { transferor, course } = this.#transfer ?? {};
    const staysOpen = leg === transferor && course?.transferorEnded(end) === true;
    if (leg.negotiable !== undefined && (staysOpen || this.#state !== 'active')) this.#changing?.ended(leg.negotiable);
    if (!isCaller && leg !== this.#called) return;
    if (isCaller) this.#caller = undefined;
    else this.#called = undefined;
    if (!staysOpen) end();
  }

  /** Whether a leg's RTP is at this address of ours. */
  isAt(host: string): boolean {
    return [this.#caller, this.#called].some((leg) => leg?.audio?.localAddress?.host === host);
  }

  legs(): readonly LegReport[] {
    const caller = this.#caller;
    const called = this.#called;
    const reports: LegReport[] = [];
    if (caller !== undefined && caller.isElsewhere !== true) reports.push(caller.report(this.id, called));
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
    const newcomer = this.#newcomer;
    if (newcomer !== undefined)
      this.#retrievals.begin(newcomer, newcomer === this.#caller ? this.#called : this.#caller);
  }

  #letGo(leg: Leg | undefined): void {
    if (leg === this.#caller) this.#caller = undefined;
    else this.#called = undefined;
    leg?.release(this.#release);
  }

  /** Tries one peer after another until an attempt is under way; `failure` is why the last one failed. */
  #tryNext(failure: Release): void {
    let last = failure;
    if (this.#hunt.stopsAfter(last)) return this.#fail(last);
    for (let route = this.#hunt.take(); route !== undefined; route = this.#hunt.take()) {
      const attempt = this.#caller === undefined ? last : this.#owner.originate(route, this, this.#caller);
      if (!('cause' in attempt)) {
        this.#called = attempt;
        this.#hear('attempt made');
        return attempt.begin();
      }
      last = attempt;
      if (this.#hunt.stopsAfter(last)) break;
    }
    this.#fail(last);
  }

  #writeRecord(): void {
    this.#retrievals.stop();
    this.#transfer?.course.callEnded();
    this.#owner.over(this, this.#record());
  }

  #record(): CallRecord {
    return {
      call: this.id,
      calling: this.#calling,
      called: this.#dialled,
      inPeer: this.#inPeer,
      outPeer: this.#hunt.lastPeer,
      attempts: this.#hunt.attempts,
      setupAt: this.#times.setupAt,
      alertMs: this.#alertMs,
      connectMs: this.#times.connectMs,
      durationMs: this.#times.durationMs,
      cause: this.#release.cause,
      endedBy: this.#endedBy,
    };
  }
}
