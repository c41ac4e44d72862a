import type { SipRequest } from '../message/index.ts';
import { type Dialog, dialogId } from './dialog.ts';

export interface DialogTableLimits {
  readonly dialogs: number;
}

/** Dialogs by Call-ID and tags (RFC 3261 12), each with what its owner wants to find: usually the call leg. */
export class DialogTable<Owner> {
  readonly #limits: DialogTableLimits;
  readonly #owners = new Map<string, Owner>();
  #refused = 0;

  constructor(limits: DialogTableLimits = { dialogs: 100_000 }) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#owners.size;
  }

  /** Dialogs that were not kept because the table was full. */
  get refused(): number {
    return this.#refused;
  }

  /** False when the table is full or the dialog's identity is taken: the call cannot go on. */
  add(dialog: Dialog, owner: Owner): boolean {
    const { id } = dialog;
    if (this.#owners.has(id)) return false;
    if (this.#owners.size >= this.#limits.dialogs) {
      this.#refused++;
      return false;
    }
    this.#owners.set(id, owner);
    return true;
  }

  /** Whose dialog a request belongs to; undefined when it belongs to none: answer 481, or begin anew without To tag. */
  find(request: SipRequest): Owner | undefined {
    const { toTag } = request;
    return toTag === undefined ? undefined : this.#owners.get(dialogId(request.callId, toTag, request.fromTag ?? ''));
  }

  /** By `dialogId`. */
  named(id: string): Owner | undefined {
    return this.#owners.get(id);
  }

  remove(dialog: Dialog): void {
    this.#owners.delete(dialog.id);
  }
}
