import { GatewayError, type Stream, type TlsCredentials, type TlsSession } from '../../io/index.ts';
import { standardLimits } from '../limits.ts';
import { noTenant } from '../settings.ts';
import type { MessageTrace } from '../trace.ts';
import { addressText } from './address-text.ts';
import { Arrivals } from './arrivals.ts';
import { ClosedLedger } from './closed-ledger.ts';
import { tellEnd } from './connection-end.ts';
import { ConnectionShare } from './connection-share.ts';
import { DescriptorBound } from './descriptor-bound.ts';
import { FailureLedger, type TlsStage } from './failure-ledger.ts';
import type { Opening, OpenRequest } from './flow.ts';
import { tellFailureOf, tellNoCredentials } from './handshake-failure.ts';
import { idleLimit } from './idle-limit.ts';
import type { OpenListener } from './listeners.ts';
import { LiveJudge } from './live-judge.ts';
import type { GivenCredentials, JudgedPeer, Verdict } from './policy.ts';
import { identityOf, ReuseTable } from './reuse-table.ts';
import { SocketTable } from './socket-table.ts';
import { type ConnectionOptions, type ConnectionOwner, type EndCause, StreamConnection } from './stream-connection.ts';
import { isEveryAddress, type ListenerSettings, mayLeaveFrom, sourceTowards, timesOf } from './transport-settings.ts';
import { UnfinishedBytes } from './unfinished-bytes.ts';
import type { Shared } from './upper-layer.ts';

const connectTcpMs = 10_000;
/** As server a handshake gets no longer than this, however long `timers connection establish tls` allows. */
const acceptTlsMs = 10_000;
const noSource = 'the interface of bind control has no address to connect from';
/** What closes a connection that whoever uses it did not want closed. */
const brokenBy: ReadonlySet<EndCause> = new Set(['remote', 'fatal', 'refused', 'moved']);
/** Entries of accepted TLS connections: never found by `open`, since what the peer proved is not what we asked for. */
const acceptedIdentity = 'in';

/** TCP and TLS: accepts, connects, asks for the verdict, and owns every connection from its first attempt to its end. */
export class StreamSide implements ConnectionOwner {
  readonly sockets = new SocketTable<StreamConnection>();
  readonly reuse = { tcp: new ReuseTable<StreamConnection>(), tls: new ReuseTable<StreamConnection>() };
  readonly ledger = new FailureLedger();
  readonly history = new ClosedLedger();
  readonly live: LiveJudge;
  readonly arrivals: Arrivals;
  /** One comes before we know who it is. */
  readonly handshakes: ConnectionShare;
  readonly accepted: ConnectionShare;
  readonly unfinished: UnfinishedBytes;
  sweptAt: number;
  readonly messages: MessageTrace;
  readonly #shared: Shared;
  /** Tenants by transport and address, at ports of every address. */
  readonly #within = new Map<string, number>();
  readonly #descriptors: DescriptorBound;
  #isClosed = false;

