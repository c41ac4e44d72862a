import type { ArrivalUri, ReceivedRefer, ReferProgress, ReferVerdict } from '../sip/session.ts';
import type { Call, TransferCourse, TransferParties } from './call.ts';
import type { CallAdmission } from './call-admission.ts';
import { causeText, type Release, statusOf } from './cause.ts';
import { type DialPlan, mayTakeCalls } from './dial-plan.ts';
import { effectiveSettings } from './effective-settings.ts';
import type { Leg, ReferableLeg } from './leg.ts';
import type { LegWorld } from './leg-world.ts';
import { expand } from './number-expansion.ts';
import { PassedTransfer } from './passed-transfer.ts';
import { barred, congestion, noRoute, noSuchDialog, noTranscoder, notAllowed, stopped } from './refusals.ts';
import type { Routing } from './routing.ts';
import { type CallSettings, stopOf } from './service-settings.ts';
import type { VoipPeer } from './settings.ts';
import { Transfer } from './transfer.ts';
import { translateNumbers } from './translation.ts';
import { wantedProofs } from './wanted-proofs.ts';

/** What the calls of the gateway are, to whoever makes one more of them. */
export interface TransferNeeds {
  readonly world: LegWorld;
  readonly settings: () => CallSettings;
  readonly plan: Pick<DialPlan, 'routesByUri'>;
  readonly routing: Pick<Routing, 'routes'>;
  readonly admission: Pick<CallAdmission, 'judge'>;
  /** No call more can be taken. */
  isFull(): boolean;
  newCall(): Call;
  /** The call that has a leg of this number. */
  callWith(leg: number): Call | undefined;
}

/** Numbers of a transfer, and why there is to be none. */
interface Judged {
  readonly called: string;
  readonly refusal: Release | undefined;
}

/**
 * Carries out what transferors ask for: a call to the target, by the dial plan and by the rights of the transferor, whose caller is the
 * transferee. Nothing is open to a transfer that is not open to a call of the transferor's own.
 */
export class Transfers {
  readonly #needs: TransferNeeds;

  constructor(needs: TransferNeeds) {
    this.#needs = needs;
  }

