import { GatewayError } from '../../io/index.ts';
import { addressText } from './address-text.ts';
import type { FailureLedger } from './failure-ledger.ts';
import type { Verdict } from './policy.ts';
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
  readonly #connections: () => Iterable<StreamConnection>;
  #waiting: StreamConnection[] = [];
  #isRunning = false;

  constructor(shared: Shared, ledger: FailureLedger, connections: () => Iterable<StreamConnection>) {
    this.#shared = shared;
    this.#ledger = ledger;
    this.#connections = connections;
  }

  judgeAll(): void {
    this.#waiting = [...this.#connections()].filter(({ open, judged }) => open && judged !== undefined);
    if (!this.#isRunning) this.#run();
  }

  /** For the sweep. */
  judgeIfDue(connection: StreamConnection): void {
    const { judged } = connection;
    if (judged?.validUntil !== undefined && this.#shared.clock.now() > judged.validUntil) void this.#judge(connection);
  }

  #run(): void {
    for (const connection of this.#waiting.splice(0, atOnce)) void this.#judge(connection);
    this.#isRunning = this.#waiting.length > 0;
    if (this.#isRunning) this.#shared.clock.after(pauseMs, () => this.#run());
  }

  async #judge(connection: StreamConnection): Promise<void> {
    const { judged, peer } = connection;
    if (!connection.open || judged === undefined || peer === undefined) return;
    // Asked for once at a time: until the answer is there nothing of it runs out.
    connection.judged = { subject: judged.subject };
    let verdict: Verdict;
    try {
      verdict = await this.#shared.policy.judge(peer, { ...judged.subject, isLive: true });
    } catch (error) {
      verdict = { accepted: false, rule: 'internal', reason: String(error) };
    }
    if (!connection.open) return;
    if (!verdict.accepted) this.#drop(connection, verdict);
    else connection.judged = { subject: judged.subject, validUntil: verdict.validUntil };
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
