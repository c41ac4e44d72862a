import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  abortHandshakes,
  clientHello,
  connectAndClose,
  garbage,
  HeldConnections,
  type Ports,
  udpFlood,
} from './attacks.ts';
import { Authority } from './certificates.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { type Holdings, Insight } from './insight.ts';
import { type Media, media, told } from './media.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { Sipp } from './sipp.ts';

/** Twenty milliseconds of silence, numbered. */
function audio(number: number): Buffer {
  const packet = Buffer.alloc(172, 0xff);
  packet.writeUInt16BE(0x8000, 0);
  packet.writeUInt16BE(number & 0xffff, 2);
  packet.writeUInt32BE(number * 160, 4);
  packet.writeUInt32BE(1, 8);
  return packet;
}

/** A call that is talked in: fifty packets a second one way, the other way too. */
class Talk {
  readonly #ends: readonly [Media, Media];
  readonly #sipps: readonly Sipp[];
  readonly #timer: NodeJS.Timeout;
  #said = 0;

  private constructor(ends: readonly [Media, Media], sipps: readonly Sipp[], to: readonly [number, number]) {
    this.#ends = ends;
    this.#sipps = sipps;
    this.#timer = setInterval(() => {
      const packet = audio(this.#said++);
      for (const [i, end] of ends.entries()) end.socket.send(packet, to[i] ?? 0, loopback);
    }, 20);
  }

  static async begin(scene: Scene, target: number, port: number): Promise<Talk> {
    const ends = [await media(), await media()] as const;
    const own = await freePort();
    const values = (end: Media, at: number) => ({
      via: 'UDP',
      contact: `${loopback}:${at}`,
      rtp: String(end.port),
      events: '101',
    });
    const common = { transport: 'udp' } as const;
    const uas = await Sipp.start(scene, { ...common, scenario: 'uas-events', port, values: values(ends[1], port) });
    const uac = await Sipp.start(scene, {
      ...common,
      scenario: 'uac-events',
      port: own,
      target,
      number: '8001',
      calls: 1,
      extra: ['-d', '100000'],
      values: values(ends[0], own),
    });
    const [[near], [far]] = [await told(uac), await told(uas)];
    return new Talk(ends, [uac, uas], [near, far]);
  }

  /** How much was said, and the numbers of what the called party heard, once nothing more is on its way. */
  async end(): Promise<{ readonly said: number; readonly heard: readonly number[] }> {
    clearInterval(this.#timer);
    await sleep(1000);
    for (const sipp of this.#sipps) await sipp.stop();
    for (const { socket } of this.#ends) socket.close();
    return { said: this.#said, heard: this.#ends[1].heard.map((data) => data.readUInt16BE(2)) };
  }
}

suite('the gateway in bad company', needs('sipp', 'openssl'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let ports: Ports;
  let hello: Buffer;
  let insight: Insight;
  let held: HeldConnections;
  let called: Sipp;
  let calling: Sipp;
  let before1: Holdings;
  let talk: Talk;

  before(async () => {
    ports = { plain: await freePort(), secure: await freePort() };
    const far = await freePort();
    const talked = await freePort();
    const routes = [
      { tag: 1, pattern: '9...', port: far, transport: 'udp' as const },
      { tag: 2, pattern: '8...', port: talked, transport: 'udp' as const },
    ];
    const inspector = await freePort();
    const config = gatewayConfig({ port: ports.plain, securePort: ports.secure, routes, trustpoint: 'peer' });
    gateway = await Gateway.start(scene, config, undefined, [`NODE_OPTIONS=--inspect=${loopback}:${inspector}`]);
    const authority = await Authority.create(scene, 'flood-ca');
    const own = await authority.issue('gateway', 'IP:127.0.0.1');
    await gateway.importIdentity('peer', authority.certificate, own, 'pkcs8');
    const [, url = ''] = /Debugger listening on (ws:\S+)/.exec(gateway.output) ?? [];
    insight = await Insight.open(url, gateway.child.pid);
    hello = await clientHello();
    called = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'udp', port: far });
    // What is only made once, is made now.
    await attack(500);
    const few = await Sipp.start(scene, {
      scenario: 'uac-call',
      transport: 'udp',
      target: ports.plain,
      calls: 5,
      rate: 5,
    });
    assert.equal((await few.result()).succeeded, 5, gateway.output.slice(-4000));
    before1 = await settled();
    talk = await Talk.begin(scene, ports.plain, talked);
    calling = await Sipp.start(scene, {
      scenario: 'uac-call',
      transport: 'udp',
      target: ports.plain,
      calls: 30,
      rate: 1,
    });
  });
  after(async () => {
    insight.close();
    await scene.close();
  });

  test('connections that say nothing, a byte a second, or half of a message do not keep others out', async () => {
    held = await HeldConnections.open(ports, 600);
    await sleep(2000);
    assert.ok(held.count > 200, `${held.count} connections are held`);
    const [, active = '0'] =
      /Total active connections +: (\d+)/.exec(await gateway.type('show sip-ua connections tcp brief')) ?? [];
    assert.ok(Number(active) > 200, active);
  });

  test('10,000 connections that are closed at once', async () => {
    await connectAndClose(ports.plain, 10_000);
    assert.match(await gateway.type('show sip-ua overload'), /in all; refused: [1-9]/);
  });

  test('10,000 handshakes that are left', async () => {
    const failures = async (): Promise<number> => {
      const shown = await gateway.type('show sip-ua connections tcp tls brief');
      return Number(/TLS server handshake failures : (\d+)/.exec(shown)?.[1]);
    };
    const counted = await failures();
    await abortHandshakes(ports, hello, 10_000);
    assert.ok((await failures()) > counted, `${counted} failures before and after`);
    assert.match(await gateway.type('show sip-ua connections tcp tls failures'), /Stage/);
  });

  test('garbage at every port', async () => {
    await garbage(ports, 4000);
  });

  test('a flood of strangers over UDP is given back less than it sent', async () => {
    const { sent, back } = await udpFlood(ports, 20_000);
    assert.ok(back < sent / 10, `${back} bytes came back of ${sent}`);
  });

  test('what was said in a call meanwhile was heard, all of it and in its order', async () => {
    const { said, heard } = await talk.end();
    assert.ok(said > 200, `${said} packets were sent`);
    assert.deepEqual(
      heard,
      Array.from({ length: said }, (_, i) => i & 0xffff),
      gateway.output.slice(-2000),
    );
  });

  test('every call that went on meanwhile succeeded', async () => {
    const { succeeded, failed, errors } = await calling.result();
    assert.deepEqual({ succeeded, failed }, { succeeded: 30, failed: 0 }, `${errors}\n${gateway.output.slice(-4000)}`);
    assert.equal((await called.stop()).failed, 0);
  });

  test('afterwards memory, descriptors and timers are where they were', async () => {
    held.close();
    const now = await settled();
    const shown = JSON.stringify([before1, now]);
    assert.ok(now.heapMegabytes < before1.heapMegabytes + 10, shown);
    assert.ok(now.descriptors <= before1.descriptors + 10, shown);
    assert.ok(now.timers <= before1.timers + 5, shown);
    assert.match(await gateway.type('show sip-ua overload'), /connections accepted +0 /);
  });

  /** A little of everything. */
  async function attack(count: number): Promise<void> {
    const few = await HeldConnections.open(ports, 50);
    await connectAndClose(ports.plain, count);
    await abortHandshakes(ports, hello, count);
    await garbage(ports, count);
    await udpFlood(ports, count);
    few.close();
  }

  /** Waits for what is on its way out: the repetitions of calls are waited for half a minute. */
  async function settled(): Promise<Holdings> {
    for (let attempt = 0; attempt < 90; attempt++) {
      const shown = await gateway.type('show sip-ua overload');
      if (/connections accepted +0 /.test(shown) && /requests being served +0 /.test(shown)) break;
      await sleep(500);
    }
    return insight.holdings();
  }
});
