import type { ReferOutcome, ReferProgress } from '../sip/session.ts';
import type { TransferCourse } from './call.ts';

/** Whoever answers so cannot do it, whatever it says of itself; the others do not want to. */
const unableStatuses: ReadonlySet<number> = new Set([405, 420, 481, 501]);

/**
 * A REFER that the transferee was sent, to do itself what it asks. A transferor that hangs up before it is answered leaves the call
 * standing for so long: else the transferee would have its BYE as soon as the REFER, and there would be nobody to transfer when it
 * cannot do it.
 */
export class PassedTransfer implements TransferCourse, ReferOutcome {
  readonly #progress: ReferProgress;
  readonly #carryOut: (transferorLeft: boolean) => void;
  #state: 'asked' | 'taken' | 'over' = 'asked';
  #endCall: (() => void) | undefined;

  /** `carryOut`: the gateway is to do it, since the transferee cannot. */
  constructor(progress: ReferProgress, carryOut: (transferorLeft: boolean) => void) {
    this.#progress = progress;
    this.#carryOut = carryOut;
  }

  get isPending(): boolean {
    return this.#state !== 'over';
  }

  transferorEnded(endCall: () => void): boolean {
    if (this.#state !== 'asked') return false;
    this.#endCall = endCall;
    return true;
  }

  callEnded(): void {
    this.#state = 'over';
    this.#endCall = undefined;
  }

  taken(): void {
    if (this.#state !== 'asked') return;
    this.#state = 'taken';
    this.#letGo();
  }

  tell(status: number, why?: Parameters<ReferProgress['tell']>[1]): void {
    this.#progress.tell(status, why);
    if (this.#state === 'over') return;
    if (status < 200) return this.taken();
    this.#state = 'over';
    this.#letGo();
  }

  refused(status: number): void {
    const isUnable = this.isPending && unableStatuses.has(status);
    this.#state = 'over';
    if (isUnable) this.#carryOut(this.#endCall !== undefined);
    else this.#progress.tell(status);
    this.#letGo();
  }

  /** What the transferor left is over, unless the transferee is out of it already: then no more than the record is. */
  #letGo(): void {
    const endCall = this.#endCall;
    this.#endCall = undefined;
    endCall?.();
  }
}
