import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Authority } from './certificates.ts';
import type { Child } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { startKamailio } from './kamailio.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';

const realms = { west: 'west.example.test', east: 'east.example.test' } as const;
type Name = keyof typeof realms;
const passwordOf = (name: Name): string => `${name}-password`;

/** A tenant with registrar, credentials and profile of its own; nothing of it stands in `sip-ua`. */
function tenant(tag: number, name: Name, number: string, port: number, listen: number): string {
  return `voice class tls-profile ${tag}
 trustpoint peer
!
voice class tenant ${tag}
 credentials number ${number} username ${number} password ${passwordOf(name)} realm ${realms[name]}
 authentication username trunk password ${passwordOf(name)} realm ${realms[name]}
 listen-port secure ${listen}
 tls-profile ${tag}
 session transport tcp tls
 sip-server ipv4:${loopback}:${port}
!
dial-peer voice ${tag} voip
 destination-pattern ${tag}...
 session protocol sipv2
 session target sip-server
 voice-class sip tenant ${tag}
 codec g711ulaw
!
`;
}

/** What is shown once the answers to the REGISTERs, which may still be on their way, are there. */
async function settled(gateway: Gateway): Promise<string> {
  for (let tries = 0; ; tries++) {
    const shown = await gateway.type('show sip-ua register status');
    if (!/ no\r?$/m.test(shown) || tries === 50) return shown;
  }
}

suite(
  'two tenants register by themselves with two registrars (Kamailio over mutual TLS, digest with SHA-256 and MD5)',
  needs('kamailio', 'sipp', 'openssl'),
  () => {
    const scene = new Scene();
    let gateway: Gateway;
    const registrars: Partial<Record<Name, Child>> = {};
    const ports = { sip: 0, secure: 0, west: 0, westClear: 0, westOurs: 0, east: 0, eastClear: 0, eastOurs: 0 };
    const registrar = (name: Name): Child => registrars[name] ?? assert.fail(`${name} was not started`);

    before(async () => {
      for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
      const authority = await Authority.create(scene, 'tenants-ca');
      const identity = await authority.issue('registrar', 'IP:127.0.0.1');
      const own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
      const target = await freePort();
      await Sipp.start(scene, {
        scenario: 'uas-answer',
        transport: 'udp',
        port: target,
        values: { contact: `${loopback}:${target}` },
      });
      for (const [name, algorithm] of [
        ['west', 'SHA-256'],
        ['east', 'MD5'],
      ] as const) {
        const clearPort = ports[`${name}Clear`];
        const digest = { algorithm, realm: realms[name], password: passwordOf(name) };
        const side = { name, port: ports[name], clearPort, identity, trust: authority.certificate };
        registrars[name] = await startKamailio(scene, { ...side, target, ...digest });
      }
      const extra = `crypto pki trustpoint peer
 revocation-check none
!
voice-port 0/3/0
 device answer
!
dial-peer voice 1 pots
 destination-pattern 55..
 port 0/3/0
!
${tenant(7, 'west', '5551', ports.west, ports.westOurs)}${tenant(8, 'east', '5552', ports.east, ports.eastOurs)}`;
      gateway = await Gateway.start(
        scene,
        gatewayConfig({ port: ports.sip, securePort: ports.secure, routes: [], extra }),
      );
      await gateway.importIdentity('peer', authority.certificate, own);
      // Not before there is a certificate: who cannot connect waits longer and longer.
      for (const [tag, name] of [
        [7, 'west'],
        [8, 'east'],
      ] as const) {
        const line = `registrar ipv4:${loopback}:${ports[name]} expires 600 tcp tls`;
        await gateway.configure(`voice class tenant ${tag}`, line);
      }
    });
    after(() => scene.close());

    test('each number is registered with the registrar of its tenant and with no other, from the port of the tenant', async () => {
      await registrar('west').waitFor(/TOOK REGISTER 5551 600 SHA-256/);
      await registrar('east').waitFor(/TOOK REGISTER 5552 600 MD5/);
      assert.match(registrar('west').output, new RegExp(`CONTACT OF 5551 <sip:5551@127\\.0\\.0\\.1:${ports.westOurs}`));
      assert.match(registrar('east').output, new RegExp(`CONTACT OF 5552 <sip:5552@127\\.0\\.0\\.1:${ports.eastOurs}`));
      assert.doesNotMatch(registrar('west').output, /REGISTER 5552/);
      assert.doesNotMatch(registrar('east').output, /REGISTER 5551/);
      const status = await settled(gateway);
      for (const number of ['5551', '5552'])
        assert.match(status, new RegExp(`^${number} -1 {4}\\d{3} {9}yes\\r?$`, 'm'));
    });

    for (const [name, number, algorithm] of [
      ['west', '7001', 'SHA-256'],
      ['east', '8001', 'MD5'],
    ] as const) {
      test(`a call of the tenant of ${name} that is challenged is proved by its authentication`, async () => {
        assert.match(await gateway.type(`csim start ${number} voice-port 0/3/0`, /setup failed = \d+/), /failed = 0/);
        await registrar(name).waitFor(new RegExp(`TOOK INVITE ${number} ${algorithm}`));
        await registrar(name).waitFor(new RegExp(`TOOK BYE 9001 ${algorithm}`));
      });
    }

    test('a call comes in on the connection that the tenant registered by, and the table shows whose it is', async () => {
      const target = { transport: 'udp', target: ports.westClear, number: '5551' } as const;
      const near = await call(scene, { ...target, scenario: 'uac-call' });
      assert.equal(near.succeeded, 1, `${near.errors}\n${registrar('west').output}`);
      const shown = await gateway.connections('tcp tls');
      assert.match(shown, new RegExp(`^ +${ports.west} +\\d+ Established .* 7\\r?$`, 'm'));
      assert.match(shown, new RegExp(`^ +${ports.east} +\\d+ Established .* 8\\r?$`, 'm'));
    });

    test('a tenant that is removed takes its registration back, and the other stays registered', async () => {
      await gateway.configure('no voice class tenant 8');
      await registrar('east').waitFor(/TOOK REGISTER 5552 0 MD5/);
      const status = await gateway.type('show sip-ua register status');
      assert.match(status, /^5551 .*yes\r?$/m);
      assert.doesNotMatch(registrar('west').output, /REGISTER 5551 0/);
    });
  },
);
