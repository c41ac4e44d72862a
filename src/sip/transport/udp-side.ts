import type { Address, DatagramHandler, DatagramSocket } from '../../io/index.ts';
import { type AdmissionReport, EchoBudget, Shares } from '../screen/index.ts';
import { noTenant } from '../settings.ts';
import type { MessageTrace } from '../trace.ts';
import type { Opening, OpenRequest } from './flow.ts';
import type { OpenListener } from './listeners.ts';
import { identityOf, ReuseTable } from './reuse-table.ts';
import { SocketTable } from './socket-table.ts';
import { isEveryAddress, type ListenerSettings, sourceTowards, timesOf } from './transport-settings.ts';
import { UdpFlow, type UdpFlowOwner } from './udp-flow.ts';
import type { Shared } from './upper-layer.ts';

const flowsAtMost = 8192;
/** So long a request or its answer may be repeated. */
const transactionLifeMs = 32_000;
/** Source address look-ups under way. */
const lookupsAtMost = 256;

interface Owner {
  readonly tenant: number;
  readonly bind: string | undefined;
}

/** UDP: one socket a listener, and a flow for each remote heard or spoken to. */
export class UdpSide implements UdpFlowOwner {
  readonly sockets = new SocketTable<UdpFlow>();
  readonly reuse = new ReuseTable<UdpFlow>();
  /** Flows without a call or registration: what may go when there are too many. */
  readonly #unused = new Shares<UdpFlow>();
  readonly #budget = new EchoBudget();
  sweptAt: number;
  readonly messages: MessageTrace;
  readonly #shared: Shared;
  /** Each with the tenant whose port it is, or the interface for whose dial peers it is open. */
  readonly #listeners = new Map<DatagramSocket, Owner>();
  /** Sockets that are no longer listened to, with the flows on them: for as long as calls are. */
  readonly #retired = new Map<DatagramSocket, ReuseTable<UdpFlow>>();
  #lookups = 0;
  #evicted = 0;

  constructor(shared: Shared) {
    this.#shared = shared;
    this.sweptAt = shared.clock.monotonic();
    this.messages = shared.trace.messages;
  }

