import {
  type Address,
  type DebugTopic,
  GatewayError,
  type Stream,
  type TlsCredentials,
  type TlsSession,
} from '../../io/index.ts';
import { addressText } from './address-text.ts';
import { Admission } from './admission.ts';
import { FailureLedger, type TlsStage } from './failure-ledger.ts';
import type { Opening, OpenRequest } from './flow.ts';
import { LiveJudge } from './live-judge.ts';
import type { JudgedPeer, TlsRole, Verdict } from './policy.ts';
import { ReuseTable } from './reuse-table.ts';
import { SocketTable } from './socket-table.ts';
import { type ConnectionOwner, type EndCause, StreamConnection } from './stream-connection.ts';
import { subjects } from './subjects.ts';
import type { Shared } from './upper-layer.ts';

/** Accepted at most; the remaining ids are left for connections of our own. */
const acceptedAtMost = 16_000;
/** Of them from one address, so that no source can take them all. */
const acceptedPerSource = 4000;
/** Whoever opens a TCP connection and says nothing for so long is let go. Over TLS the certificate has spoken. */
const silentMs = 60_000;
const connectTcpMs = 10_000;
/** As server a handshake gets no longer than this, however long `timers connection establish tls` allows. */
const acceptTlsMs = 10_000;
/** TLS is not aged out by `timers connection aging` but by a limit of its own. */
const tlsAgingMs = 60 * 60_000;
/** What closes a connection that whoever uses it did not want closed. */
const brokenBy: ReadonlySet<EndCause> = new Set(['remote', 'fatal', 'refused']);
/** Entries of accepted TLS connections: never found by `open`, since what the peer proved is not what we asked for. */
const acceptedIdentity = 'in';

