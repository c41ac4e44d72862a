import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { addressed, becomeAuthority, sharedSteps } from './document.ts';
import { Gateway } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';

// The addresses of the document's example, moved to the loopback network; every gateway has the ports it has by default.
const network = `127.${randomInt(20, 250)}`;
const user1 = `${network}.197.154`;
const mycs = `${network}.193.103`;

suite('the document’s procedure for endpoints that share a CA, typed from an empty NVRAM', needs('sipp'), () => {
  const scene = new Scene();
  const ports = { http: 0, near: 0, far: 0 };
  let authority: Gateway;
  let gateway: Gateway;

  before(async () => {
    for (const name of ['http', 'near', 'far'] as const) ports[name] = await freePort();
    // One after the other: a router without an address listens at every one.
    authority = await Gateway.boot(scene, 'mycs');
    await addressed(authority, 'mycs', mycs);
    gateway = await Gateway.boot(scene, 'user1');
    await addressed(gateway, 'user1', user1);
  });
  after(() => scene.close());

  /** A dial peer to the other gateway, as the document's 555, and one to the telephone behind this one. */
  function peers(far: string, farNumber: string, own: number, ownNumber: string): readonly string[] {
    const common = ['session protocol sipv2', 'codec g711ulaw'];
    const outward = [`destination-pattern ${farNumber}`, 'voice-class sip url sips', `session target ipv4:${far}`];
    const inward = [`destination-pattern ${ownNumber}`, 'voice-class sip url sip', 'session transport udp'];
    return [
      'dial-peer voice 555 voip',
      ...outward,
      ...common,
      'dial-peer voice 1 voip',
      ...inward,
      `session target ipv4:${loopback}:${own}`,
      ...common,
    ];
  }

  test('one gateway is the authority; the other and it itself enrol there by SCEP, step by step', async () => {
    await becomeAuthority(authority, 'mycs', ports.http);
    const url = `http://${mycs}:${ports.http}`;
    await sharedSteps(gateway, { trustpoint: 'user1', url, address: user1 });
    await sharedSteps(authority, { trustpoint: 'sip', url, address: mycs });
    await gateway.configure(...peers(mycs, '5550101', ports.near, '777'));
    await authority.configure(...peers(user1, '777', ports.far, '5550101'));
    assert.match(await gateway.type('show crypto pki certificates user1'), /Status: Available[\s\S]*cn=mycs/);
  });

  test('a call goes through both over mutual TLS, and both show the connection it is on', async () => {
    const far = await Sipp.start(scene, { scenario: 'uas-hangup', transport: 'udp', port: ports.far });
    const target = { transport: 'udp', target: 5060, targetHost: user1, number: '5550101' } as const;
    const near = await Sipp.start(scene, { ...target, scenario: 'uac-held', calls: 1 });
    while (near.child.running && near.answered() < 1) await sleep(20);
    const [outward, inward] = [await gateway.connections('tcp tls'), await authority.connections('tcp tls')];
    assert.match(outward, agent(mycs), gateway.output);
    assert.match(outward, /^ +5061 +1 Established +0 +127\.[\d.]+197\.154:\d+ +TLSv1\.3 /m);
    assert.match(inward, agent(user1), authority.output);
    assert.match(inward, /^ +\d+ +1 Established +0 +127\.[\d.]+193\.103:5061 +TLSv1\.3 /m);
    const brief = await gateway.type('show sip-ua connections tcp tls brief');
    assert.match(brief, /Total active connections +: 1\b/);
    const verbose = await authority.type('show sip-ua connections tcp tls verbose');
    assert.match(verbose, new RegExp(`Peer +: CN=${user1}, serialNumber=`), 'the client has shown its certificate');
    assert.equal((await near.result()).succeeded, 1, `${near.errors()}\n${gateway.output}`);
    await far.stop();
  });

  test('cleared as the document says, and the next call makes another', async () => {
    await gateway.type(`clear sip-ua tcp tls connection id 1 target ipv4:${mycs}:5061`);
    assert.match(await gateway.connections('tcp tls'), /Total active connections +: 0\b/);
    const far = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'udp', port: ports.far });
    const target = { transport: 'udp', target: 5060, targetHost: user1, number: '5550101' } as const;
    assert.equal((await call(scene, { ...target, scenario: 'uac-call' })).succeeded, 1, gateway.output);
    assert.match(await gateway.connections('tcp tls'), agent(mycs));
    assert.match(await gateway.type('show sip-ua connections history'), new RegExp(RegExp.escape(`${mycs}:5061`)));
    await far.stop();
  });

  test('saved and killed, the gateway boots from its NVRAM with all of it, and is called', async () => {
    await gateway.type('write memory', /\[OK\]/);
    gateway.child.process.kill('SIGKILL');
    await gateway.child.exit();
    gateway = await Gateway.boot(scene, 'user1');
    const near = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'udp', port: ports.near });
    const target = { transport: 'udp', target: 5060, targetHost: mycs, number: '777' } as const;
    const far = await call(scene, { ...target, scenario: 'uac-call' });
    assert.equal(far.succeeded, 1, `${far.errors}\n${authority.output}\n${gateway.output}`);
    assert.match(await gateway.connections('tcp tls'), agent(mycs));
    await near.stop();
    for (const router of [gateway, authority]) {
      assert.equal(await router.leave(), 0);
      assert.doesNotMatch(router.output, /%Error|HANDSHAKE|-[0-3]-(?!LISTEN_SOCKET)/);
    }
  });
});

function agent(address: string): RegExp {
  return new RegExp(`Remote-Agent:${RegExp.escape(address)}, Connections-Count:1\\b`);
}
