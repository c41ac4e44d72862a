import type { Address, Clock, Network, Timer, Tls } from '../../io/index.ts';
import type { ClearedConnection, ConnectionsReport, OverloadReport } from '../report.ts';
import type { Source } from '../screen/index.ts';
import { noTenant, type TransportName } from '../settings.ts';
import { type SipTrace, silentTrace } from '../trace.ts';
import type { ClosedConnection } from './closed-ledger.ts';
import { type ConnectionDetail, connectionDetails } from './connection-details.ts';
import { connectionsReport } from './connections-report.ts';
import { counters } from './counters.ts';
import type { TlsFailure } from './failure-ledger.ts';
import type { Flow, FlowReceiver, Opening, OpenRequest } from './flow.ts';
import { Listeners } from './listeners.ts';
import type { TransportLog } from './messages.ts';
import type { TlsPolicy } from './policy.ts';
import { StreamSide } from './stream-side.ts';
import type { TransportSettings } from './transport-settings.ts';
import { UdpSide } from './udp-side.ts';
import { type Shared, UpperLayer } from './upper-layer.ts';

/** How often idle and stalled connections are looked for: ageing is precise to this. */
const sweepMs = 5000;

/** What a transport works with; `log` is made of `transportMessages`. */
export interface TransportParts {
  readonly network: Network;
  readonly tls: Tls;
  readonly clock: Clock;
  readonly log: TransportLog;
  readonly settings: TransportSettings;
  readonly policy: TlsPolicy;
  readonly receiver: FlowReceiver;
  /** Whether a source is a configured target or listed; whoever is not makes room first when there are too many. Absent: nobody is. */
  readonly knows?: (source: Omit<Source, 'tenant'>) => boolean;
  /** Files and sockets the process may have open. Absent: enough. */
  readonly descriptorsAtMost?: number | undefined;
  /** Absent: nothing is traced. */
  readonly trace?: SipTrace;
}

/** Owns every socket of SIP: listeners, connections, and the two tables they are listed in. */
export class SipTransport {
  readonly #shared: Shared;
  readonly #udp: UdpSide;
  readonly #streams: StreamSide;
  readonly #listeners: Listeners;
  #sweep: Timer | undefined;
  #isClosed = false;

