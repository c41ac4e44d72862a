import { copied } from '../copied.ts';
import { standardLimits } from '../limits.ts';
import type { SipRequest, SipResponse } from '../message/index.ts';
import { Admission, type AdmissionReport } from '../screen/index.ts';
import { Deadlines } from './deadlines.ts';
import { clientKey, mergeKey, responseKey, serverKey } from './match.ts';
import type { TimerValues } from './timers.ts';
import { Transaction, type TransactionAction, type TransactionEvent } from './transaction.ts';

export interface TransactionTableLimits {
  /** Transactions of both sides together. */
  readonly transactions: number;
  /** Those of the peers' requests. */
  readonly served: { readonly inAll: number; readonly ofSource: number };
}

/** What a request is known by: `merge` is empty where that question does not arise. */
interface RequestKeys {
  readonly request: SipRequest;
  readonly key: string;
  readonly merge: string;
}

/**
 * All transactions of a user agent: found by message, bounded in number, woken by one queue. Every event goes through
 * `receive` or `tick` here, so that deadlines and the end of a transaction are noticed.
 */
export class TransactionTable<Owner> {
  readonly #limits: TransactionTableLimits;
  readonly #byKey = new Map<string, Transaction<Owner>>();
  readonly #byMerge = new Map<string, Transaction<Owner>>();
  readonly #deadlines = new Deadlines<Transaction<Owner>>();
  readonly #served: Admission;
  /** Of the request that came last: it is looked for, held against the others and begun by the same strings. */
  #keys: RequestKeys | undefined = undefined;
  #refused = 0;

  constructor(limits: TransactionTableLimits = { transactions: 200_000, served: standardLimits.transactions }) {
    this.#limits = limits;
    this.#served = new Admission('requests being served', limits.served);
  }

  /** Other bounds on the peers' requests from now on. */
  limit(served: TransactionTableLimits['served']): void {
    this.#served.limit(served);
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** Transactions that were not begun because the table was full. */
  get refused(): number {
    return this.#refused;
  }

  /**
   * Begins a client transaction; the owner then sets `message` and has it `receive` the event `'start'`. Undefined when the
   * table is full or the branch is in use.
   */
  addClient(
    method: string,
    branch: string,
    owner: Owner,
    timers: TimerValues,
    isReliable: boolean,
  ): Transaction<Owner> | undefined {
    const kind = method === 'INVITE' ? 'invite-client' : 'non-invite-client';
    return this.#add(new Transaction(kind, method, owner, timers, isReliable, clientKey(branch, method)));
  }

  /** Requests being served, the bounds on them, and how many were refused. */
  get served(): AdmissionReport {
    return this.#served.report();
  }

  /**
   * Begins a server transaction for a request that matched none. Undefined when the table is full, or what `source` may have of it
   * is used up: answer 503, statelessly.
   */
  addServer(
    request: SipRequest,
    owner: Owner,
    timers: TimerValues,
    isReliable: boolean,
    source: string,
  ): Transaction<Owner> | undefined {
    const { method } = request;
    const kind = method === 'INVITE' ? 'invite-server' : 'non-invite-server';
    const { key, merge } = this.#keysOf(request);
    if (this.#served.begin(source) !== undefined) return undefined;
    const transaction = this.#add(new Transaction(kind, method, owner, timers, isReliable, key, merge, source));
    if (transaction === undefined) this.#served.end(source);
    return transaction;
  }

  #add(transaction: Transaction<Owner>): Transaction<Owner> | undefined {
    if (this.#byKey.size >= this.#limits.transactions) {
      this.#refused++;
      return undefined;
    }
    if (this.#byKey.has(transaction.key)) return undefined;
    this.#byKey.set(transaction.key, transaction);
    transaction.isListed = true;
    const merge = transaction.mergeKey;
    if (merge !== '' && !this.#byMerge.has(merge)) this.#byMerge.set(merge, transaction);
    return transaction;
  }

  /** The client transaction a response belongs to. */
  findClient(response: SipResponse): Transaction<Owner> | undefined {
    const key = responseKey(response);
    return key === undefined ? undefined : this.#byKey.get(key);
  }

  /** The client transaction we began with this branch. */
  findBranch(branch: string, method: string): Transaction<Owner> | undefined {
    return this.#byKey.get(clientKey(branch, method));
  }

  /** The server transaction a request belongs to: its own, or for an ACK the INVITE's (RFC 3261 17.2.3). */
  findServer(request: SipRequest): Transaction<Owner> | undefined {
    if (request.method === 'ACK') return this.#byKey.get(serverKey(request, 'INVITE'));
    return this.#byKey.get(this.#keysOf(request).key);
  }

  /** The INVITE server transaction a CANCEL asks to end (RFC 3261 9.2). */
  findCancelled(cancel: SipRequest): Transaction<Owner> | undefined {
    return this.#byKey.get(serverKey(cancel, 'INVITE'));
  }

  /** Whether a request that matched no transaction came before by another way: answer 482 (RFC 3261 8.2.2.2). */
  isMerged(request: SipRequest): boolean {
    const { merge } = this.#keysOf(request);
    return merge !== '' && this.#byMerge.has(merge);
  }

  /** Hands an event to a transaction and returns what the owner must do for it. */
  receive(transaction: Transaction<Owner>, event: TransactionEvent, now: number): readonly TransactionAction[] {
    const actions = transaction.receive(event, now);
    this.#settle(transaction);
    return actions;
  }

  /** When `due` next has something; infinity when nothing is pending. */
  get nextDeadline(): number {
    return this.#deadlines.next;
  }

  /** A transaction whose deadline has come; hand it to `tick`. */
  due(now: number): Transaction<Owner> | undefined {
    return this.#deadlines.due(now);
  }

  /** Fires the timer that is due and returns what the owner must do for it. */
  tick(transaction: Transaction<Owner>, now: number): readonly TransactionAction[] {
    const actions = transaction.tick(now);
    this.#settle(transaction);
    return actions;
  }

  /** Forgets a transaction at once, whatever its state: its connection or its owner is gone. */
  remove(transaction: Transaction<Owner>): void {
    if (!transaction.isListed) return;
    transaction.isListed = false;
    this.#deadlines.cancel(transaction);
    this.#byKey.delete(transaction.key);
    if (!transaction.isClient) this.#served.end(transaction.source);
    const merge = transaction.mergeKey;
    if (merge !== '' && this.#byMerge.get(merge) === transaction) this.#byMerge.delete(merge);
  }

  #keysOf(request: SipRequest): RequestKeys {
    if (this.#keys?.request !== request) {
      const [key = '', merge = ''] = copied([serverKey(request, request.method), mergeKey(request)]);
      this.#keys = { request, key, merge };
    }
    return this.#keys;
  }

  #settle(transaction: Transaction<Owner>): void {
    if (transaction.isOver) this.remove(transaction);
    else if (transaction.isListed) this.#deadlines.set(transaction);
  }
}
