import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Authority, type Identity } from './certificates.ts';
import type { Child } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { type KamailioOptions, startKamailio } from './kamailio.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';

const password = 'registrar-pass';

suite(
  'registrations with Kamailio over mutual TLS, with digest (SHA-256 and MD5)',
  needs('kamailio', 'sipp', 'openssl'),
  () => {
    const scene = new Scene();
    let gateway: Gateway;
    let primary: Child;
    let secondary: Child;
    let kamailio: (name: string, port: number, clearPort: number, algorithm: 'MD5' | 'SHA-256') => KamailioOptions;
    const ports = { sip: 0, secure: 0, primary: 0, primaryClear: 0, secondary: 0, secondaryClear: 0 };

    before(async () => {
      for (const name of Object.keys(ports) as (keyof typeof ports)[]) ports[name] = await freePort();
      const authority = await Authority.create(scene, 'lab-ca');
      const identity: Identity = await authority.issue('registrar', 'DNS:reg.example.test,IP:127.0.0.1');
      const own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
      const target = await freePort();
      const common = { target, identity, trust: authority.certificate, realm: 'reg.example.test', password };
      kamailio = (name, port, clearPort, algorithm) => ({ name, port, clearPort, algorithm, ...common });
      await Sipp.start(scene, {
        scenario: 'uas-answer',
        transport: 'udp',
        port: target,
        values: { contact: `${loopback}:${target}` },
      });
      primary = await startKamailio(scene, kamailio('primary', ports.primary, ports.primaryClear, 'SHA-256'));
      secondary = await startKamailio(scene, kamailio('secondary', ports.secondary, ports.secondaryClear, 'MD5'));
      gateway = await Gateway.start(scene, configuration(ports));
      await gateway.importIdentity('peer', authority.certificate, own);
      await gateway.type('configure terminal');
      await gateway.type('sip-ua');
      await gateway.type(`registrar ipv4:${loopback}:${ports.primary} expires 600 tcp tls`);
      await gateway.type(`registrar ipv4:${loopback}:${ports.secondary} expires 600 tcp tls secondary`);
      await gateway.type('end');
    });
    after(() => scene.close());

    test('a telephone and a number of credentials are registered with both, each by its algorithm', async () => {
      for (const number of ['5551', '5552']) {
        await primary.waitFor(new RegExp(`TOOK REGISTER ${number} 600 SHA-256`));
        await secondary.waitFor(new RegExp(`TOOK REGISTER ${number} 600 MD5`));
      }
      for (const words of ['', ' secondary']) {
        const status = await settled(gateway, `show sip-ua register status${words}`);
        assert.match(status, /^5551 1 {5}\d{3} {9}yes\r?$/m);
        assert.match(status, /^5552 -1 {4}\d{3} {9}yes\r?$/m);
      }
      assert.doesNotMatch(gateway.output.replaceAll(/password.*$/gm, ''), new RegExp(password));
    });

    test('a call that is challenged with 407 is answered, and so is its BYE', async () => {
      const said = await gateway.type('csim start 9001 voice-port 0/3/0', /setup failed = \d+/);
      assert.match(said, /failed = 0/);
      await primary.waitFor(/TOOK INVITE 9001 SHA-256/);
      await primary.waitFor(/TOOK BYE 9001 SHA-256/);
    });

    test('a call comes in on the very connection that the number was registered by', async () => {
      const contact = /CONTACT OF 5551 (.*)/.exec(primary.output)?.[1] ?? '';
      assert.match(contact, /;reg-id=1;\+sip\.instance="<urn:uuid:[0-9a-f-]{36}>"/);
      const target = { transport: 'udp', target: ports.primaryClear, number: '5551' } as const;
      const near = await call(scene, { ...target, scenario: 'uac-call' });
      assert.equal(near.succeeded, 1, `${near.errors}\n${primary.output}`);
      const at = Number(/CALLS 5551 AT sip:127\.0\.0\.1:(\d+);transport=tls/i.exec(primary.output)?.[1]);
      const shown = await gateway.type('show sip-ua connections tcp tls verbose');
      const [ours] = shown.split('Remote-Agent:').filter((block) => block.includes(`Local      : ${loopback}:${at}`));
      assert.match(ours ?? '', new RegExp(`^127\\.0\\.0\\.1:${ports.primary}, .*Direction:out`), shown);
    });

    test('when the registrar starts again the numbers come back by themselves', async () => {
      await primary.end();
      await gateway.child.waitFor(/REGISTRATION_LOST/);
      primary = await startKamailio(scene, kamailio('primary', ports.primary, ports.primaryClear, 'SHA-256'));
      for (const number of ['5551', '5552']) {
        await primary.waitFor(new RegExp(`TOOK REGISTER ${number} 600 SHA-256`), 0, 60_000);
      }
      const status = await settled(gateway, 'show sip-ua register status');
      assert.equal(status.match(/yes/g)?.length, 2);
    });

    test('a registrar that goes while numbers are being registered, and comes back, has them all', async () => {
      const numbers = Array.from({ length: 20 }, (_, i) => `${6001 + i}`);
      await gateway.configure(
        'sip-ua',
        'registration spike 4',
        ...numbers.map(
          (number) => `credentials number ${number} username ${number} password ${password} realm reg.example.test`,
        ),
      );
      await primary.waitFor(/TOOK REGISTER 6005 600/, 0, 30_000);
      await primary.end();
      assert.doesNotMatch(primary.output, /TOOK REGISTER 6020/, 'it went in the middle');
      primary = await startKamailio(scene, kamailio('primary', ports.primary, ports.primaryClear, 'SHA-256'));
      for (const number of ['5551', '5552', ...numbers]) {
        await primary.waitFor(new RegExp(`TOOK REGISTER ${number} 600 SHA-256`), 0, 90_000);
      }
      const status = await settled(gateway, 'show sip-ua register status');
      assert.equal(status.match(/yes/g)?.length, 22, status);
      await gateway.configure(
        'sip-ua',
        'default registration spike',
        ...numbers.map((number) => `no credentials number ${number} username ${number}`),
      );
      for (const number of numbers) await primary.waitFor(new RegExp(`TOOK REGISTER ${number} 0 `), 0, 30_000);
    });

    test('the registrations are taken back when the gateway ends', async () => {
      assert.equal(await gateway.leave(), 0);
      for (const registrar of [primary, secondary]) {
        for (const number of ['5551', '5552']) await registrar.waitFor(new RegExp(`TOOK REGISTER ${number} 0 `));
      }
    });
  },
);

/** What the command shows once every number is registered; the answer to the last REGISTER may still be on its way. */
async function settled(gateway: Gateway, command: string): Promise<string> {
  for (let tries = 0; ; tries++) {
    const shown = await gateway.type(command);
    if (!/ no\r?$/m.test(shown) || tries === 50) return shown;
  }
}

function configuration(ports: { readonly sip: number; readonly secure: number; readonly primary: number }) {
  const extra = `voice-port 0/3/0
 device answer
!
dial-peer voice 1 pots
 destination-pattern 5551
 port 0/3/0
!
dial-peer voice 2 voip
 destination-pattern 9...
 session protocol sipv2
 session target ipv4:${loopback}:${ports.primary}
 session transport tcp tls
 codec g711ulaw
 authentication username trunk password ${password} realm reg.example.test
!
sip-ua
 authentication username phone password ${password} realm reg.example.test
 credentials number 5552 username 5552 password ${password} realm reg.example.test
!
`;
  return gatewayConfig({ port: ports.sip, securePort: ports.secure, routes: [], trustpoint: 'peer', extra });
}
