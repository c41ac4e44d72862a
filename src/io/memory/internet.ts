import { GatewayError } from '../errors.ts';
import type { Address, DatagramHandler, ListenerHandler } from '../network.ts';
import type { SimulatedClock } from './clock.ts';
import type { SeededRandom } from './random.ts';
import { MemoryStream, type Wire } from './stream.ts';

const firstEphemeralPort = 49_152;
const lastPort = 65_535;
/** How soon something held up by a cut is tried again. */
const retryMs = 200;

/** What binds host and port: the owner's address list decides what `0.0.0.0` covers. */
interface Bound<H> {
  readonly owner: object;
  readonly local: Address;
  readonly handler: H;
}

interface Held {
  readonly due: number;
  readonly arrive: () => void;
}

/** Everything between the simulated hosts: who listens where, how long the way is, and what goes wrong on it. */
export class SimulatedInternet implements Wire {
  readonly clock: SimulatedClock;
  /** One way, in milliseconds. */
  latencyMs = 1;
  /** Datagrams take up to so much longer, each for itself: they overtake one another. */
  jitterMs = 0;
  /** Share of datagrams lost, 0 to 1. */
  loss = 0;
  readonly #random: SeededRandom;
  /** Which host has an address. */
  readonly #owners = new Map<string, object>();
  readonly #udp = new Map<string, Bound<DatagramHandler>>();
  readonly #tcp = new Map<string, Bound<ListenerHandler>>();
  readonly #cuts = new Set<string>();
  readonly #streams = new Set<MemoryStream>();
  /** What each sender has under way, oldest first, so that nothing overtakes. */
  readonly #held = new WeakMap<object, Held[]>();
  #nextPort = firstEphemeralPort;

  constructor(clock: SimulatedClock, random: SeededRandom) {
    this.clock = clock;
    this.#random = random;
  }

  join(owner: object, addresses: readonly string[]): void {
    for (const address of addresses) this.#owners.set(address, owner);
  }