  constructor(shared: Shared, descriptorsAtMost: number | undefined) {
    this.#descriptors = new DescriptorBound(descriptorsAtMost, shared.log);
    this.#shared = shared;
    this.arrivals = new Arrivals(shared);
    this.live = new LiveJudge(shared, this.ledger, () => this.sockets.values());
    this.sweptAt = shared.clock.monotonic();
    this.messages = shared.trace.messages;
    const share = (what: string, bounds: { readonly inAll: number; readonly ofSource: number }): ConnectionShare =>
      new ConnectionShare(what, bounds, shared.knows, (connection, why) => this.#shed(connection, why));
    this.handshakes = share('TLS handshakes in flight', standardLimits.handshakes);
    this.accepted = share('connections accepted', standardLimits.connections);
    this.unfinished = new UnfinishedBytes(
      standardLimits.unfinished,
      (connection) => this.#isKnown(connection),
      (connection, why) => connection.end('shed', new GatewayError('limit-reached', why)),
    );
    this.limit();
  }

  /** The bounds are other ones. */
  limit(): void {
    const { handshakes, connections, unfinished } = this.#shared.settings.limits ?? standardLimits;
    this.handshakes.limit(handshakes);
    this.accepted.limit(this.#descriptors.within(connections));
    this.unfinished.limit(unfinished);
    this.arrivals.limit();
  }

  async listen(transport: 'tcp' | 'tls', settings: ListenerSettings): Promise<OpenListener> {
    const { local, tenant, shared } = settings;
    if (shared && !isEveryAddress(local.host)) return this.#listenWithin(transport, settings);
    const listener = await this.#shared.network.listenTcp(local, {
      accepted: (stream) =>
        this.arrivals.arrived(
          stream,
          (remote, via) =>
            this.#accept({ transport, tenant: this.#tenantAt(transport, stream, tenant), remote, via }, stream),
          (reason) => this.#refuse(transport, stream, reason),
        ),
      failed: (error) => {
        this.#shared.counters[transport].refusals++;
        this.#shared.log('SOCKET_FAILED', {
          local: addressText(local),
          transport: transport.toUpperCase(),
          reason: error.message,
        });
      },
    });
    const close = (): void => listener.close();
    // Connections that it accepted are not its own.
    return { local: listener.local, retire: close, close };
  }

  /** A tenant's address at a port of every address: the socket is theirs, and what comes to that address is the tenant's. */
  #listenWithin(transport: 'tcp' | 'tls', { local, tenant }: ListenerSettings): OpenListener {
    const key = `${transport} ${addressText(local)}`;
    this.#within.set(key, tenant);
    const close = (): void => {
      if (this.#within.get(key) === tenant) this.#within.delete(key);
    };
    return { local, retire: close, close };
  }

  #tenantAt(transport: 'tcp' | 'tls', { local }: Stream, otherwise: number): number {
    return this.#within.size === 0 ? otherwise : (this.#within.get(`${transport} ${addressText(local)}`) ?? otherwise);
  }

  open(request: OpenRequest & { readonly transport: 'tcp' | 'tls' }, opening: Opening): void {
    const { transport, remote, tenant = noTenant, bind, serverName: asked } = request;
    const wanted = this.#wanted(request);
    if ('refused' in wanted) {
      this.#shared.counters.tls.connectionFailures++;
      tellNoCredentials(this.#shared, this.ledger, remote, wanted.refused);
      this.#shared.upper.failed(opening, 'tls-failed', wanted.refused);
      return;
    }
    const known = this.reuse[transport].find(remote, wanted.identity);
    if (known !== undefined && !known.ended && !known.draining) {
      this.#join(known, opening);
      return;
    }
    const connection = this.#add({ transport, remote, tenant, bind, direction: 'out', ...wanted, asked });
    if (connection === undefined) {
      this.#shared.counters[transport].connectionFailures++;
      this.#shared.upper.failed(opening, 'limit-reached', 'No connection id is free');
      return;
    }
    connection.credentials = wanted.answer;
    connection.wait(opening);
    void this.#connect(connection, request.serverName, wanted.answer?.credentials);
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

  used(connection: StreamConnection): void {
    this.accepted.used(connection);
  }

  holds(connection: StreamConnection, by: number, isEmpty: boolean): void {
    this.unfinished.changed(connection, by, isEmpty);
  }

  carriedChanged(connection: StreamConnection): void {
    this.accepted.changed(connection);
  }

  ended(connection: StreamConnection, cause: EndCause, error: Error | undefined): void {
    const { upper, clock } = this.#shared;
    this.sockets.remove(connection);
    this.history.add(connection, cause, error, clock.now(), clock.monotonic());
    this.handshakes.end(connection);
    this.accepted.end(connection);
    if (!connection.keepsEntry) this.reuse[connection.transport].remove(connection, connection.identity);
    tellEnd(this.#shared, connection, cause, error);
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
      const stalled = connection.stalled(now) ?? connection.keepAlive(now);
      if (stalled !== undefined) connection.end('fatal', new GatewayError('connection-timeout', stalled));
      else if (connection.isIdle(now, this.#idleLimit(connection))) connection.end('aged');
      else {
        this.live.judgeIfDue(connection);
        this.#endDrained(connection);
      }
    }
  }

  #idleLimit(connection: StreamConnection): number {
    return idleLimit(connection, timesOf(this.#shared.settings, connection.tenant).agingMs, this.#isKnown(connection));
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
      this.#drain(connection, 'cleared');
    }
    return count;
  }

  /** `bind control` may have changed: connections of ours from another address are drained. */
  leaveOldSources(): void {
    const { settings } = this.#shared;
    for (const connection of this.sockets.values()) {
      const { direction, knownLocal, remote, tenant, bind } = connection;
      if (direction === 'in' || knownLocal === undefined) continue;
      if (!mayLeaveFrom(settings, knownLocal.host, remote.host, tenant, bind)) this.#drain(connection, 'moved');
    }
  }

  #drain(connection: StreamConnection, why: 'cleared' | 'moved'): void {
    connection.leaves ??= why;
    this.#endDrained(connection);
  }

  #endDrained(connection: StreamConnection): void {
    const { leaves, open } = connection;
    if (leaves !== undefined && open && !this.#shared.upper.inUse(connection)) connection.end(leaves);
  }

  close(): void {
    this.#isClosed = true;
    this.arrivals.close();
    for (const connection of this.sockets.values()) connection.end('local');
  }

  #accept(arrived: Pick<ConnectionOptions, 'transport' | 'tenant' | 'remote' | 'via'>, stream: Stream): void {
    const { transport, tenant } = arrived;
    const { host } = arrived.remote;
    const full = this.#isClosed ? 'closed' : this.accepted.begin(host);
    if (full !== undefined) return this.#refuse(transport, stream, full);
    const identity = transport === 'tls' ? acceptedIdentity : identityOf(tenant);
    const connection = this.#add({ ...arrived, direction: 'in', identity });
    if (connection === undefined) {
      this.accepted.gaveUp(host);
      return this.#refuse(transport, stream, 'the connection table is full');
    }
    this.accepted.began(connection);
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
    const { tenant } = connection;
    const full = this.handshakes.begin(host);
    if (full !== undefined) {
      this.#shared.counters.tls.refusals++;
      return this.#fail(connection, 'limit', 'limit', new GatewayError('limit-reached', full));
    }
    this.handshakes.began(connection);
    let session: TlsSession;
    try {
      const answer = this.#shared.policy.credentialsFor(host, 'server', tenant);
      if ('refused' in answer) {
        return this.#fail(connection, 'credentials', 'credentials', new GatewayError('tls-failed', answer.refused));
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
      this.handshakes.end(connection);
    }
    await this.#judge(connection, session, { role: 'server', remote: connection.remote, tenant });
  }

  async #connect(
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
      if (credentials === undefined) return this.#establish(connection, stream);
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
      return this.#fail(connection, 'policy', verdict.rule, new GatewayError('tls-failed', verdict.reason));
    }
    if (session.peer.resumed) this.#shared.counters.tls.resumed[subject.role]++;
    const { provedName } = verdict;
    connection.provedName = provedName;
    connection.provedNames = verdict.provedNames ?? (provedName === undefined ? [] : [provedName]);
    connection.judged = { subject, validUntil: verdict.validUntil };
    this.#establish(connection, session.stream);
  }

  #establish(connection: StreamConnection, stream: Stream): void {
    this.accepted.changed(connection);
    const { framing, framingOfStrangers } = this.#shared.settings.limits ?? standardLimits;
    const bounds = this.#isKnown(connection) ? framing : framingOfStrangers;
    for (const opening of connection.established(stream, bounds)) this.#shared.upper.opened(opening, connection);
  }

  #join(connection: StreamConnection, opening: Opening): void {
    if (connection.open) this.#shared.upper.opened(opening, connection);
    else if (!connection.wait(opening)) {
      this.sendFailed(connection);
      this.#shared.upper.failed(opening, 'limit-reached', 'Too many requests wait for this connection');
    }
  }

  #add(options: Omit<ConnectionOptions, 'since'>): StreamConnection | undefined {
    const since = this.#shared.clock.monotonic();
    const connection = this.sockets.add((id) => new StreamConnection(id, { ...options, since }, this));
    if (connection === undefined) return undefined;
    this.reuse[options.transport].put(connection, options.identity);
    this.#shared.busy();
    return connection;
  }

  /** A peer of ours, or one that the configuration or the list names. */
  #isKnown({ direction, remote, provedNames }: StreamConnection): boolean {
    return direction === 'out' || this.#shared.knows({ host: remote.host, provedNames });
  }

  #wanted(
    request: OpenRequest,
  ): { readonly identity: string; readonly answer?: GivenCredentials } | { readonly refused: string } {
    const { tenant = noTenant, bind } = request;
    const whose = identityOf(tenant, bind);
    if (request.transport !== 'tls') return { identity: whose };
    const answer = this.#shared.policy.credentialsFor(request.remote.host, 'client', tenant);
    if ('refused' in answer) return answer;
    const name = request.serverName?.toLowerCase() ?? '';
    return { identity: `out ${name} ${answer.policy}${whose}`, answer };
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
    if (connection.transport === 'tls')
      tellFailureOf(connection, this.#shared, this.ledger, { stage, reason: error.message, rule });
    connection.end('not-established', error);
  }

  /** Room for others is made. */
  #shed(connection: StreamConnection, why: string): void {
    const error = new GatewayError('limit-reached', why);
    if (connection.open) connection.end('shed', error);
    else this.#fail(connection, 'limit', 'limit', error);
  }

  /** OpenSSL calls an alert by its name only when the peer sent it. */
  #failHandshake(connection: StreamConnection, stage: TlsStage, error: Error): void {
    this.#fail(connection, stage, / alert /.test(error.message) ? 'peer' : 'library', error);
  }

  /** Over TLS 1.3 a server refuses our certificate only after the handshake is over for us: its alert is all it ever says. */
  #lateRefusal(connection: StreamConnection, error: Error | undefined): void {
    if (connection.direction !== 'out' || connection.heard) return;
    if (!(error instanceof GatewayError) || error.code !== 'tls-failed') return;
    tellFailureOf(connection, this.#shared, this.ledger, { stage: 'handshake', reason: error.message, rule: 'peer' });
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
