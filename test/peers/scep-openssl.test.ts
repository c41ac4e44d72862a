import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authority, type Identity } from './certificates.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { OpensslScep } from './openssl-scep.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { visit } from './s-client.ts';
import { Scene } from './scene.ts';

suite(
  'the gateway asks an authority whose SCEP messages are made by OpenSSL',
  needs('openssl', 'faketime', '/usr/bin/python3'),
  () => {
    const scene = new Scene();
    const ports = { scep: 0, secure: 0 };
    let gateway: Gateway;
    let authority: Authority;
    let scep: OpensslScep;
    const identities = new Map<string, Identity>();

    before(async () => {
      for (const name of ['scep', 'secure'] as const) ports[name] = await freePort();
      // Near its end, so that whoever renews at 95 % asks who follows it.
      authority = await Authority.create(scene, 'old-ca', 1000);
      scep = await OpensslScep.start(scene, authority, ports.scep);
      scep.next = (await Authority.create(scene, 'new-ca')).certificate;
      for (const name of ['honest', 'revoked']) {
        identities.set(name, await authority.issue(name, `DNS:${name}.example.test,IP:${loopback}`));
      }
      const config = gatewayConfig({ port: await freePort(), securePort: ports.secure, routes: [] });
      const more = `crypto pki trustpoint OLD
 enrollment url http://${loopback}:${ports.scep}/scep
 enrollment retry period 1
 enrollment retry count 5
 serial-number none
 ip-address none
 password 0 secret
 subject-name CN=west,O=Peer tests
 revocation-check crl
 rsakeypair scep 2048
!
sip-ua
 crypto signaling default trustpoint OLD
!
end
`;
      // A minute of waiting takes eight seconds, and the ten that a CA has for its answer are more than one on a busy host.
      gateway = await Gateway.typed(scene, config.replace('end\n', more), 'nvram', '+0 x8');
    });
    after(async () => {
      await scep.stop();
      await scene.close();
    });

    const polls = (): number => scep.asked.filter((type) => type === '20').length;

    test('a request that must wait is polled for by `enrollment retry`, and granted at last', async () => {
      scep.status = 'pending';
      await gateway.type('configure terminal');
      await gateway.type('crypto pki authenticate OLD', /accept this certificate\? \[yes\/no\]: /);
      await gateway.type('yes', /Trustpoint CA certificate accepted\./);
      const begun = gateway.output.length;
      await gateway.type('crypto pki enroll OLD', /from CA\? \[yes\/no\]: /);
      gateway.child.write('yes\n');
      await gateway.child.waitFor(/%PKI-6-CERTPENDING/, begun);
      await gateway.type('end');
      assert.match(await gateway.type('show crypto pki certificates OLD'), /Status: Pending/);
      assert.match(await gateway.type('show crypto pki timers'), /POLL OLD/);
      while (polls() < 2) await sleep(50);
      scep.status = 'granted';
      await gateway.child.waitFor(/%PKI-6-CERTRET/, begun);
      assert.equal(polls(), 3);
      assert.match(await gateway.type('show crypto pki certificates OLD'), /Status: Available[\s\S]*cn=west/);
    });

    test('the CRL is asked for by GetCRL, after a restart, and refuses whom it revokes', async () => {
      const knock = (name: string): Promise<string> => {
        const identity = identities.get(name);
        assert.ok(identity);
        return visit(scene, { port: ports.secure, trust: authority.certificate, identity, offer: ['-quiet'] });
      };
      // From here on in time that passes as it does: a CA that is asked for its CRL has seconds to answer.
      await gateway.type('write memory', /\[OK\]/);
      await gateway.leave();
      gateway = await Gateway.boot(scene);
      await bound('tcp', ports.secure);
      assert.match(await knock('revoked'), /SIP\/2\.0 200/, gateway.output);
      const identity = identities.get('revoked');
      assert.ok(identity);
      await authority.revoke(identity);
      await gateway.configure('crypto pki crl request OLD');
      const shown = await gateway.type('show crypto pki crls');
      assert.match(shown, /cn=old-ca,o=Peer tests[\s\S]*Retrieved via SCEP/);
      assert.equal(scep.asked.at(-1), '22');
      assert.doesNotMatch(await knock('revoked'), /SIP\/2\.0 \d/);
      assert.match(await knock('honest'), /SIP\/2\.0 200/, gateway.output);
    });

    test('asked who follows it, the authority vouches for another, and is believed', async () => {
      await gateway.configure('crypto pki trustpoint OLD', 'auto-enroll 95');
      await gateway.child.waitFor(/%PKI-\d-CA_ROLLOVER[^\n]*/);
      // Not the last thing asked for long: a certificate of the next CA is asked for at once.
      assert.ok(scep.asked.includes('GetNextCACert'));
      const shown = await gateway.type('show crypto pki certificates OLD');
      const names = [...shown.matchAll(/^CA Certificate\r?\n[\s\S]*?Subject: \r?\n +cn=([\w-]+)/gm)].map(
        ([, name]) => name,
      );
      assert.deepEqual(names, ['old-ca', 'new-ca']);
    });
  },
);
