import type { ReceivedRefer, ReferProgress, ReferVerdict } from '../sip/session.ts';
import type { Call, TransferParties } from './call.ts';
import type { CallAdmission } from './call-admission.ts';
import type { Release } from './cause.ts';
import { type DialPlan, mayTakeCalls } from './dial-plan.ts';
import { effectiveSettings } from './effective-settings.ts';
import type { LegWorld } from './leg-world.ts';
import { expand } from './number-expansion.ts';
import { barred, congestion, noRoute, stopped } from './refusals.ts';
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
  readonly admission: Pick<CallAdmission, 'judge'>;
  /** No call more can be taken. */
  isFull(): boolean;
  newCall(): Call;
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

  refer(from: Call, parties: TransferParties, refer: ReceivedRefer, began: (transfer: Transfer) => void): ReferVerdict {
    if (refer.replaces !== undefined) return { status: 501, reason: 'Replaces is not done here' };
    return (progress) => this.#begin(from, parties, refer, progress, began);
  }

  #begin(
    from: Call,
    parties: TransferParties,
    refer: ReceivedRefer,
    progress: ReferProgress,
    began: (transfer: Transfer) => void,
  ): void {
    const { world, plan } = this.#needs;
    const { called, refusal } = this.#judge(parties, refer);
    const call = this.#needs.newCall();
    const terms = {
      calling: parties.numbers.transferee,
      called,
      requested: plan.routesByUri ? refer.uri : undefined,
      peer: parties.transferor.peer,
      hopsLeft: fewest(parties.hopsLeft, refer.maxForwards),
      referredBy: refer.referredBy,
    };
    const transfer = new Transfer(world, from, parties.transferee, call, terms, progress);
    began(transfer);
    call.start(transfer, refusal);
  }

  /** As a call of the transferor to that number is judged. */
  #judge({ transferor, isCaller, numbers }: TransferParties, refer: ReceivedRefer): Judged {
    const settings = this.#needs.settings();
    const { dialPlan, voiceClasses, sip } = settings;
    const asked = expand(refer.called, dialPlan.expansions);
    const refused = (refusal: Release): Judged => ({ called: asked, refusal });
    const peer = transferor.peer?.kind === 'voip' ? transferor.peer : undefined;
    if (this.#needs.isFull()) return refused(congestion);
    if (stopOf(settings) !== undefined) return refused(stopped);
    if (peer !== undefined && !mayTakeCalls(peer)) return refused(barred);
    if (!isCaller && this.#wantsProof(peer)) return refused(barred);
    const profiles = [peer?.translation.incoming, dialPlan.voipIncoming];
    const translated = translateNumbers(voiceClasses, profiles, { calling: numbers.transferor, called: asked });
    if (translated === undefined) return refused(barred);
    if (effectiveSettings(sip, peer) === undefined) return refused(noRoute);
    return { called: translated.called, refusal: this.#needs.admission.judge()?.release };
  }

  /** Whom we called proved nothing when it answered: where its calls must, its transfers must not be had for less. */
  #wantsProof(peer: VoipPeer | undefined): boolean {
    const effective = effectiveSettings(this.#needs.settings().sip, peer);
    return effective !== undefined && wantedProofs(peer, effective.sip) !== undefined;
  }
}

function fewest(one: number | undefined, other: number | undefined): number | undefined {
  return one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
}
