import { GatewayError, type Stream, type TlsCredentials, type TlsSession } from '../../io/index.ts';
import type { ConnectionShare } from './connection-share.ts';
import type { FailureLedger, TlsStage } from './failure-ledger.ts';
import { tellFailureOf, tellUnconnected } from './handshake-failure.ts';
import type { JudgedPeer, Verdict } from './policy.ts';
import type { StreamConnection } from './stream-connection.ts';
import { sourceTowards, timesOf } from './transport-settings.ts';
import type { Shared } from './upper-layer.ts';

const connectTcpMs = 10_000;
/** As server a handshake gets no longer than this, however long `timers connection establish tls` allows. */
const acceptTlsMs = 10_000;
const noSource = 'the interface of bind control has no address to connect from';

export interface SetupParts {
  readonly shared: Shared;
  readonly ledger: FailureLedger;
  /** One comes before we know who it is. */
  readonly handshakes: ConnectionShare;
  /** Messages may flow. */
  readonly established: (connection: StreamConnection, stream: Stream) => void;
}

/** How a TCP or TLS connection comes to be: connecting, the handshake, the verdict on its peer, each within its time. */
export class ConnectionSetup {
  readonly #shared: Shared;
  readonly #ledger: FailureLedger;
  readonly #handshakes: ConnectionShare;
  readonly #established: SetupParts['established'];

  constructor({ shared, ledger, handshakes, established }: SetupParts) {
    this.#shared = shared;
    this.#ledger = ledger;
    this.#handshakes = handshakes;
    this.#established = established;
  }

  async acceptTls(connection: StreamConnection, stream: Stream): Promise<void> {
    const { host } = connection.remote;
    const { tenant } = connection;
    const full = this.#handshakes.begin(host);
    if (full !== undefined) {
      this.#shared.counters.tls.refusals++;
      return this.fail(connection, 'limit', 'limit', new GatewayError('limit-reached', full));
    }
    this.#handshakes.began(connection);
    let session: TlsSession;
    try {
      const answer = this.#shared.policy.credentialsFor(host, 'server', tenant);
      if ('refused' in answer) {
        return this.fail(connection, 'credentials', 'credentials', new GatewayError('tls-failed', answer.refused));
      }
      connection.credentials = answer;
      const limit = Math.min(acceptTlsMs, timesOf(this.#shared.settings, tenant).establishTlsMs);
      this.#limit(connection, limit);
      session = await this.#shared.tls.accept(stream, answer.credentials, limit, (hello) => {
        connection.hello = hello;
      });
    } catch (error) {
      return this.#failHandshake(connection, 'handshake', asError(error));
    } finally {
      // A verdict may have to wait for others, and must not hold up the handshakes of anybody else.
      this.#handshakes.end(connection);
    }
    await this.#judge(connection, session, { role: 'server', remote: connection.remote, tenant });
  }

  async connect(
    connection: StreamConnection,
    serverName: string | undefined,
    credentials: TlsCredentials | undefined,
  ): Promise<void> {
    const { clock, settings, network, tls } = this.#shared;
    const limit = credentials === undefined ? connectTcpMs : timesOf(settings, connection.tenant).establishTlsMs;
    const until = clock.monotonic() + limit;
    this.#limit(connection, limit);
    let stage: TlsStage = 'connect';
    try {
      const from = sourceTowards(settings, connection.remote.host, connection.tenant, connection.bind);
      if (from === 'none') throw new GatewayError('address-not-available', noSource);
      const stream = await network.connectTcp(connection.remote, { timeoutMs: limit, ...from });
      if (connection.ended) return stream.destroy();
      connection.connected(stream);
      if (credentials === undefined) return this.#established(connection, stream);
      stage = 'handshake';
      const name = serverName === undefined ? {} : { serverName };
      const timeoutMs = Math.max(1, until - clock.monotonic());
      const session = await tls.connect(stream, credentials, { timeoutMs, ...name });
      const expected = serverName === undefined ? {} : { expectedName: serverName };
      const { remote, tenant } = connection;
      await this.#judge(connection, session, { role: 'client', remote, tenant, ...expected });
    } catch (error) {
      this.#failHandshake(connection, stage, asError(error));
    }
  }

  async #judge(connection: StreamConnection, session: TlsSession, subject: JudgedPeer): Promise<void> {
    connection.peer = session.peer;
    let verdict: Verdict;
    try {
      verdict = await this.#shared.policy.judge(session.peer, subject);
    } catch (error) {
      verdict = { accepted: false, rule: 'internal', reason: asError(error).message };
    }
    session.judged(verdict.accepted);
    if (connection.ended) return session.stream.destroy();
    if (!verdict.accepted) {
      session.stream.destroy();
      return this.fail(connection, 'policy', verdict.rule, new GatewayError('tls-failed', verdict.reason));
    }
    if (session.peer.resumed) this.#shared.counters.tls.resumed[subject.role]++;
    const { provedName } = verdict;
    connection.provedName = provedName;
    connection.provedNames = verdict.provedNames ?? (provedName === undefined ? [] : [provedName]);
    connection.judged = { subject, validUntil: verdict.validUntil };
    this.#established(connection, session.stream);
  }

  #limit(connection: StreamConnection, limitMs: number): void {
    connection.deadline = this.#shared.clock.after(limitMs, () => {
      const stage =
        connection.state === 'Connecting' ? 'connect' : connection.peer === undefined ? 'handshake' : 'policy';
      this.fail(connection, stage, 'deadline', new GatewayError('connection-timeout', `no end of ${stage} in time`));
    });
  }

  /** The set-up of a connection failed. Does nothing when the connection has ended meanwhile. */
  fail(connection: StreamConnection, stage: TlsStage, rule: string, error: Error): void {
    if (connection.ended) return;
    const reason = error.message;
    if (connection.transport === 'tls') tellFailureOf(connection, this.#shared, this.#ledger, { stage, reason, rule });
    else tellUnconnected(this.#shared.log, connection, reason);
    connection.end('not-established', error);
  }

  /** OpenSSL calls an alert by its name only when the peer sent it. */
  #failHandshake(connection: StreamConnection, stage: TlsStage, error: Error): void {
    this.fail(connection, stage, / alert /.test(error.message) ? 'peer' : 'library', error);
  }

  /** Over TLS 1.3 a server refuses our certificate only after the handshake is over for us: its alert is all it ever says. */
  lateRefusal(connection: StreamConnection, error: Error | undefined): void {
    if (connection.direction !== 'out' || connection.heard) return;
    if (!(error instanceof GatewayError) || error.code !== 'tls-failed') return;
    tellFailureOf(connection, this.#shared, this.#ledger, { stage: 'handshake', reason: error.message, rule: 'peer' });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
