import type { Echo } from '../echo.ts';
import { GatewayError } from '../errors.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../http.ts';
import type { Random } from '../random.ts';
import type { NamingPointer, Resolver, ServiceRecord } from '../resolver.ts';
import type { Trace } from '../trace.ts';
import type { ProcessMeter, ProcessUsage } from '../usage.ts';
import { SimulatedClock } from './clock.ts';
import { memoryEcho } from './echo.ts';
import { MemoryFiles } from './files.ts';
import { HostClock } from './host-clock.ts';
import { SimulatedInternet } from './internet.ts';
import { MemoryNetwork } from './network.ts';
import { SeededRandom } from './random.ts';
import { Handshakes, MemoryTls } from './tls.ts';
import { memoryTrace } from './trace.ts';

/** Turns of the microtask queue given to promises after each timer. */
const turns = 64;

export interface WorldOptions {
  /** Wall clock at the beginning, milliseconds since the epoch. */
  readonly epoch?: number;
  readonly seed?: number;
  /** Waits for work that is not promises alone (key generation): e.g. `setImmediate` of `node:timers/promises`. */
  readonly drain?: () => Promise<unknown>;
}

/** The outside of one simulated host. */
export interface SimulatedHost {
  readonly addresses: readonly string[];
  readonly clock: HostClock;
  readonly random: Random;
  readonly network: MemoryNetwork;
  readonly tls: MemoryTls;
  readonly files: MemoryFiles;
  readonly resolver: Resolver;
  readonly http: HttpClient;
  readonly echo: Echo;
  readonly hops: Trace;
  readonly process: ProcessMeter;
  /** Its program is killed: nothing more comes from it, and its connections are reset. Its files stay as they are. */
  crash(): void;
}

/** A simulated host has no processor: the same numbers always. */
const simulatedUsage: ProcessUsage = {
  pid: 1,
  cpuMs: 1500,
  switches: 300,
  load: { fiveSeconds: 0.02, oneMinute: 0.01, fiveMinutes: 0 },
  memory: {
    resident: 90_000_000,
    heapUsed: 30_000_000,
    heapTotal: 50_000_000,
    heapLimit: 2_000_000_000,
    external: 4_000_000,
  },
};

export type HttpHandler = (request: HttpRequest) => HttpResponse | Promise<HttpResponse>;

/** A world of hosts with one clock, in which nothing happens but by `advance` and `runUntilIdle`. */
export class SimulatedWorld {
  readonly clock: SimulatedClock;
  readonly internet: SimulatedInternet;
  /** What the names of this world resolve to, in lower case. */
  readonly names = new Map<string, readonly string[]>();
  /** Service records and pointers, by lower-case name. */
  readonly services = new Map<string, readonly ServiceRecord[]>();
  readonly pointers = new Map<string, readonly NamingPointer[]>();
  /** Web servers, by `host:port` as it stands in a URL (no port: 80). */
  readonly webServers = new Map<string, HttpHandler>();
  /** Web servers over TLS, by `host:port` as it stands in a URL (no port: 443), and the anchor each chains to, PEM. */
  readonly secureWebServers = new Map<string, { readonly answer: HttpHandler; readonly anchor: string }>();
  readonly #random: SeededRandom;
  readonly #handshakes = new Handshakes();
  readonly #drain: (() => Promise<unknown>) | undefined;

  constructor(options: WorldOptions = {}) {
    this.clock = new SimulatedClock(options.epoch ?? Date.UTC(2026, 0, 1));
    this.#random = new SeededRandom(options.seed ?? 1);
    this.internet = new SimulatedInternet(this.clock, this.#random);
    this.#drain = options.drain;
  }

  /** A new host with these addresses; the first is its own choice of source. `files` of an earlier one simulate a restart. */
  host(addresses: readonly string[], files: MemoryFiles = new MemoryFiles()): SimulatedHost {
    const clock = new HostClock(this.clock);
    const network = new MemoryNetwork(this.internet, addresses);
    return {
      addresses,
      clock,
      random: this.#random,
      network,
      tls: new MemoryTls(clock, this.#handshakes),
      files,
      resolver: {
        addresses: (name) => this.#resolve(name),
        services: async (name) => this.services.get(name.toLowerCase()) ?? [],
        pointers: async (name) => this.pointers.get(name.toLowerCase()) ?? [],
        use: () => undefined,
      },
      http: { fetch: (request) => this.#fetch(request) },
      echo: memoryEcho(this.internet, addresses),
      hops: memoryTrace(this.internet, addresses),
      process: { usage: () => simulatedUsage, waitedMs: () => clock.monotonic() },
      crash: () => {
        clock.die();
        network.die();
      },
    };
  }

  /** Lets `ms` pass: timers fire in order, promises settle between them. */
  async advance(ms: number): Promise<void> {
    const until = this.clock.monotonic() + ms;
    await this.settle();
    while (this.clock.step(until)) await this.settle();
    this.clock.moveTo(until);
  }

  /** Runs until no timer is pending, or `maxMs` have passed. Returns how long it took. */
  async runUntilIdle(maxMs: number): Promise<number> {
    const begin = this.clock.monotonic();
    await this.settle();
    while (this.clock.step(begin + maxMs)) await this.settle();
    return this.clock.monotonic() - begin;
  }

  /** Lets promises settle; no time passes. */
  async settle(): Promise<void> {
    for (let i = 0; i < turns; i++) await undefined;
    await this.#drain?.();
  }

  async #resolve(name: string): Promise<readonly string[]> {
    const found = this.names.get(name.toLowerCase());
    if (found === undefined) throw new GatewayError('name-not-found', `No address of ${name} is known`);
    return found;
  }

  async #fetch(request: HttpRequest): Promise<HttpResponse> {
    const url = URL.parse(request.url);
    const secure = url?.protocol === 'https:' ? this.secureWebServers.get(url.host) : undefined;
    const server = url?.protocol === 'http:' ? this.webServers.get(url.host) : secure?.answer;
    if (server === undefined)
      throw new GatewayError('connection-refused', `Nobody answers at ${url?.host ?? 'no URL'}`);
    if (secure !== undefined && !(Array.isArray(request.trust) && request.trust.includes(secure.anchor))) {
      throw new GatewayError('tls-failed', 'The web server does not chain to an anchor of the request');
    }
    const response = await server(request);
    if (response.body.length > request.maxBytes) {
      throw new GatewayError('answer-too-large', `The answer is larger than ${request.maxBytes} bytes`);
    }
    return response;
  }
}