  /** Binds a listener. A retired socket that is in its way is closed. Rejects as `bindUdp` does. */
  async listen({ local, tenant, bind, shared }: ListenerSettings): Promise<OpenListener> {
    for (const socket of this.#retired.keys()) if (overlap(socket.local, local)) this.#close(socket);
    const handler = new ListenerHandler(this, this.#shared, { tenant, bind });
    const socket = await this.#shared.network.bindUdp(local, handler, { shared: shared === true });
    handler.socket = socket;
    this.#listeners.set(socket, { tenant, bind });
    return { local: socket.local, retire: () => this.#retire(socket), close: () => this.#close(socket) };
  }

  open({ remote, tenant = noTenant, bind, isChosen = false }: OpenRequest, opening: Opening): void {
    const from = bind === undefined ? undefined : sourceTowards(this.#shared.settings, remote.host, tenant, bind);
    const socket = from === 'none' ? undefined : this.#socketFor(remote, tenant, from?.localHost);
    const upper = this.#shared.upper;
    if (socket === undefined) {
      this.#shared.counters.udp.connectionFailures++;
      const closed = 'UDP is not open: `transport udp` is off, or its listener failed';
      upper.failed(opening, 'closed', from === 'none' ? `Interface ${bind} has no address` : closed);
      return;
    }
    // A socket of its own says by itself where it leaves from.
    const label = isEveryAddress(socket.local.host) ? bind : this.#listeners.get(socket)?.bind;
    const flow = this.#flow(remote, { tenant, bind: label }, 'out', socket);
    if (flow !== undefined) flow.isChosen ||= isChosen;
    if (flow === undefined) upper.failed(opening, 'limit-reached', `${flowsAtMost} UDP remotes are in use`);
    else if (flow.located) upper.opened(opening, flow);
    else if (flow.mayWait) flow.openings.push(opening);
    else upper.failed(opening, 'limit-reached', 'Too many requests wait for our own address');
  }

  received(data: Buffer, from: Address, owner: Owner, socket: DatagramSocket): void {
    if (isKeepalive(data)) return;
    const retired = this.#retired.get(socket);
    const flow =
      retired === undefined
        ? this.#flow(from, owner, 'in', socket)
        : retired.find(from, identityOf(owner.tenant, owner.bind));
    if (flow === undefined) {
      this.#shared.counters.udp.refusals++;
      return;
    }
    this.used(flow);
    if (!this.#isKnown(flow)) this.#budget.received(from.host, data.length);
    flow.traffic.received(data.length);
    flow.traffic.understood();
    const text = data.toString('latin1');
    if (flow.located) this.#shared.upper.received(text, flow);
    else if (flow.mayWait) flow.received.push(text);
    else this.#shared.counters.udp.refusals++;
  }

  /** What is sent to an address that proved nothing, answers and requests alike, is no more than came from it. */
  maySend(flow: UdpFlow, text: string): boolean {
    if (flow.isChosen) return true;
    if (this.#isKnown(flow)) return true;
    return this.#budget.take(flow.remote.host, text.length, text.startsWith('SIP/2.0 1'), this.sweptAt);
  }

  echoed(flow: UdpFlow): void {
    if (!this.#isKnown(flow)) this.#budget.echoed(flow.remote.host, this.sweptAt);
  }

  /** Its address is listed or called by us, as of the last sweep: it has nothing to prove, and needs no account. */
  #isKnown(flow: UdpFlow): boolean {
    if (flow.knownAt !== this.sweptAt) {
      flow.isKnown = this.#shared.knows({ host: flow.remote.host, provedNames: [] });
      flow.knownAt = this.sweptAt;
    }
    return flow.isKnown;
  }

  /** Datagrams not sent, since their address had proved nothing. */
  get withheld(): number {
    return this.#budget.withheld;
  }

  used(flow: UdpFlow): void {
    // Once a sweep is precise enough, and costs next to nothing.
    if (flow.usedAt !== this.sweptAt) this.#unused.used(flow.remote.host, flow);
    flow.usedAt = this.sweptAt;
  }

  carried(flow: UdpFlow): void {
    if (!flow.open) return;
    if (flow.carried > 0) this.#unused.remove(flow.remote.host, flow);
    else this.#unused.add(flow.remote.host, flow);
  }

  /** How it goes with the bound on flows. */
  report(): AdmissionReport {
    const { refusals: refused } = this.#shared.counters.udp;
    const [now, bound] = [this.sockets.size, flowsAtMost];
    return { what: 'UDP remotes', now, bound, perSource: bound, refused, ended: this.#evicted };
  }

  sent(flow: UdpFlow): void {
    this.#shared.counters.udp.queued(1, flow.remote);
  }

  sendFailed(_flow: UdpFlow): void {
    this.#shared.counters.udp.sendFailures++;
  }

  sweep(now: number): void {
    this.sweptAt = now;
    for (const flow of this.sockets.values()) {
      if (flow.draining) this.#endDrained(flow, now);
      else if (flow.carried === 0 && now - flow.usedAt >= timesOf(this.#shared.settings, flow.tenant).agingMs)
        this.#ageOut(flow);
    }
  }

  /** `clear ... id`: the entry in the upper table stays. */
  clear(id: number): boolean {
    const flow = this.sockets.get(id);
    if (flow === undefined) return false;
    this.#end(flow, true);
    return true;
  }

  close(): void {
    for (const socket of [...this.#listeners.keys(), ...this.#retired.keys()]) this.#close(socket);
  }

  #close(socket: DatagramSocket): void {
    this.#listeners.delete(socket);
    this.#retired.delete(socket);
    socket.close();
    for (const flow of this.sockets.values()) if (flow.socket === socket) this.#leave(flow);
  }

  /** Whoever is new is no longer heard on it, and nothing new leaves from it. */
  #retire(socket: DatagramSocket): void {
    if (!this.#listeners.delete(socket)) return;
    const flows = new ReuseTable<UdpFlow>();
    for (const flow of this.sockets.values()) {
      if (flow.socket !== socket) continue;
      this.reuse.remove(flow, identityOf(flow.tenant, flow.bind));
      flows.put(flow, identityOf(flow.tenant, flow.bind));
      flow.draining = true;
    }
    this.#retired.set(socket, flows);
    this.#closeUnused(socket);
  }

  #closeUnused(socket: DatagramSocket): void {
    if (this.#retired.get(socket)?.agents().length === 0) this.#close(socket);
  }

  /** The last transaction of a call may still be repeated; a registration must be made anew from elsewhere. */
  #endDrained(flow: UdpFlow, now: number): void {
    if (this.#shared.upper.inUse(flow)) return;
    if (flow.carried > 0 || now - flow.usedAt >= transactionLifeMs) this.#leave(flow);
  }

  /** Calls go on by another flow; registrations, which are known at the address of this one, are told that it broke. */
  #leave(flow: UdpFlow): void {
    this.#end(flow, false, undefined, flow.carried > 0 && !this.#shared.upper.inUse(flow));
  }

  /**
   * A tenant without a port of its own speaks from the common one; where tenants have taken all, from one of theirs. Who is to leave
   * from an address takes the socket there, or one that has every address.
   */
  #socketFor(remote: Address, tenant: number, localHost?: string): DatagramSocket | undefined {
    const isV6 = remote.host.includes(':');
    let common: DatagramSocket | undefined;
    let any: DatagramSocket | undefined;
    for (const [socket, owner] of this.#listeners) {
      const { host } = socket.local;
      if (host.includes(':') !== isV6) continue;
      const isElsewhere =
        localHost === undefined ? owner.bind !== undefined : host !== localHost && !isEveryAddress(host);
      if (isElsewhere) continue;
      if (owner.tenant === tenant) return socket;
      if (owner.tenant === noTenant) common ??= socket;
      any ??= socket;
    }
    return common ?? any;
  }

  #flow(remote: Address, owner: Owner, direction: 'in' | 'out', socket: DatagramSocket): UdpFlow | undefined {
    const { tenant, bind } = owner;
    const identity = identityOf(tenant, bind);
    const known = this.reuse.find(remote, identity);
    if (known?.open && known.socket === socket) return known;
    const localHost = this.#localHost(socket, tenant, bind);
    if (localHost === undefined && this.#lookups >= lookupsAtMost) return undefined;
    if (this.sockets.size >= flowsAtMost && !this.#makeRoom()) return undefined;
    const since = this.#shared.clock.monotonic();
    const flow = this.sockets.add(
      (id) => new UdpFlow(id, remote, tenant, bind, direction, socket, localHost, since, this),
    );
    if (flow === undefined) return undefined;
    this.reuse.put(flow, identity);
    this.#unused.add(remote.host, flow);
    this.#shared.busy();
    if (!flow.located) this.#locate(flow);
    return flow;
  }

  #localHost(socket: DatagramSocket, tenant: number, bind: string | undefined): string | undefined {
    const bound = socket.local.host;
    if (!isEveryAddress(bound)) return bound;
    const from = sourceTowards(this.#shared.settings, bound, tenant, bind);
    return from === 'none' ? undefined : from.localHost;
  }

  #locate(flow: UdpFlow): void {
    this.#lookups++;
    this.#shared.network.sourceAddress(flow.remote.host).then(
      (host) => this.#located(flow, host),
      (error: unknown) => this.#unreachable(flow, error),
    );
  }

  #located(flow: UdpFlow, host: string): void {
    this.#lookups--;
    if (!flow.open) return;
    flow.local = { host, port: flow.local.port };
    flow.located = true;
    const { upper } = this.#shared;
    for (const opening of flow.openings.splice(0)) upper.opened(opening, flow);
    for (const text of flow.received.splice(0)) upper.received(text, flow);
  }

  #unreachable(flow: UdpFlow, error: unknown): void {
    this.#lookups--;
    this.#shared.counters.udp.connectionFailures++;
    this.#end(flow, false, error instanceof Error ? error : new Error(String(error)));
  }

  /** Whoever is new is heard: the source that has most makes room. False: all are in calls. */
  #makeRoom(): boolean {
    const flow = this.#unused.first;
    if (flow === undefined) return false;
    this.#evicted++;
    this.#end(flow, false);
    return true;
  }

  #ageOut(flow: UdpFlow): void {
    this.#shared.counters.udp.ageouts++;
    this.#end(flow, false);
  }

  #end(flow: UdpFlow, keepsEntry: boolean, error?: Error, isBroken = error !== undefined): void {
    if (!flow.open) return;
    flow.open = false;
    this.sockets.remove(flow);
    this.#unused.remove(flow.remote.host, flow);
    const identity = identityOf(flow.tenant, flow.bind);
    if (!keepsEntry) this.reuse.remove(flow, identity);
    this.#retired.get(flow.socket)?.remove(flow, identity);
    this.#closeUnused(flow.socket);
    const { upper } = this.#shared;
    flow.received.length = 0;
    for (const opening of flow.openings.splice(0)) {
      upper.failed(opening, 'host-unreachable', error?.message ?? 'The flow was closed');
    }
    if (flow.located) upper.closed(flow, error, isBroken);
  }
}

/** Whether two sockets cannot be bound at once. */
function overlap(one: Address, other: Address): boolean {
  if (one.port !== other.port || one.host.includes(':') !== other.host.includes(':')) return false;
  return one.host === other.host || isEveryAddress(one.host) || isEveryAddress(other.host);
}

class ListenerHandler implements DatagramHandler {
  socket: DatagramSocket | undefined;
  readonly #side: UdpSide;
  readonly #shared: Shared;
  readonly #owner: Owner;

  constructor(side: UdpSide, shared: Shared, owner: Owner) {
    this.#side = side;
    this.#shared = shared;
    this.#owner = owner;
  }

  received(data: Buffer, from: Address): void {
    if (this.socket !== undefined) this.#side.received(data, from, this.#owner, this.socket);
  }

  failed(error: Error): void {
    const local = this.socket?.local;
    this.#shared.log('SOCKET_FAILED', {
      local: local === undefined ? '-' : `${local.host}:${local.port}`,
      transport: 'UDP',
      reason: error.message,
    });
  }
}

/** A datagram of nothing but line ends or zeros keeps a NAT open and says nothing. */
function isKeepalive(data: Buffer): boolean {
  if (data.length > 4) return false;
  for (const code of data) if (code !== 13 && code !== 10 && code !== 0) return false;
  return true;
}
