import { GatewayError } from '../../io/index.ts';
import { addressText } from './address-text.ts';
import type { Aliases } from './aliases.ts';
import type { FailureLedger } from './failure-ledger.ts';
import type { JudgedPeer, Verdict } from './policy.ts';
import type { StreamConnection } from './stream-connection.ts';
import { subjects } from './subjects.ts';
import type { Shared } from './upper-layer.ts';

/** A verdict costs a fraction of a millisecond: so many are asked for before others have their turn. */
const atOnce = 8;
const pauseMs = 1;

/**
 * Judges peers of established TLS connections again: all of them when trust has changed, one when what its verdict rests on has
 * run out. Who is no longer accepted loses the connection at once, and the ledger and the log say why.
 */
export class LiveJudge {
  readonly #shared: Shared;
  readonly #ledger: FailureLedger;
  readonly #aliases: Aliases;
  readonly #connections: () => Iterable<StreamConnection>;
  #waiting: StreamConnection[] = [];
  #isRunning = false;

  constructor(shared: Shared, ledger: FailureLedger, aliases: Aliases, connections: () => Iterable<StreamConnection>) {
    this.#shared = shared;
    this.#ledger = ledger;
    this.#aliases = aliases;
    this.#connections = connections;
  }

  judgeAll(): void {
    this.#waiting = [...this.#connections()].filter(({ open, judged }) => open && judged !== undefined);
    if (!this.#isRunning) this.#run();
  }

  /** For the sweep. */
  judgeIfDue(connection: StreamConnection): void {
    const { judged, alias } = connection;
    if (this.#isOver(judged?.validUntil)) void this.#judge(connection);
    else if (alias?.state === 'proved' && this.#isOver(alias.validUntil)) void this.#judgeAlias(connection);
  }

  #isOver(until: number | undefined): boolean {
    return until !== undefined && this.#shared.clock.now() > until;
  }

  #run(): void {
    for (const connection of this.#waiting.splice(0, atOnce)) {
      void this.#judge(connection);
      void this.#judgeAlias(connection);
    }
    this.#isRunning = this.#waiting.length > 0;
    if (this.#isRunning) this.#shared.clock.after(pauseMs, () => this.#run());
  }

  async #judge(connection: StreamConnection): Promise<void> {
    const { judged } = connection;
    if (!connection.open || judged === undefined) return;
    // Asked for once at a time: until the answer is there nothing of it runs out.
    connection.judged = { subject: judged.subject };
    const verdict = await this.#ask(connection, judged.subject);
    if (!connection.open) return;
    if (!verdict.accepted) this.#drop(connection, verdict);
    else connection.judged = { subject: judged.subject, validUntil: verdict.validUntil };
  }

  /** Whoever is no longer accepted as the server that we called loses the connection too; one that we did not call is called no more. */
  async #judgeAlias(connection: StreamConnection): Promise<void> {
    const { alias } = connection;
    if (!connection.open || alias === undefined) return;
    // What was refused, or is being asked, may be asked anew.
    if (alias.state !== 'proved') return this.#aliases.withdraw(connection);
    alias.validUntil = undefined;
    const verdict = await this.#ask(connection, alias.subject);
    if (!connection.open || connection.alias !== alias) return;
    if (verdict.accepted) alias.validUntil = verdict.validUntil;
    else if (this.#aliases.refused(connection, alias, verdict.reason)) this.#drop(connection, verdict);
  }

  async #ask({ peer }: StreamConnection, subject: JudgedPeer): Promise<Verdict> {
    if (peer === undefined) return { accepted: false, rule: 'internal', reason: 'nothing is known of the peer' };
    try {
      return await this.#shared.policy.judge(peer, { ...subject, isLive: true });
    } catch (error) {
      return { accepted: false, rule: 'internal', reason: String(error) };
    }
  }

  #drop(connection: StreamConnection, { rule, reason }: Extract<Verdict, { accepted: false }>): void {
    const { id, remote, knownLocal: local, direction, peer } = connection;
    const role = direction === 'in' ? 'server' : 'client';
    const at = this.#shared.clock.now();
    this.#ledger.add({ at, role, remote, local, stage: 'live', reason, rule, chain: subjects(peer), alerts: {} });
    this.#shared.log('TLS_PEER_DROPPED', { id, remote: addressText(remote), reason, rule });
    connection.end('refused', new GatewayError('tls-failed', reason));
  }
}
