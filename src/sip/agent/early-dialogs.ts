import { Dialog, type SentInvite } from '../dialog/index.ts';
import type { SipResponse } from '../message/index.ts';

/** Branches of a fork that we remember; what more of them say reliably stays unacknowledged, and ends by itself. */
const branchesAtMost = 16;

interface Branch {
  readonly dialog: Dialog;
  rseq: number;
}

/**
 * The early dialogs of an INVITE of ours: one for each branch of a fork that answers reliably (RFC 3262 4). Of each the order of
 * its provisional responses is kept.
 */
export class EarlyDialogs {
  readonly #branches = new Map<string, Branch>();
  /** CSeq number of the last request in those that are forgotten: they may answer still, and be spoken to. */
  forgottenSequence = 0;

  get(remoteTag: string | undefined): Dialog | undefined {
    return remoteTag === undefined ? undefined : this.#branches.get(remoteTag)?.dialog;
  }

  get dialogs(): readonly Dialog[] {
    return [...this.#branches.values()].map(({ dialog }) => dialog);
  }

  /** The branch that spoke last. */
  get latest(): Dialog | undefined {
    return this.dialogs.at(-1);
  }

  /** CSeq number of the last request in any of them; at least `sequence`. */
  lastSequence(sequence: number): number {
    return Math.max(sequence, ...this.dialogs.map(({ localSequence }) => localSequence));
  }

  /**
   * Judges a reliable provisional response. `new branch` and `next` want a PRACK in `dialog`; what comes again or out of order
   * wants nothing: it was acknowledged, or will come once more.
   */
  take(
    response: SipResponse,
    rseq: number,
    sent: SentInvite,
  ): { readonly kind: 'new branch' | 'next'; readonly dialog: Dialog } | { readonly kind: 'ignored' } {
    const { toTag = '' } = response;
    const known = this.#branches.get(toTag);
    if (known !== undefined) {
      if (rseq !== known.rseq + 1) return { kind: 'ignored' };
      known.rseq = rseq;
      return { kind: 'next', dialog: known.dialog };
    }
    const dialog = this.#branches.size < branchesAtMost ? Dialog.fromResponse(sent, response) : undefined;
    if (dialog === undefined) return { kind: 'ignored' };
    this.#branches.set(toTag, { dialog, rseq });
    return { kind: 'new branch', dialog };
  }

  /** Forgets them, and says which they were. */
  clear(): readonly Dialog[] {
    if (this.#branches.size === 0) return [];
    const { dialogs } = this;
    this.forgottenSequence = this.lastSequence(this.forgottenSequence);
    this.#branches.clear();
    return dialogs;
  }
}
