import { type DatagramSocket, GatewayError, type Network } from '../io/index.ts';
import { RtpPort } from './rtp-port.ts';

export interface RtpPortOptions {
  /** Even ports `first` to `last` are used; IOS's range by default. */
  readonly first: number;
  readonly last: number;
  /** Sockets kept bound and idle for each local address, once it was used. */
  readonly idle: number;
  /** Sockets bound in all. */
  readonly most: number;
}

export const rtpPortDefaults: RtpPortOptions = { first: 16_384, last: 32_766, idle: 32, most: 8192 };

/** No more sockets than RTP's share of the descriptors, and a quarter of them at most bound ahead of need. */
export function rtpPortsWithin(options: RtpPortOptions, sockets: number): RtpPortOptions {
  const most = Math.min(options.most, sockets);
  return { ...options, most, idle: Math.min(options.idle, Math.ceil(most / 4)) };
}

export interface RtpPortCounters {
  readonly bound: number;
  readonly idle: number;
  readonly inUse: number;
  /** Requests that found no port. */
  readonly exhausted: number;
}

/** Ports tried for one socket before the address is given up. */
const mostTries = 16;
/** Times `idle` that may stay bound without a use. */
const idleSurplus = 8;

/**
 * The RTP ports of the gateway: sockets are bound ahead of need, because binding one takes longer than the rest of a
 * call's setup. A port that is freed goes to the end of the queue, so that it rests as long as possible.
 */
export class RtpPorts {
  readonly #network: Pick<Network, 'bindUdp'>;
  readonly #options: RtpPortOptions;
  readonly #pools = new Map<string, Pool>();
  #bound = 0;
  #idle = 0;
  #exhausted = 0;
  #next: number;
  #stopped = false;

  /** `start` is any number: where in the range this gateway begins, so that two on one host seldom meet. */
  constructor(network: Pick<Network, 'bindUdp'>, start: number, options: RtpPortOptions = rtpPortDefaults) {
    this.#network = network;
    this.#options = options;
    this.#next = options.first + 2 * (start % this.#range());
  }

  /** Binds idle sockets on an address that calls are expected on. */
  warm(host: string): void {
    this.#refill(this.#pool(host));
  }

  /**
   * Calls `then` with a bound port: at once when one is idle, else when it is bound; with undefined when there is none.
   */
  allocate(host: string, then: (port: RtpPort | undefined) => void): void {
    const pool = this.#pool(host);
    const ready = this.#takeIdle(pool);
    if (ready !== undefined) then(ready);
    else pool.waiting.push(then);
    this.#refill(pool);
    // Only a binding under way can serve who waits.
    if (ready === undefined && pool.waiting.length > pool.binding) {
      pool.waiting.pop();
      this.#exhausted++;
      then(undefined);
    }
  }

  /**
   * A port at once, for an offer that cannot wait: idle and bound, or still being bound. One that cannot be bound tells
   * its user through `onFailure`. Undefined when the range is exhausted.
   */
  take(host: string): RtpPort | undefined {
    const pool = this.#pool(host);
    const ready = this.#takeIdle(pool) ?? this.#hurry(pool);
    if (ready === undefined) this.#exhausted++;
    this.#refill(pool);
    return ready;
  }

  counters(): RtpPortCounters {
    return {
      bound: this.#bound,
      idle: this.#idle,
      inUse: this.#bound - this.#idle - this.#binding(),
      exhausted: this.#exhausted,
    };
  }

  /** Closes every socket, in use or not. */
  stop(): void {
    this.#stopped = true;
    for (const pool of this.#pools.values()) {
      for (const port of pool.all) port.close();
      for (const then of pool.waiting.splice(0)) then(undefined);
      pool.all.clear();
      pool.idle.length = 0;
      pool.taken = 0;
    }
    this.#pools.clear();
    this.#bound = 0;
    this.#idle = 0;
  }

  #range(): number {
    return Math.floor((this.#options.last - this.#options.first) / 2) + 1;
  }

  #pool(host: string): Pool {
    let pool = this.#pools.get(host);
    if (pool === undefined) {
      pool = { host, idle: [], taken: 0, all: new Set(), ports: new Set(), waiting: [], binding: 0 };
      this.#pools.set(host, pool);
    }
    return pool;
  }

  #binding(): number {
    let binding = 0;
    for (const pool of this.#pools.values()) binding += pool.binding;
    return binding;
  }

