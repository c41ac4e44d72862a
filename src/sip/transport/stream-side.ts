import { type Address, GatewayError, type Stream } from '../../io/index.ts';
import { standardLimits } from '../limits.ts';
import { noTenant } from '../settings.ts';
import type { MessageTrace } from '../trace.ts';
import { addressText } from './address-text.ts';
import { Aliases } from './aliases.ts';
import { Arrivals } from './arrivals.ts';
import { ClosedLedger } from './closed-ledger.ts';
import { tellEnd } from './connection-end.ts';
import { ConnectionSetup } from './connection-setup.ts';
import { ConnectionShare } from './connection-share.ts';
import { DescriptorBound } from './descriptor-bound.ts';
import { FailureLedger } from './failure-ledger.ts';
import type { Opening, OpenRequest } from './flow.ts';
import { tellNoCredentials } from './handshake-failure.ts';
import { idleLimit } from './idle-limit.ts';
import type { OpenListener } from './listeners.ts';
import { LiveJudge } from './live-judge.ts';
import type { GivenCredentials } from './policy.ts';
import { identityOf, ReuseTable, tlsIdentity } from './reuse-table.ts';
import { SocketTable } from './socket-table.ts';
import { type ConnectionOptions, type ConnectionOwner, type EndCause, StreamConnection } from './stream-connection.ts';
import { isEveryAddress, type ListenerSettings, mayLeaveFrom, timesOf } from './transport-settings.ts';
import { UnfinishedBytes } from './unfinished-bytes.ts';
import type { Shared } from './upper-layer.ts';

/** What closes a connection that whoever uses it did not want closed. */
const brokenBy: ReadonlySet<EndCause> = new Set(['remote', 'fatal', 'refused', 'moved']);
/** Entries of accepted TLS connections: never found by `open`, since what the peer proved is not what we asked for; see `Aliases`. */
const acceptedIdentity = 'in';

/** TCP and TLS: accepts, connects, asks for the verdict, and owns every connection from its first attempt to its end. */
export class StreamSide implements ConnectionOwner {
  readonly sockets = new SocketTable<StreamConnection>();
  readonly reuse = { tcp: new ReuseTable<StreamConnection>(), tls: new ReuseTable<StreamConnection>() };
  readonly ledger = new FailureLedger();
  readonly history = new ClosedLedger();
  readonly aliases: Aliases;
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
  readonly #setup: ConnectionSetup;
  #isClosed = false;

  constructor(shared: Shared, descriptorsAtMost: number | undefined) {
    this.#descriptors = new DescriptorBound(descriptorsAtMost, shared.log);
    this.#shared = shared;
    this.arrivals = new Arrivals(shared);
    this.aliases = new Aliases(shared, this.reuse.tls);
    this.live = new LiveJudge(shared, this.ledger, this.aliases, () => this.sockets.values());
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
    this.#setup = new ConnectionSetup({
      shared,
      ledger: this.ledger,
      handshakes: this.handshakes,
      established: (connection, stream) => this.#establish(connection, stream),
    });
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
      this.aliases.joined(known, wanted.identity);
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
    void this.#setup.connect(connection, request.serverName, wanted.answer?.credentials);
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

  aliasOffered(connection: StreamConnection, sentBy: Address): void {
    this.aliases.offered(connection, sentBy);
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
    this.aliases.withdraw(connection);
    if (!connection.keepsEntry) this.reuse[connection.transport].remove(connection, connection.identity);
    tellEnd(this.#shared, connection, cause, error);
    if (cause === 'remote') this.#setup.lateRefusal(connection, error);
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
      this.aliases.leaveOldSource(connection);
      if (direction === 'in' || knownLocal === undefined) continue;
      if (!mayLeaveFrom(settings, knownLocal.host, remote.host, tenant, bind)) this.#drain(connection, 'moved');
    }
  }

  #drain(connection: StreamConnection, why: 'cleared' | 'moved'): void {
    connection.leaves ??= why;
    this.aliases.withdraw(connection);
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
    else void this.#setup.acceptTls(connection, stream);
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
    return { identity: tlsIdentity(name, answer.policy, whose), answer };
  }

  /** Room for others is made. */
  #shed(connection: StreamConnection, why: string): void {
    const error = new GatewayError('limit-reached', why);
    if (connection.open) connection.end('shed', error);
    else this.#setup.fail(connection, 'limit', 'limit', error);
  }
}