  /** A host is gone: nobody hears at its addresses until another one has them, and its connections are reset. */
  leave(owner: object, addresses: readonly string[]): void {
    for (const table of [this.#udp, this.#tcp]) {
      for (const [key, bound] of [...table]) if (bound.owner === owner) table.delete(key);
    }
    for (const stream of [...this.#streams]) if (addresses.includes(stream.local.host)) stream.reset();
  }

  /** Whether a host has this address. */
  has(address: string): boolean {
    return this.#owners.has(address);
  }

  /** Nothing passes between two addresses, either way, until `heal`. TCP connections wait; they do not break. */
  cut(a: string, b: string): void {
    this.#cuts.add(pair(a, b));
  }

  heal(a: string, b: string): void {
    this.#cuts.delete(pair(a, b));
  }

  isCut(a: string, b: string): boolean {
    return this.#cuts.has(pair(a, b));
  }

  /** Breaks every connection between two addresses with `connection-reset`. */
  reset(a: string, b: string): void {
    for (const stream of [...this.#streams]) {
      if (pair(stream.local.host, stream.remote.host) === pair(a, b)) stream.reset();
    }
  }

  /** Connections in being, each counted at both ends. */
  get openStreams(): number {
    return this.#streams.size;
  }

  forget(stream: MemoryStream): void {
    this.#streams.delete(stream);
  }

  /** Does something at the far end, in order, once the way is open. */
  carry(from: string, to: string, sender: object, arrive: () => void): void {
    const { clock } = this;
    const held = this.#held.get(sender) ?? [];
    this.#held.set(sender, held);
    held.push({ due: clock.monotonic() + this.latencyMs, arrive });
    if (held.length === 1) clock.after(this.latencyMs, () => this.#pass(from, to, held));
  }

  /** Lets everything arrive whose time has come; comes back for the rest. */
  #pass(from: string, to: string, held: Held[]): void {
    const now = this.clock.monotonic();
    if (!this.isCut(from, to)) {
      const ready = held.findIndex(({ due }) => due > now);
      for (const { arrive } of held.slice(0, ready < 0 ? held.length : ready)) arrive();
      held.splice(0, ready < 0 ? held.length : ready);
    }
    const next = held[0];
    if (next !== undefined)
      this.clock.after(this.isCut(from, to) ? retryMs : next.due - now, () => this.#pass(from, to, held));
  }

  bindUdp(owner: object, local: Address, handler: DatagramHandler): Address {
    return this.#bind(this.#udp, owner, local, handler);
  }

  listenTcp(owner: object, local: Address, handler: ListenerHandler): Address {
    return this.#bind(this.#tcp, owner, local, handler);
  }

  sendUdp(data: Buffer, from: Address, to: Address): void {
    if (this.#random.fraction() < this.loss) return;
    const jitter = this.jitterMs === 0 ? 0 : this.#random.fraction() * this.jitterMs;
    this.clock.after(this.latencyMs + jitter, () => {
      if (this.isCut(from.host, to.host)) return;
      this.#find(this.#udp, to)?.handler.received(data, from);
    });
  }

  connectTcp(localHost: string, remote: Address, timeoutMs: number): Promise<MemoryStream> {
    return new Promise((resolve, reject) => {
      const deadline = this.clock.after(timeoutMs, () => {
        reject(new GatewayError('connection-timeout', `No connection to ${remote.host} port ${remote.port} in time`));
      });
      if (!this.#owners.has(remote.host)) return;
      const attempt = (): void => {
        if (this.isCut(localHost, remote.host)) return;
        deadline.cancel();
        const listener = this.#find(this.#tcp, remote);
        if (listener === undefined) {
          reject(new GatewayError('connection-refused', `connect ECONNREFUSED ${remote.host}:${remote.port}`));
          return;
        }
        const ours = new MemoryStream({ host: localHost, port: this.#port() }, remote, this);
        const theirs = new MemoryStream(remote, ours.local, this);
        ours.peer = theirs;
        theirs.peer = ours;
        this.#streams.add(ours).add(theirs);
        listener.handler.accepted(theirs);
        resolve(ours);
      };
      this.clock.after(2 * this.latencyMs, attempt);
    });
  }

  #bind<H>(table: Map<string, Bound<H>>, owner: object, wanted: Address, handler: H): Address {
    if (!isAny(wanted.host) && this.#owners.get(wanted.host) !== owner) {
      throw new GatewayError('address-not-available', `bind EADDRNOTAVAIL ${wanted.host}:${wanted.port}`);
    }
    const local = { host: wanted.host, port: wanted.port === 0 ? this.#port() : wanted.port };
    for (const bound of table.values()) {
      const overlaps =
        bound.local.host === local.host ||
        ((isAny(bound.local.host) || isAny(local.host)) && isV6(bound.local.host) === isV6(local.host));
      if (bound.owner === owner && bound.local.port === local.port && overlaps) {
        throw new GatewayError('address-in-use', `bind EADDRINUSE ${local.host}:${local.port}`);
      }
    }
    // Any address of one host is not that of another: the key of a wildcard names its owner's first address.
    const stored = isAny(local.host) ? { host: this.#firstOf(owner, local.host), port: local.port } : local;
    table.set(key(stored), { owner, local, handler });
    return local;
  }

  #find<H>(table: Map<string, Bound<H>>, to: Address): Bound<H> | undefined {
    const exact = table.get(key(to));
    if (exact !== undefined) return exact;
    const owner = this.#owners.get(to.host);
    if (owner === undefined) return undefined;
    const any = table.get(key({ host: this.#firstOf(owner, to.host), port: to.port }));
    return any !== undefined && isAny(any.local.host) ? any : undefined;
  }

  /** Where a wildcard of this host is kept. */
  #firstOf(owner: object, like: string): string {
    const family = isV6(like) ? 'any6' : 'any4';
    for (const [address, has] of this.#owners) if (has === owner) return `${family} ${address}`;
    return family;
  }

  release(kind: 'udp' | 'tcp', owner: object, local: Address): void {
    const stored = isAny(local.host) ? { host: this.#firstOf(owner, local.host), port: local.port } : local;
    (kind === 'udp' ? this.#udp : this.#tcp).delete(key(stored));
  }

  #port(): number {
    if (this.#nextPort > lastPort) this.#nextPort = firstEphemeralPort;
    return this.#nextPort++;
  }
}

function isV6(host: string): boolean {
  return host.includes(':');
}

function isAny(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

function key(address: Address): string {
  return `${address.host} ${address.port}`;
}

function pair(a: string, b: string): string {
  return a < b ? `${a} ${b}` : `${b} ${a}`;
}