  #takeIdle(pool: Pool): RtpPort | undefined {
    for (;;) {
      const port = pool.idle[pool.taken];
      if (port === undefined) return undefined;
      pool.taken++;
      // The queue is an array with a moving head: what is behind it is cut off now and then.
      if (pool.taken > 1024) {
        pool.idle.splice(0, pool.taken);
        pool.taken = 0;
      }
      this.#idle--;
      if (port.broken) this.#discard(pool, port);
      else return port.handOut();
    }
  }

  #refill(pool: Pool): void {
    const wanted = this.#options.idle + pool.waiting.length;
    while (pool.idle.length - pool.taken + pool.binding < wanted && this.#start(pool) !== undefined);
  }

  /** Begins a binding; undefined when there is no room for another. */
  #start(pool: Pool): RtpPort | undefined {
    const port = this.#create(pool);
    if (port !== undefined) void this.#bind(pool, port, false);
    return port;
  }

  #hurry(pool: Pool): RtpPort | undefined {
    const port = this.#create(pool);
    if (port !== undefined) void this.#bind(pool, port.handOut(), true);
    return port;
  }

  #create(pool: Pool): RtpPort | undefined {
    if (this.#stopped || this.#bound >= this.#options.most) return undefined;
    const number = this.#freeNumber(pool);
    if (number === undefined) return undefined;
    this.#bound++;
    const port = new RtpPort({ host: pool.host, port: number }, (freed) => this.#freed(pool, freed));
    pool.ports.add(number);
    pool.all.add(port);
    return port;
  }

  #freeNumber(pool: Pool): number | undefined {
    for (let tries = this.#range(); tries > 0; tries--) {
      const number = this.#next;
      this.#next = number + 2 > this.#options.last ? this.#options.first : number + 2;
      if (!pool.ports.has(number)) return number;
    }
    return undefined;
  }

  /** `promised`: somebody holds the port already, so its number cannot be changed. */
  async #bind(pool: Pool, port: RtpPort, promised: boolean): Promise<void> {
    if (!promised) pool.binding++;
    let tries = promised ? 1 : mostTries;
    let bound = await this.#try(port);
    while (bound === 'in use' && --tries > 0 && !this.#stopped) {
      const number = this.#freeNumber(pool);
      if (number === undefined) break;
      pool.ports.delete(port.local.port);
      pool.ports.add(number);
      port.move(number);
      bound = await this.#try(port);
    }
    if (!promised) pool.binding--;
    if (typeof bound === 'string') this.#lost(pool, port, promised);
    else if (this.#stopped) bound.close();
    else {
      port.open(bound);
      if (!port.inUse) this.#ready(pool, port);
    }
  }

  async #try(port: RtpPort): Promise<DatagramSocket | 'in use' | 'failed'> {
    try {
      return await this.#network.bindUdp(port.local, port);
    } catch (error) {
      // Another program has the port: the next may be free. Anything else is true of every port of this address.
      return error instanceof GatewayError && error.code === 'address-in-use' ? 'in use' : 'failed';
    }
  }

  #ready(pool: Pool, port: RtpPort): void {
    const then = pool.waiting.shift();
    if (then !== undefined) {
      port.handOut();
      then(port);
      return;
    }
    pool.idle.push(port);
    this.#idle++;
    this.#shrink(pool);
  }

  /** After a crowd has gone, its sockets go too: as many stay idle as are in use, and a few hundred. */
  #shrink(pool: Pool): void {
    const { inUse } = this.counters();
    while (this.#idle > inUse + this.#options.idle * idleSurplus) {
      const oldest = this.#takeIdle(pool);
      if (oldest === undefined) return;
      this.#discard(pool, oldest);
    }
  }

  #lost(pool: Pool, port: RtpPort, promised: boolean): void {
    this.#discard(pool, port);
    this.#exhausted++;
    if (promised) port.fail();
    else pool.waiting.shift()?.(undefined);
  }

  #freed(pool: Pool, port: RtpPort): void {
    if (this.#stopped || !pool.all.has(port)) return;
    if (port.broken) this.#discard(pool, port);
    else if (port.bound) this.#ready(pool, port);
  }

  #discard(pool: Pool, port: RtpPort): void {
    if (!pool.all.delete(port)) return;
    pool.ports.delete(port.local.port);
    this.#bound--;
    port.close();
  }
}

interface Pool {
  readonly host: string;
  /** First in, first out; `taken` is the head. */
  readonly idle: RtpPort[];
  taken: number;
  readonly all: Set<RtpPort>;
  readonly ports: Set<number>;
  readonly waiting: ((port: RtpPort | undefined) => void)[];
  /** Bindings under way that nobody holds yet. */
  binding: number;
}