  constructor(parts: TransportParts) {
    const { network, tls, clock, log, settings, policy, trace = silentTrace, knows = () => false } = parts;
    const upper = new UpperLayer(parts.receiver, log, trace);
    const busy = (): void => this.#keepSweeping();
    this.#shared = { network, tls, clock, log, settings, policy, upper, counters: counters(), trace, knows, busy };
    this.#udp = new UdpSide(this.#shared);
    this.#streams = new StreamSide(this.#shared, parts.descriptorsAtMost);
    this.#listeners = new Listeners(
      (listener) => {
        const { transport } = listener;
        return transport === 'udp' ? this.#udp.listen(listener) : this.#streams.listen(transport, listener);
      },
      clock,
      log,
    );
  }

  /** Opens the listeners. One that cannot be opened is logged and tried again; never rejects. */
  start(): Promise<void> {
    return this.#listeners.apply(this.#shared.settings.listeners);
  }

  /**
   * Restarts only the listeners that changed. What calls are on lives on: UDP sockets, and connections from an address that is no
   * longer ours to leave from, until the last of them is over. Never rejects.
   */
  reconfigure(next: TransportSettings): Promise<void> {
    this.#shared.settings = next;
    this.#streams.limit();
    this.#streams.leaveOldSources();
    return this.#listeners.apply(next.listeners);
  }

  /** Finds or makes the way to a peer and tells `opening`, in the same turn when there is one already. */
  open(request: OpenRequest, opening: Opening): void {
    const { transport } = request;
    if (this.#isClosed) opening.failed({ code: 'closed', reason: 'The SIP transport is closed' });
    else if (transport === 'udp') this.#udp.open(request, opening);
    else this.#streams.open({ ...request, transport }, opening);
  }

  /** Same as `flow.send(text)`. */
  send(text: string, flow: Flow): boolean {
    return flow.send(text);
  }

  /** The port we listen on, once started: the configured one, or the system's choice for port 0. */
  listenPort(transport: TransportName, tenant = noTenant): number | undefined {
    return this.#listeners.addressOf(transport, tenant)?.port;
  }

  /** `show sip-ua connections`. */
  report(transport: TransportName): ConnectionsReport {
    const side =
      transport === 'udp'
        ? { reuse: this.#udp.reuse, sockets: this.#udp.sockets }
        : { reuse: this.#streams.reuse[transport], sockets: this.#streams.sockets };
    return connectionsReport({
      transport,
      counters: this.#shared.counters[transport],
      listeners: this.#listeners.of(transport),
      ...side,
    });
  }

  /** `show sip-ua connections ... verbose`. */
  details(transport: TransportName, callsOn: (flow: Flow) => number): readonly ConnectionDetail[] {
    const { sockets } = transport === 'udp' ? this.#udp : this.#streams;
    return connectionDetails(sockets.values(), transport, this.#shared.clock.monotonic(), callsOn);
  }

  /** The TCP and TLS connections that ended, oldest first; at most 200. */
  history(): readonly ClosedConnection[] {
    return this.#streams.history.list();
  }

  /** `clear sip-ua ... connection`: `id` purges the socket, `target` the reusable entry, both the whole connection. What is made after it shakes hands in full. */
  clear(transport: TransportName, which: { readonly id?: number; readonly target?: Address }): ClearedConnection {
    const { id, target } = which;
    if (transport === 'tls') this.#shared.tls.forgetSessions();
    const reuse = transport === 'udp' ? this.#udp.reuse : this.#streams.reuse[transport];
    const entry = target !== undefined && reuse.clear(target);
    if (id === undefined) return { socket: false, entry };
    return { socket: transport === 'udp' ? this.#udp.clear(id) : this.#streams.clear(transport, id), entry };
  }

  /** Trust has changed: whoever is no longer accepted loses his connections. */
  judgeAgain(): void {
    if (!this.#isClosed) this.#streams.live.judgeAll();
  }

  /** `clear sip-ua tcp ... connection ... drain`. Gives how many connections end with their last dialog. */
  drain(transport: 'tcp' | 'tls', { id, target }: { readonly id?: number; readonly target?: Address }): number {
    if (transport === 'tls') this.#shared.tls.forgetSessions();
    return this.#streams.drain(transport, ({ id: own, remote, alias }) => {
      const places = alias?.state === 'proved' ? [remote, alias.place] : [remote];
      const there =
        target === undefined || places.some(({ host, port }) => host === target.host && port === target.port);
      return there && (id === undefined || id === own);
    });
  }

  /** The last TLS set-ups that failed, oldest first. */
  failures(): readonly TlsFailure[] {
    return this.#streams.ledger.list();
  }

  /** What peers make us hold, and how many of them come. */
  overload(): Omit<OverloadReport, 'message'> {
    const { accepted, handshakes, arrivals, unfinished } = this.#streams;
    return {
      held: [this.#udp.report(), accepted.report(), handshakes.report(), arrivals.headers, unfinished.report()],
      arrivals: arrivals.report(),
      withheld: this.#udp.withheld,
    };
  }

  /** TLS handshakes in flight as server, and sockets in being: zero of each when all is quiet. */
  get load(): { readonly handshakes: number; readonly sockets: number } {
    return {
      handshakes: this.#streams.handshakes.count,
      sockets: this.#streams.sockets.size + this.#udp.sockets.size,
    };
  }

  /** Closes every listener and connection; what is queued is still sent. No callback follows. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#shared.upper.silence();
    this.#listeners.close();
    this.#streams.close();
    this.#udp.close();
    this.#sweep?.cancel();
    this.#sweep = undefined;
  }

  #keepSweeping(): void {
    if (this.#isClosed || this.#sweep !== undefined) return;
    const now = this.#shared.clock.monotonic();
    this.#udp.sweptAt = now;
    this.#streams.sweptAt = now;
    this.#sweep = this.#shared.clock.after(sweepMs, () => {
      this.#sweep = undefined;
      const later = this.#shared.clock.monotonic();
      this.#udp.sweep(later);
      this.#streams.sweep(later);
      if (this.load.sockets > 0) this.#keepSweeping();
    });
  }
}
