import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authority, firstPem, type Identity, pem } from './certificates.ts';
import type { Child } from './child.ts';
import { addressed, becomeAuthority, plain, sharedSteps } from './document.ts';
import { Gateway } from './gateway.ts';
import { startProxy } from './kamailio.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp, type SippResult } from './sipp.ts';

const network = `127.${randomInt(20, 250)}`;
const user1 = `${network}.197.154`;
const other = `${network}.201.177`;

suite(
  'the document’s procedure for endpoints of another CA, typed from an empty NVRAM: Kamailio, certified by openssl',
  needs('kamailio', 'sipp', 'openssl'),
  () => {
    const scene = new Scene();
    const ports = { http: 0, proxy: 0, near: 0, far: 0 };
    let gateway: Gateway;
    let otherAuthority: Authority;
    let identity: Identity;
    let proxy: Child;

    before(async () => {
      for (const name of ['http', 'proxy', 'near', 'far'] as const) ports[name] = await freePort();
      otherAuthority = await Authority.create(scene, 'other-ca');
      identity = await otherAuthority.issue('kamailio', `IP:${other}`);
      proxy = await kamailio(otherAuthority.certificate);
      gateway = await Gateway.boot(scene);
      await addressed(gateway, 'user1', user1);
      await becomeAuthority(gateway, 'mycs', ports.http);
      await sharedSteps(gateway, { trustpoint: 'user1', url: `http://${user1}:${ports.http}`, address: user1 });
      const common = ['session protocol sipv2', 'codec g711ulaw'];
      await gateway.configure(
        'dial-peer voice 5 voip',
        'destination-pattern 9001',
        `session target ipv4:${other}`,
        ...common,
        'dial-peer voice 1 voip',
        'destination-pattern 777',
        `session target ipv4:${loopback}:${ports.near}`,
        'session transport udp',
        'voice-class sip url sip',
        ...common,
      );
    });
    after(() => scene.close());

    /** Kamailio with `verify_certificate` and `require_certificate` for both roles. */
    function kamailio(trust: string): Promise<Child> {
      const options = { host: other, clearPort: ports.proxy, target: ports.far, gateway: user1 };
      return startProxy(scene, { name: 'proxy', identity, trust, ...options });
    }

    /** From our side through Kamailio to the telephone behind it. */
    const outward = (scenario: string): Promise<SippResult> =>
      call(scene, { scenario, transport: 'udp', target: 5060, targetHost: user1, number: '9001' });

    /** From the telephone behind Kamailio to ours. */
    const inward = { transport: 'udp', number: '777', calls: 1, targetHost: other } as const;

    /** Why the newest of the TLS connections that did not come to be, or had to end, did so; waits until it is for this reason. */
    async function failed(reason: RegExp): Promise<void> {
      for (let tries = 0; ; tries++) {
        const shown = await gateway.type('show sip-ua connections tcp tls failures');
        const newest = shown.slice(shown.lastIndexOf('Remote-Agent'));
        if (reason.test(newest)) return;
        assert.ok(tries < 100, newest);
        await sleep(50);
      }
    }

    test('before its root is pasted Kamailio is refused, and refuses us; both reasons are shown', async () => {
      const out = await outward('uac-unavailable');
      assert.equal(out.succeeded, 1, `${out.errors}\n${gateway.output}`);
      await failed(
        /Role:client\s+Stage +: policy\s+Rule +: chain\s+Reason : [^\n]*no trustpoint holds [^\n]*cn=other-ca/,
      );
      const caller = await Sipp.start(scene, { ...inward, target: ports.proxy, scenario: 'uac-unavailable' });
      await failed(/Role:server\s+Stage +: handshake\s+Rule +: peer\s+Reason : .*alert unknown ca/);
      await caller.stop();
    });

    test('the other root is pasted, but it does not trust ours yet: it refuses us, and we show that', async () => {
      await gateway.type('configure terminal');
      await plain(
        gateway,
        'crypto ca trustpoint other',
        'enrollment terminal pem',
        'rsakeypair kp1',
        'ip-address none',
        'password 0 forother',
        'crl optional',
        'serial-number none',
        'subject-name CN=other',
        'end',
      );
      await gateway.type('configure terminal');
      await gateway.type('crypto ca authenticate other', /on a line by itself/);
      await gateway.type(`${pem(otherAuthority.certificate)}\n`, /accept this certificate\? \[yes\/no\]: /);
      await gateway.type('yes', /% Certificate successfully imported/);
      await gateway.type('end');
      const out = await outward('uac-unavailable');
      assert.equal(out.succeeded, 1, `${out.errors}\n${gateway.output}`);
      await failed(/Role:client\s+Stage +: handshake\s+Rule +: peer\s+Reason : .*alert unknown ca/);
    });

    test('with ours exported and given to Kamailio, calls go both ways over mutual TLS', async () => {
      await gateway.type('configure terminal');
      const exported = await gateway.type('crypto ca export user1 pem terminal 3des passphrase');
      await gateway.type('end');
      const root = scene.write('mycs.pem', `${firstPem(exported.replaceAll('\r', ''))}\n`);
      await proxy.end();
      proxy = await kamailio(root);
      const far = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'udp', port: ports.far });
      const out = await outward('uac-call');
      assert.equal(out.succeeded, 1, `${out.errors}\n${proxy.output}\n${gateway.output}`);
      await proxy.waitFor(/CALL 9001 OVER tls/);
      const near = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'udp', port: ports.near });
      const into = await call(scene, { ...inward, target: ports.proxy, scenario: 'uac-call' });
      assert.equal(into.succeeded, 1, `${into.errors}\n${proxy.output}\n${gateway.output}`);
      await proxy.waitFor(/CALL 777 OVER udp/);
      const shown = await gateway.type('show sip-ua connections tcp tls verbose');
      for (const direction of ['out', 'in']) {
        assert.match(
          shown,
          new RegExp(`Established, Direction:${direction}\\b[\\s\\S]*?Peer +: O=Peer tests, CN=kamailio`),
        );
      }
      await far.stop();
      await near.stop();
    });

    test('when the other root is taken away its connections close, and it is refused again both ways', async () => {
      await gateway.type('configure terminal');
      await gateway.type('no crypto pki trustpoint other', /\[yes\/no\]: /);
      await gateway.type('yes');
      await gateway.type('end');
      assert.match(await gateway.connections('tcp tls'), /Total active connections +: 0\b/);
      const live = /Stage +: live\s+Rule +: anchor\s+Reason : .*no authenticated trustpoint anchors .*cn=kamailio/;
      await failed(live);
      const out = await outward('uac-unavailable');
      assert.equal(out.succeeded, 1, `${out.errors}\n${gateway.output}`);
      await failed(/Role:client\s+Stage +: policy\s+Rule +: chain\s+Reason : .*issuer not found/);
      const caller = await Sipp.start(scene, { ...inward, target: ports.proxy, scenario: 'uac-unavailable' });
      await failed(/Role:server\s+Stage +: policy\s+Rule +: chain\s+Reason : .*issuer not found/);
      await caller.stop();
    });
  },
);