/** TCP and TLS: accepts, connects, asks for the verdict, and owns every connection from its first attempt to its end. */
export class StreamSide implements ConnectionOwner {
  readonly sockets = new SocketTable<StreamConnection>();
  readonly reuse = { tcp: new ReuseTable<StreamConnection>(), tls: new ReuseTable<StreamConnection>() };
  readonly ledger = new FailureLedger();
  readonly live: LiveJudge;
  /** One costs two milliseconds of CPU, and comes before we know who it is. */
  readonly handshakes = new Admission('TLS handshakes are in flight', 512, 64);
  readonly #accepted = new Admission('connections are accepted', acceptedAtMost, acceptedPerSource);
  sweptAt: number;
  readonly messages: DebugTopic;
  readonly #shared: Shared;
  #isClosed = false;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.live = new LiveJudge(shared, this.ledger, () => this.sockets.values());
    this.sweptAt = shared.clock.monotonic();
    this.messages = shared.trace.messages;
  }

  async listen(transport: 'tcp' | 'tls', local: Address): Promise<{ readonly local: Address; close(): void }> {
    return this.#shared.network.listenTcp(local, {
      accepted: (stream) => this.#accept(transport, stream),
      failed: (error) =>
        this.#shared.log('SOCKET_FAILED', {
          local: addressText(local),
          transport: transport.toUpperCase(),
          reason: error.message,
        }),
    });
  }

  open(request: OpenRequest & { readonly transport: 'tcp' | 'tls' }, opening: Opening): void {
    const { transport, remote } = request;
    const wanted = this.#wanted(request);
    if ('refused' in wanted) {
      this.#shared.counters.tls.connectionFailures++;
      this.#record(undefined, 'client', remote, 'credentials', wanted.refused, 'credentials', []);
      this.#shared.upper.failed(opening, 'tls-failed', wanted.refused);
      return;
    }
    const known = this.reuse[transport].find(remote, wanted.identity);
    if (known !== undefined && !known.ended && !known.draining) {
      this.#join(known, opening);
      return;
    }
    const connection = this.#add(transport, remote, 'out', wanted.identity);
    if (connection === undefined) {
      this.#shared.counters[transport].connectionFailures++;
      this.#shared.upper.failed(opening, 'limit-reached', 'No connection id is free');
      return;
    }
    connection.wait(opening);
    void this.#connect(connection, request.serverName, wanted.credentials);
  }

  message(message: string, connection: StreamConnection): void {
    if (!this.#shared.upper.received(message, connection)) connection.end('local', new Error('internal error'));
  }

  sendFailed(connection: StreamConnection): void {
    this.#shared.counters[connection.transport].sendFailures++;
  }

  queued(size: number, connection: StreamConnection): void {
    this.#shared.counters[connection.transport].queued(size, connection.remote);
  }

  ended(connection: StreamConnection, cause: EndCause, error: Error | undefined): void {
    const { upper, counters } = this.#shared;
    const count = counters[connection.transport];
    this.sockets.remove(connection);
    if (connection.direction === 'in') this.#accepted.end(connection.remote.host);
    if (!connection.keepsEntry) this.reuse[connection.transport].remove(connection, connection.identity);
    if (cause === 'aged') count.ageouts++;
    else if (cause === 'remote') count.remoteClosures++;
    else if (cause === 'fatal') this.#logClosed(connection, error);
    else if (cause === 'not-established' && connection.direction === 'out') count.connectionFailures++;
    if (cause === 'remote') this.#lateRefusal(connection, error);
    const code = error instanceof GatewayError ? error.code : 'closed';
    for (const opening of connection.takeOpenings()) {
      upper.failed(opening, code, error?.message ?? 'The connection was cleared');
    }
    if (connection.wasOpen) upper.closed(connection, error, brokenBy.has(cause));
  }

  sweep(now: number): void {
    this.sweptAt = now;
    for (const connection of this.sockets.values()) {
      if (!connection.open) continue;
      const limit = this.#idleLimit(connection);
      const stalled = connection.stalled(now);
      if (stalled !== undefined) connection.end('fatal', new GatewayError('connection-timeout', stalled));
      else if (now - connection.usedAt >= limit) connection.end('aged');
      else {
        this.live.judgeIfDue(connection);
        this.#endDrained(connection);
      }
    }
  }

  #idleLimit({ transport, direction, spoke }: StreamConnection): number {
    if (transport === 'tls') return tlsAgingMs;
    const { agingMs } = this.#shared.settings;
    return direction === 'in' && !spoke ? Math.min(silentMs, agingMs) : agingMs;
  }

  /** `clear ... id`: the entry in the upper table stays. */
  clear(transport: 'tcp' | 'tls', id: number): boolean {
    const connection = this.sockets.get(id);
    if (connection?.transport !== transport) return false;
    connection.keepsEntry = true;
    connection.end('cleared');
    return true;
  }

  /** `clear ... drain`: what is on it goes on, nothing begins on it, and its last dialog ends it. */
  drain(transport: 'tcp' | 'tls', which: (connection: StreamConnection) => boolean): number {
    let count = 0;
    for (const connection of this.sockets.values()) {
      if (connection.transport !== transport || !which(connection)) continue;
      count++;
      connection.draining = true;
      this.#endDrained(connection);
    }
    return count;
  }

  #endDrained(connection: StreamConnection): void {
    if (connection.draining && connection.open && !this.#shared.upper.inUse(connection)) connection.end('cleared');
  }

  close(): void {
    this.#isClosed = true;
    for (const connection of this.sockets.values()) connection.end('local');
  }

  #accept(transport: 'tcp' | 'tls', stream: Stream): void {
    const { host } = stream.remote;
    const full = this.#isClosed ? 'closed' : this.#accepted.begin(host);
    if (full !== undefined) return this.#refuse(transport, stream, full);
    const connection = this.#add(transport, stream.remote, 'in', transport === 'tls' ? acceptedIdentity : '');
    if (connection === undefined) {
      this.#accepted.end(host);
      return this.#refuse(transport, stream, 'the connection table is full');
    }
    connection.connected(stream);
    if (transport === 'tcp') this.#establish(connection, stream);
    else void this.#acceptTls(connection, stream);
  }

  #refuse(transport: 'tcp' | 'tls', stream: Stream, reason: string): void {
    stream.destroy();
    if (this.#isClosed) return;
    this.#shared.counters[transport].refusals++;
    const { local, remote } = stream;
    this.#shared.log('CONNECTION_REFUSED', {
      local: addressText(local),
      remote: addressText(remote),
      transport: transport.toUpperCase(),
      reason,
    });
  }

  async #acceptTls(connection: StreamConnection, stream: Stream): Promise<void> {
    const { host } = connection.remote;
    const full = this.handshakes.begin(host);
    if (full !== undefined) {
      this.#shared.counters.tls.refusals++;
      return this.#fail(connection, 'limit', 'limit', new GatewayError('limit-reached', full));
    }
    let session: TlsSession;
    try {
      const answer = this.#shared.policy.credentialsFor(host, 'server');
      if ('refused' in answer) {
        return this.#fail(connection, 'credentials', 'credentials', new GatewayError('tls-failed', answer.refused));
      }
      const limit = Math.min(acceptTlsMs, this.#shared.settings.establishTlsMs);
      this.#limit(connection, limit);
      session = await this.#shared.tls.accept(stream, answer.credentials, limit);
    } catch (error) {
      return this.#fail(connection, 'handshake', 'library', asError(error));
    } finally {
      // A verdict may have to wait for others, and must not hold up the handshakes of anybody else.
      this.handshakes.end(host);
    }
    await this.#judge(connection, session, { role: 'server', remote: connection.remote });
  }

  async #connect(
    connection: StreamConnection,
    serverName: string | undefined,
    credentials: TlsCredentials | undefined,
  ): Promise<void> {
    const { clock, settings, network, tls } = this.#shared;
    const limit = credentials === undefined ? connectTcpMs : settings.establishTlsMs;
    const until = clock.monotonic() + limit;
    this.#limit(connection, limit);
    let stage: TlsStage = 'connect';
    try {
      const localHost = settings.sourceHost === undefined ? {} : { localHost: settings.sourceHost };
      const stream = await network.connectTcp(connection.remote, { timeoutMs: limit, ...localHost });
      if (connection.ended) return stream.destroy();
      connection.connected(stream);
      if (credentials === undefined) return this.#establish(connection, stream);
      stage = 'handshake';
      const name = serverName === undefined ? {} : { serverName };
      const timeoutMs = Math.max(1, until - clock.monotonic());
      const session = await tls.connect(stream, credentials, { timeoutMs, ...name });
      const expected = serverName === undefined ? {} : { expectedName: serverName };
      await this.#judge(connection, session, { role: 'client', remote: connection.remote, ...expected });
    } catch (error) {
      this.#fail(connection, stage, 'library', asError(error));
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
    if (connection.ended) return session.stream.destroy();
    if (!verdict.accepted) {
      session.stream.destroy();
      return this.#fail(connection, 'policy', verdict.rule, new GatewayError('tls-failed', verdict.reason));
    }
    connection.provedName = verdict.provedName;
    connection.judged = { subject, validUntil: verdict.validUntil };
    this.#establish(connection, session.stream);
  }

  #establish(connection: StreamConnection, stream: Stream): void {
    for (const opening of connection.established(stream)) this.#shared.upper.opened(opening, connection);
  }

  #join(connection: StreamConnection, opening: Opening): void {
    if (connection.open) this.#shared.upper.opened(opening, connection);
    else if (!connection.wait(opening)) {
      this.sendFailed(connection);
      this.#shared.upper.failed(opening, 'limit-reached', 'Too many requests wait for this connection');
    }
  }

  #add(
    transport: 'tcp' | 'tls',
    remote: Address,
    direction: 'in' | 'out',
    identity: string,
  ): StreamConnection | undefined {
    const connection = this.sockets.add(
      (id) => new StreamConnection(id, { transport, remote, direction, identity }, this),
    );
    if (connection === undefined) return undefined;
    this.reuse[transport].put(connection, identity);
    this.#shared.busy();
    return connection;
  }

  #wanted(
    request: OpenRequest,
  ): { readonly identity: string; readonly credentials: TlsCredentials | undefined } | { readonly refused: string } {
    if (request.transport !== 'tls') return { identity: '', credentials: undefined };
    const answer = this.#shared.policy.credentialsFor(request.remote.host, 'client');
    if ('refused' in answer) return answer;
    const name = request.serverName?.toLowerCase() ?? '';
    return { identity: `out ${name} ${answer.policy}`, credentials: answer.credentials };
  }

  #limit(connection: StreamConnection, limitMs: number): void {
    connection.deadline = this.#shared.clock.after(limitMs, () => {
      const stage =
        connection.state === 'Connecting' ? 'connect' : connection.peer === undefined ? 'handshake' : 'policy';
      this.#fail(connection, stage, 'deadline', new GatewayError('connection-timeout', `no end of ${stage} in time`));
    });
  }

  /** The set-up of a connection failed. Does nothing when the connection has ended meanwhile. */
  #fail(connection: StreamConnection, stage: TlsStage, rule: string, error: Error): void {
    if (connection.ended) return;
    if (connection.transport === 'tls') {
      const role = connection.direction === 'in' ? 'server' : 'client';
      this.#record(connection, role, connection.remote, stage, error.message, rule, subjects(connection.peer));
    }
    connection.end('not-established', error);
  }

  /** Over TLS 1.3 a server refuses our certificate only after the handshake is over for us: its alert is all it ever says. */
  #lateRefusal(connection: StreamConnection, error: Error | undefined): void {
    if (connection.direction !== 'out' || connection.heard) return;
    if (!(error instanceof GatewayError) || error.code !== 'tls-failed') return;
    const chain = subjects(connection.peer);
    this.#record(connection, 'client', connection.remote, 'handshake', error.message, 'peer', chain);
  }

  #record(
    connection: StreamConnection | undefined,
    role: TlsRole,
    remote: Address,
    stage: TlsStage,
    reason: string,
    rule: string,
    chain: readonly string[],
  ): void {
    const { log, clock, counters } = this.#shared;
    const local = connection?.knownLocal;
    this.ledger.add({ at: clock.now(), role, remote, local, stage, reason, rule, chain });
    if (stage !== 'connect' && stage !== 'limit') counters.tls.handshakeFailures[role]++;
    log('TLS_HANDSHAKE_FAILED', {
      reason,
      id: connection?.id ?? 0,
      local: local === undefined ? '-' : addressText(local),
      remote: addressText(remote),
      role,
      stage,
      rule,
    });
  }

  #logClosed(connection: StreamConnection, error: Error | undefined): void {
    this.#shared.log('STREAM_CLOSED', {
      id: connection.id,
      remote: addressText(connection.remote),
      transport: connection.transport.toUpperCase(),
      reason: error?.message ?? '',
    });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
