import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { Gateway, gatewayConfig } from './gateway.ts';
import { freePort } from './port.ts';
import type { Scene } from './scene.ts';
import type { Script } from './script.ts';
import { call, Sipp, type SippOptions } from './sipp.ts';

/** Nothing here takes long: what is awaited longer does not come. */
const hasty = ['-recv_timeout', '6000'];

type More = Partial<SippOptions>;

/** A gateway between two sipp: what calls 9... is sent on to the called party. */
export class Between {
  readonly scene: Scene;
  readonly transport: 'udp' | 'tcp';
  readonly gateway: Gateway;
  readonly port: number;
  readonly far: number;

  private constructor(scene: Scene, transport: 'udp' | 'tcp', gateway: Gateway, ports: readonly [number, number]) {
    this.scene = scene;
    this.transport = transport;
    this.gateway = gateway;
    [this.port, this.far] = ports;
  }

  /** `extra`: more lines of configuration, global mode. */
  static async start(scene: Scene, transport: 'udp' | 'tcp', extra = ''): Promise<Between> {
    const [port, far, securePort] = [await freePort(), await freePort(), await freePort()];
    const routes = [{ tag: 1, pattern: '9...', port: far, transport }];
    const gateway = await Gateway.start(scene, gatewayConfig({ port, securePort, routes, extra }));
    assert.doesNotMatch(gateway.output, /CONFIG_LINE/);
    return new Between(scene, transport, gateway, [port, far]);
  }

  /** One call, or several, from one to the other: both must hear what they expect, to their end. */
  async play(
    caller: Script | string,
    called: Script,
    { calls = 1, target, extra = [], ...rest }: More = {},
  ): Promise<void> {
    const { scene, transport, port, far } = this;
    const more = { ...rest, extra: [...hasty, ...extra] };
    const uas = await Sipp.start(scene, { ...more, scenario: called, transport, port: far, calls });
    const near = await call(scene, { rate: 20, target: target ?? port, ...more, scenario: caller, transport, calls });
    const result = near.code === 0 ? await uas.result(45_000).catch(() => uas.stop()) : await uas.stop();
    const told = `the caller: ${near.errors}\nthe called party: ${result.errors}\n${this.gateway.output.slice(-3000)}`;
    assert.deepEqual([near.code, near.succeeded, result.succeeded], [0, calls, calls], told);
    // The next called party is at the same port: a call must not go down the connection that ends with this one.
    if (transport === 'tcp')
      await this.shows('show sip-ua connections tcp detail', new RegExp(`^(?![^]*\\n\\s*${far}\\s)`));
  }

  /** A caller whose calls go no further than the gateway. */
  async ask(caller: Script | string, more: More = {}): Promise<void> {
    const { scene, transport, port } = this;
    const near = await call(scene, { target: port, ...more, scenario: caller, transport });
    assert.deepEqual(
      [near.code, near.succeeded],
      [0, more.calls ?? 1],
      `${near.errors}\n${this.gateway.output.slice(-3000)}`,
    );
  }

  /** Waits until no call is left. */
  quiet(): Promise<void> {
    return this.shows('show sip-ua calls', /Total SIP call legs:\s*0\b/);
  }

  /** Types a command until it shows what is wanted, for a while. */
  async shows(command: string, wanted: RegExp): Promise<void> {
    let shown = await this.gateway.type(command);
    for (let attempt = 0; attempt < 50 && !wanted.test(shown); attempt++) {
      await sleep(50);
      shown = await this.gateway.type(command);
    }
    assert.match(shown, wanted);
  }
}