  refer(
    from: Call,
    parties: TransferParties,
    refer: ReceivedRefer,
    began: (course: TransferCourse) => void,
  ): ReferVerdict {
    const { replaces } = refer;
    if (replaces !== undefined && 'leg' in replaces)
      return (progress) => this.#join(from, parties, replaces.leg, progress, began);
    const carryOut = (progress: ReferProgress, transferorLeft = false): void =>
      this.#begin(from, parties, refer, progress, (transfer) => {
        began(transfer);
        if (transferorLeft) transfer.transferorEnded();
      });
    const referable = replaces === undefined ? this.#passingTo(parties) : undefined;
    if (referable === undefined) return (progress) => carryOut(progress);
    return (progress) => {
      const refusal = this.#bars(parties, refer);
      if (refusal !== undefined) return this.#refuse(progress, refusal);
      const passed = new PassedTransfer(progress, (transferorLeft) => carryOut(progress, transferorLeft));
      began(passed);
      referable.refer(refer.called, refer.referredBy, passed);
    };
  }

  /**
   * The transferee, if it is to do itself what the transferor asks. It calls by its own rights: where those of the transferor lead
   * elsewhere (`destination dpg`), it does not.
   */
  #passingTo({ transferor, transferee }: TransferParties): ReferableLeg | undefined {
    if (ownOf(transferor).peer?.destinationGroup !== undefined) return undefined;
    const passes = (leg: Leg): boolean => {
      const { peer } = ownOf(leg);
      return peer?.kind !== 'voip' || peer.passesRefer !== false;
    };
    const isWanted = this.#needs.settings().sip.passesRefer && passes(transferor) && passes(transferee);
    return isWanted && transferee.referable?.takesRefer === true ? transferee.referable : undefined;
  }

  #begin(
    from: Call,
    parties: TransferParties,
    refer: ReceivedRefer,
    progress: ReferProgress,
    began: (transfer: Transfer) => void,
  ): void {
    const { world } = this.#needs;
    const { called, refusal } = this.#judge(parties, refer);
    const call = this.#needs.newCall();
    const terms = {
      calling: parties.numbers.transferee,
      called,
      requested: this.#requested(refer),
      peer: ownOf(parties.transferor).peer,
      isCaller: provedItself(parties.transferee, !parties.isCaller),
      hopsLeft: fewest(parties.hopsLeft, refer.maxForwards),
      referredBy: refer.referredBy,
      replaces: refer.replaces !== undefined && 'dialog' in refer.replaces ? refer.replaces.dialog : undefined,
    };
    const transfer = new Transfer(world, from, parties.transferee, call, terms, progress);
    began(transfer);
    call.start(transfer, refusal);
  }

  #requested({ uri }: ReceivedRefer): ArrivalUri | undefined {
    return this.#needs.plan.routesByUri ? uri : undefined;
  }

  /** Why the transferor could not call that number itself. */
  #bars(parties: TransferParties, refer: ReceivedRefer): Release | undefined {
    const { called, refusal } = this.#judge(parties, refer);
    if (refusal !== undefined) return refusal;
    const { peer } = ownOf(parties.transferor);
    const routes = this.#needs.routing.routes({ called, requested: this.#requested(refer), peer });
    return 'cause' in routes ? routes : undefined;
  }

  /** The transferor has called the target itself: the transferee takes its place there. */
  #join(
    from: Call,
    { transferee, transferor, isCaller, numbers }: TransferParties,
    leg: number,
    progress: ReferProgress,
    began: (transfer: Transfer) => void,
  ): void {
    const into = this.#needs.callWith(leg);
    const seat = into === from ? undefined : into?.seatOf(leg);
    const refusal = seat === undefined ? noSuchDialog : this.#keepsApart(transferee, seat.other);
    const isProved =
      provedItself(transferor, isCaller) || (seat !== undefined && provedItself(seat.leg, seat.isCaller));
    if (this.#mayNotCall(transferor, isProved)) return this.#refuse(progress, barred);
    if (into === undefined || seat === undefined || refusal !== undefined) return this.#refuse(progress, refusal);
    const nobody = { requested: undefined, hopsLeft: undefined, referredBy: undefined, replaces: undefined };
    const rights = { peer: ownOf(transferor).peer, isCaller: provedItself(transferee, !isCaller) };
    const terms = { ...nobody, ...rights, calling: numbers.transferee, called: '' };
    const transfer = new Transfer(this.#needs.world, from, transferee, into, terms, progress);
    began(transfer);
    into.seat(transfer, seat);
  }

  #refuse(progress: ReferProgress, refusal: Release = noSuchDialog): void {
    const { cause } = refusal;
    progress.tell(statusOf(refusal, this.#needs.world.sip), { cause, text: causeText(cause) });
  }

  /** Why two legs cannot be one call. */
  #keepsApart(one: Leg, other: Leg | undefined): Release | undefined {
    const isSip = one.protocol === 'sip' && other?.protocol === 'sip';
    if (isSip && !this.#needs.settings().sip.allowSipToSip) return notAllowed;
    const codec = other?.audio?.codec;
    return codec === undefined || one.audio?.takes(codec) !== false ? undefined : noTranscoder;
  }

  /** As a call of the transferor to that number is judged. */
  #judge({ transferor, isCaller, numbers }: TransferParties, refer: ReceivedRefer): Judged {
    const settings = this.#needs.settings();
    const { dialPlan, voiceClasses, sip } = settings;
    const asked = expand(refer.called, dialPlan.expansions);
    const refused = (refusal: Release): Judged => ({ called: asked, refusal });
    const peer = voipPeerOf(transferor);
    if (this.#needs.isFull()) return refused(congestion);
    if (stopOf(settings) !== undefined) return refused(stopped);
    if (this.#mayNotCall(transferor, provedItself(transferor, isCaller))) return refused(barred);
    const profiles = [peer?.translation.incoming, dialPlan.voipIncoming];
    const translated = translateNumbers(voiceClasses, profiles, { calling: numbers.transferor, called: asked });
    if (translated === undefined) return refused(barred);
    if (effectiveSettings(sip, peer) === undefined) return refused(noRoute);
    return { called: translated.called, refusal: this.#needs.admission.judge()?.release };
  }

  /** Its dial peer takes no calls of it, or only proved ones. */
  #mayNotCall(transferor: Leg, isProved: boolean): boolean {
    const peer = voipPeerOf(transferor);
    return (peer !== undefined && !mayTakeCalls(peer)) || (!isProved && this.#wantsProof(peer));
  }

  /** Whom we called proved nothing when it answered: where its calls must, its transfers must not be had for less. */
  #wantsProof(peer: VoipPeer | undefined): boolean {
    const effective = effectiveSettings(this.#needs.settings().sip, peer);
    return effective !== undefined && wantedProofs(peer, effective.sip) !== undefined;
  }
}

/** Who was transferred before sits in its call with the rights of whoever sent it there: what it asks for is judged by its own. */
function ownOf(leg: Leg): Leg {
  return leg instanceof Transfer ? leg.own : leg;
}

function voipPeerOf(leg: Leg): VoipPeer | undefined {
  const { peer } = ownOf(leg);
  return peer?.kind === 'voip' ? peer : undefined;
}

/** Each who was transferred is the caller of its new call, whether it ever called the gateway or was called. */
function provedItself(leg: Leg, isCaller: boolean): boolean {
  return leg instanceof Transfer ? leg.isCaller : isCaller;
}

function fewest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
