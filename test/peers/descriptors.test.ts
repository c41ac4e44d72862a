import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HeldConnections, type Ports } from './attacks.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { Sipp } from './sipp.ts';

/** Sockets that may rest bound for RTP. */
const rtpShare = 32;
/** So many files and sockets may the gateway have open; more than a third it has from the start. */
const descriptors = 128;

suite('a gateway that may open few descriptors', needs('sipp'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let ports: Ports;
  let far = 0;
  let quiet = 0;

  before(async () => {
    ports = { plain: await freePort(), secure: await freePort() };
    far = await freePort();
    const routes = [{ tag: 1, pattern: '9...', port: far, transport: 'tcp' as const }];
    const config = gatewayConfig({ port: ports.plain, securePort: ports.secure, routes });
    gateway = await Gateway.start(scene, config, undefined, ['prlimit', `--nofile=${descriptors}:${descriptors}`]);
    await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', port: far });
    assert.equal((await call(3)).succeeded, 3, gateway.output);
    quiet = await settled();
  });
  after(() => scene.close());

  test('says at the start how many connections it can take, and takes no more, so that calls go on and files are written', async () => {
    assert.match(gateway.output, /%SIP-4-DESCRIPTORS_FEW: /);
    const calling = await Sipp.start(scene, uac(30, 10));
    await sleep(500);
    const held = await HeldConnections.open(ports, 400);
    await sleep(1000);
    assert.ok(held.count < descriptors, `${held.count} connections are held`);
    await gateway.type('write memory');
    const { succeeded, failed } = await calling.result();
    assert.deepEqual([succeeded, failed], [30, 0], gateway.output.slice(-3000));
    assert.match(readFileSync(scene.path('nvram/startup-config'), 'utf8'), /\nend\n$/);
    held.close();
    assert.equal((await call(3)).succeeded, 3, gateway.output.slice(-3000));
    assert.ok((await settled()) <= quiet + 5);
  });

  test('without a descriptor left for RTP calls are refused, and taken again when those that are up have ended', async () => {
    const own = await freePort();
    const many = await Sipp.start(scene, {
      ...{
        scenario: 'uac-events',
        transport: 'udp',
        port: own,
        target: ports.plain,
        number: '9001',
        calls: 100,
        rate: 50,
      },
      values: { via: 'UDP', contact: `${loopback}:${own}`, rtp: '9', events: '101' },
      extra: ['-l', '100', '-d', '4000'],
    });
    const { succeeded, failed } = await many.result();
    assert.ok(succeeded > 5 && failed > 5, `${succeeded} calls were taken, ${failed} not`);
    assert.equal((await call(3)).succeeded, 3, gateway.output.slice(-3000));
    assert.match(await gateway.type('show version'), /uptime/);
    assert.ok((await settled()) <= quiet + rtpShare);
  });

  function uac(calls: number, rate: number) {
    return { scenario: 'uac-call', transport: 'tcp', target: ports.plain, calls, rate } as const;
  }

  async function call(calls: number) {
    return (await Sipp.start(scene, uac(calls, calls))).result();
  }

  /** How many descriptors the gateway has open once they are no longer getting fewer. */
  async function settled(): Promise<number> {
    const open = (): number => readdirSync(`/proc/${gateway.child.pid}/fd`).length;
    for (let last = open() + 1; ; await sleep(1500)) {
      const now = open();
      if (now >= last) return now;
      last = now;
    }
  }
});
