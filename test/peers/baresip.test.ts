import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Baresip } from './baresip.ts';
import { Authority } from './certificates.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { Sipp } from './sipp.ts';

const telephones = `voice-port 0/3/0
 device answer
voice-port 0/3/1
 device no-answer
dial-peer voice 777 pots
 destination-pattern 777
 port 0/3/0
dial-peer voice 778 pots
 destination-pattern 778
 port 0/3/1
`;

suite('baresip calls and is called over mutual TLS', needs('baresip', 'openssl', 'sipp'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let baresip: Baresip;
  let secure = 0;
  let far = 0;
  let third = 0;

  before(async () => {
    const authority = await Authority.create(scene, 'baresip-ca');
    const own = await authority.issue('gateway', 'IP:127.0.0.1');
    const identity = await authority.issue('baresip', 'IP:127.0.0.1');
    secure = await freePort();
    far = await freePort();
    third = await freePort();
    const routes = [
      { tag: 9, pattern: '9...', port: far, transport: 'udp' },
      { tag: 8, pattern: '8...', port: third, transport: 'udp' },
    ] as const;
    const config = { port: await freePort(), securePort: secure, routes, trustpoint: 'peer', extra: telephones };
    gateway = await Gateway.start(scene, gatewayConfig(config));
    await gateway.importIdentity('peer', authority.certificate, own, 'pkcs8');
    await bound('tcp', secure);
    baresip = await Baresip.start(scene, {
      identity,
      authority: authority.certificate,
      gateway: secure,
      answers: true,
    });
    for (const line of [
      'configure terminal',
      'dial-peer voice 7001 voip',
      'destination-pattern 7001',
      'session protocol sipv2',
      `session target ipv4:${loopback}:${baresip.securePort}`,
      'session transport tcp tls',
      'codec g711ulaw',
      'end',
    ]) {
      await gateway.type(line);
    }
  });
  after(async () => {
    baresip?.close();
    await scene.close();
  });

  test('a call is answered, held, taken up again, and ended by baresip', async () => {
    let at = baresip.events.length;
    baresip.command('dial', `sip:777@${loopback}:${secure};transport=tls`);
    at = await baresip.event('CALL_ESTABLISHED', at);
    assert.match(await gateway.type('show sip-ua calls'), /Total SIP call legs: ?1/i);
    const sent = await reinvites();
    baresip.command('hold');
    await until(async () => (await reinvites()) > sent);
    baresip.command('resume');
    await until(async () => (await reinvites()) > sent + 1);
    assert.match(await gateway.type('show sip-ua calls'), /Total SIP call legs: ?1/i);
    baresip.command('hangup');
    await idle();
  });

  test('a hold of baresip is seen by whom it called through the gateway, and so is its end', async () => {
    const uas = await Sipp.start(scene, { scenario: 'uas-is-held', transport: 'udp', port: far, calls: 1 });
    const at = baresip.events.length;
    baresip.command('dial', `sip:9001@${loopback}:${secure};transport=tls`);
    await baresip.event('CALL_ESTABLISHED', at);
    const sent = await reinvites();
    baresip.command('hold');
    await until(async () => (await reinvites()) > sent);
    baresip.command('resume');
    await until(async () => (await reinvites()) > sent + 1);
    baresip.command('hangup');
    const { code, errors } = await uas.result();
    assert.equal(code, 0, errors);
    await idle();
  });

  test('a call that is given up while it rings is cancelled', async () => {
    let at = baresip.events.length;
    baresip.command('dial', `sip:778@${loopback}:${secure};transport=tls`);
    at = await baresip.event('CALL_RINGING', at);
    baresip.command('hangup');
    await idle();
    assert.match(await gateway.type('show sip-ua statistics'), /OkCancel 0\/1/);
  });

  test('the gateway calls baresip, which answers, and ends the call', async () => {
    const at = baresip.events.length;
    assert.match(await gateway.type('csim start 7001 voice-port 0/3/0'), /setup failed = 0/);
    await baresip.event('CALL_ESTABLISHED', at);
    await baresip.event('CALL_CLOSED', at);
    await idle();
    assert.match(
      await gateway.type('show sip-ua connections tcp tls verbose'),
      /Direction:out[\s\S]*Peer +: .*baresip/,
    );
  });

  test('baresip transfers whom it called, and hears the end of it', async () => {
    const held = await Sipp.start(scene, { scenario: 'uas-is-held', transport: 'udp', port: far, calls: 1 });
    const target = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'udp', port: third, calls: 1 });
    const at = baresip.events.length;
    baresip.command('dial', `sip:9001@${loopback}:${secure};transport=tls`);
    await baresip.event('CALL_ESTABLISHED', at);
    const sent = await reinvites();
    baresip.command('hold');
    await until(async () => (await reinvites()) > sent);
    baresip.command('transfer', `sip:8002@${loopback}:${secure};transport=tls`);
    await baresip.event('CALL_CLOSED', at);
    await until(async () => /Total SIP call legs: ?2/i.test(await gateway.type('show sip-ua calls')));
    await gateway.type('clear call voice causecode 16 called-number 8002');
    for (const one of [held, target]) {
      const { code, errors } = await one.result();
      assert.equal(code, 0, errors);
    }
    assert.match(await gateway.type('show sip-ua statistics'), /NOTIFY 0\/[23]/);
    await idle();
  });

  async function idle(): Promise<void> {
    await until(async () => /Total SIP call legs: ?0/i.test(await gateway.type('show sip-ua calls')));
  }

  /** INVITEs that were answered 200. */
  async function reinvites(): Promise<number> {
    return Number(/OkInvite \d+\/(\d+)/.exec(await gateway.type('show sip-ua statistics'))?.[1] ?? 0);
  }

  async function until(holds: () => Promise<boolean>): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      if (await holds()) return;
      await sleep(100);
    }
    assert.fail(`${gateway.output.slice(-3000)}\n${baresip.child.output.slice(-3000)}\n${baresip.events.slice(-2000)}`);
  }
});
