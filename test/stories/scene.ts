import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { Session } from '../../src/cli/index.ts';
import { aliasesOf, commandReference, type World } from '../../src/commands/index.ts';
import { Gateway } from '../../src/gateway.ts';
import { type SimulatedHost, SimulatedWorld } from '../../src/io/memory/index.ts';
import { Phone, type PhoneOptions } from './phone.ts';
import { TimeServer } from './time-server.ts';

/** Made once: every gateway of every story speaks it. */
const reference = commandReference();

/** When every story begins. */
export const epoch = Date.UTC(2026, 0, 1);
const day = 86_400_000;
/** For certificates made for a story: valid long before and after it. */
export const storyValidity = { notBefore: new Date(epoch - day), notAfter: new Date(epoch + 3650 * day) };

/** Longer than any timer of a quiet gateway: transactions, calls of a vanished peer, idle connections. */
export const ages = 3 * 60 * 60_000;

/** One simulated world with its routers and telephones, in which time passes only when a story lets it. */
export class Scene {
  readonly world: SimulatedWorld;
  readonly #routers: Router[] = [];

  /** `seed`: of everything that is left to chance. */
  constructor(seed = 1) {
    this.world = new SimulatedWorld({ epoch, seed, drain: () => setImmediate() });
  }

  /** Boots a gateway on a new host with these addresses. */
  async router(address: string | readonly string[], configuration?: string): Promise<Router> {
    const addresses = typeof address === 'string' ? [address] : address;
    return this.routerOn(this.world.host(addresses), configuration);
  }

  /** Boots a gateway on a host that has a past: files, or sockets of somebody else. */
  async routerOn(host: SimulatedHost, configuration?: string): Promise<Router> {
    const router = await Router.boot(host, this, configuration);
    this.#routers.push(router);
    return router;
  }

  /** A gateway is killed, and boots again from what its files hold. */
  async crash(router: Router): Promise<Router> {
    router.host.crash();
    this.#routers.splice(this.#routers.indexOf(router), 1);
    router.die();
    return this.routerOn(this.world.host(router.host.addresses, router.host.files));
  }

  async phone(address: string, options: PhoneOptions = {}): Promise<Phone> {
    return Phone.open(this.world.host([address]), address, options);
  }

  /** A time server; right, unless it began at another time than the world. */
  async timeServer(address: string, began = epoch): Promise<TimeServer> {
    return TimeServer.open(this.world.host([address]), address, began);
  }

  async pass(ms: number): Promise<void> {
    await this.world.advance(ms);
  }

  /** Stops every router; nothing may be left of them. */
  async close(): Promise<void> {
    for (const router of this.#routers) await this.during(router.gateway.stop());
    await this.pass(1000);
    assert.equal(this.world.clock.pending, 0, 'a timer outlived its gateway');
    assert.equal(this.world.internet.openStreams, 0, 'a connection outlived its gateway');
  }

  /** Lets time pass until the promise is kept; a minute at most. */
  async during<T>(promise: Promise<T>): Promise<T> {
    let settled = false;
    const end = promise.finally(() => {
      settled = true;
    });
    end.catch(() => undefined);
    for (let steps = 0; !settled && steps < 6000; steps++) await this.pass(10);
    assert.ok(settled, 'nothing came of it within a minute');
    return end;
  }
}

/** Runs a story in a fresh scene and sees to it that nothing is left when it ends well. */
export function story(play: (scene: Scene) => Promise<void>): () => Promise<void> {
  return async () => {
    const scene = new Scene();
    await play(scene);
    await scene.close();
  };
}

/** A gateway with somebody at its console, privileged. */
export class Router {
  readonly gateway: Gateway;
  readonly host: SimulatedHost;
  /** Kept when it is killed: whoever waits for something of it waits in vain. */
  readonly death: Promise<void>;
  reloads = 0;
  readonly #scene: Scene;
  readonly #screen: string[] = [];
  readonly #typed: string[] = [];
  #reader: ((line: string | undefined) => void) | undefined;
  #waiting: (() => void) | undefined;

  die: () => void = () => undefined;

  private constructor(gateway: Gateway, host: SimulatedHost, scene: Scene) {
    this.death = new Promise((resolve) => {
      this.die = resolve;
    });
    this.gateway = gateway;
    this.host = host;
    this.#scene = scene;
    const session = new Session<World>({
      language: gateway.language,
      aliasesOf: aliasesOf(() => gateway.world.config.running),
      world: gateway.world,
      hostname: () => gateway.hostname,
      privilege: 15,
      io: {
        readLine: (prompt, options) => this.#readLine(prompt, options?.hidden === true),
        print: (line) => void this.#screen.push(line),
      },
      onFault: (error, line) => {
        throw new Error(`fault in "${line}"`, { cause: error });
      },
    });
    void session.run();
  }

  static async boot(host: SimulatedHost, scene: Scene, configuration?: string): Promise<Router> {
    let router: Router | undefined;
    const gateway = await Gateway.boot({
      io: host,
      reference,
      ...(configuration === undefined ? {} : { configuration }),
      onReload: () => {
        if (router !== undefined) router.reloads++;
      },
    });
    router = new Router(gateway, host, scene);
    await scene.world.settle();
    return router;
  }

  /** Types lines and answers, one after the other. Gives everything that is on the screen then; no simulated time passes. */
  async type(...lines: readonly string[]): Promise<readonly string[]> {
    await this.#asked();
    this.#screen.length = 0;
    this.#typed.push(...lines);
    this.#feed();
    await this.#asked();
    await this.#scene.world.settle();
    return [...this.#screen];
  }

  /** The same, while time passes: for commands that wait for the network. */
  async typePatiently(...lines: readonly string[]): Promise<readonly string[]> {
    return this.#scene.during(this.type(...lines));
  }

  /** What one command answers, without the line typed. */
  async show(line: string): Promise<readonly string[]> {
    return (await this.type(line)).slice(1);
  }

  /** Types lines in global configuration and leaves it. Nothing may be refused. */
  async configure(...lines: readonly string[]): Promise<void> {
    const screen = await this.type('configure terminal', ...lines, 'end');
    const said = screen.slice(2).filter((line) => !line.startsWith(this.gateway.hostname) && !/\(.*\)#/.test(line));
    assert.deepEqual(said, []);
  }

  /** A `csim` call; what it printed about itself. */
  async csim(number: string, port?: string): Promise<readonly string[]> {
    const line = `csim start ${number}${port === undefined ? '' : ` voice-port ${port}`}`;
    return (await this.typePatiently(line)).filter((text) => text.startsWith('csim: '));
  }

  get log(): readonly string[] {
    return this.gateway.logs.lines();
  }

  /** The log lines with this mnemonic, without their stamp. */
  logged(mnemonic: string): readonly string[] {
    return this.log.filter((line) => line.includes(`-${mnemonic}:`)).map((line) => line.slice(line.indexOf('%')));
  }

  /** Protocol and state of every leg in being. */
  get legs(): readonly string[] {
    return this.gateway.world.calls.activeCalls().legs.map(({ protocol, state }) => `${protocol} ${state}`);
  }

  /** No call, no leg, no session, no RTP port in use, and every telephone on its hook. */
  assertIdle(): void {
    const { calls, sip } = this.gateway.world;
    const { active, rtp } = calls.counters();
    assert.deepEqual(
      {
        active,
        legs: this.legs,
        sessions: sip.calls().calls.length,
        rtpInUse: rtp.inUse,
        offHook: calls.ports().filter(({ state }) => state !== 'on-hook' && state !== 'shut').length,
      },
      { active: 0, legs: [], sessions: 0, rtpInUse: 0, offHook: 0 },
    );
  }

  /** Connections of a transport, as `show sip-ua connections` counts them. */
  active(transport: 'udp' | 'tcp' | 'tls'): number {
    return this.gateway.world.sip.connections(transport).active;
  }

  /** The session waits for a line. */
  #asked(): Promise<void> {
    if (this.#reader !== undefined && this.#typed.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  #readLine(prompt: string, hidden: boolean): Promise<string | undefined> {
    const answer = new Promise<string | undefined>((resolve) => {
      this.#reader = (line) => {
        this.#screen.push(`${prompt}${hidden ? '' : line}`);
        resolve(line);
      };
    });
    this.#feed();
    return answer;
  }

  #feed(): void {
    const reader = this.#reader;
    if (reader === undefined) return;
    const line = this.#typed.shift();
    if (line === undefined) {
      this.#waiting?.();
      this.#waiting = undefined;
      return;
    }
    this.#reader = undefined;
    reader(line);
  }
}
