import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { pem } from './certificates.ts';
import { run } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

suite("the gateway enrols with the scep package's server", needs('scepserver', 'openssl'), () => {
  const scene = new Scene();
  const depot = scene.path('depot');
  let config = '';

  before(async () => {
    const port = await freePort();
    const names = ['-organization', 'Peer tests', '-key-password', ''];
    await run('scepserver', ['ca', '-init', '-depot', depot, ...names]);
    scene.start('scepserver', ['-depot', depot, '-port', String(port), '-challenge', 'secret', '-allowrenew', '0']);
    await bound('tcp', port);
    const plain = gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] });
    const more = `crypto pki trustpoint SCEP
 enrollment url http://${loopback}:${port}/scep
 serial-number none
 ip-address none
 password 0 secret
 subject-name CN=west,O=Peer tests
 revocation-check none
 rsakeypair scep 2048
 auto-enroll 80 regenerate
!
end
`;
    config = plain.replace('end\n', more);
  });
  after(() => scene.close());

  test('killed again and again while it enrols, it always comes back whole, and enrols in the end', async () => {
    let state = { enrolled: false, authenticated: false };
    for (let round = 0; round < 6; round++) {
      const gateway = await Gateway.start(scene, config);
      state = await whole(gateway, state);
      await gateway.type('configure terminal');
      if (!state.authenticated) {
        await gateway.type('crypto pki authenticate SCEP', /accept this certificate\? \[yes\/no\]: /);
        await gateway.type('yes', /Trustpoint CA certificate accepted\./);
      }
      await gateway.type('crypto pki enroll SCEP', /(?:re-enrollment|from CA)\? \[yes\/no\]: /);
      gateway.child.write('yes\nyes\n');
      await sleep(randomInt(1200));
      gateway.child.process.kill('SIGKILL');
      await gateway.child.exit();
    }
    const gateway = await Gateway.start(scene, config);
    await whole(gateway, state);
    await gateway.type('configure terminal');
    const begun = gateway.output.length;
    await gateway.type('crypto pki enroll SCEP', /(?:re-enrollment|from CA)\? \[yes\/no\]: /);
    gateway.child.write('yes\nyes\n');
    await gateway.child.waitFor(/%PKI-6-CERTRET/, begun);
    await gateway.type('end');
    const exported = await gateway.type('show crypto pki timers');
    assert.match(exported, /RENEW SCEP/);
    await gateway.type('configure terminal');
    const shown = await gateway.type('crypto pki export SCEP pem terminal');
    const certificate = /% General Purpose Certificate:\s+(-----BEGIN[\s\S]+?-----END CERTIFICATE-----)/.exec(
      shown,
    )?.[1];
    assert.ok(certificate, shown);
    const file = scene.write('own.pem', certificate.replaceAll('\r', ''));
    const verified = await run('openssl', ['verify', '-CAfile', scene.write('ca.pem', pem(`${depot}/ca.pem`)), file]);
    assert.match(verified, /: OK/);
    await gateway.type('end');
    assert.doesNotMatch(gateway.output, /password[^\n]*secret/);
    await gateway.leave();
  });

  test('a wrong challenge password is rejected, and told so', async () => {
    const gateway = await Gateway.start(scene, config.replace('password 0 secret', 'password 0 wrong'));
    await gateway.type('configure terminal');
    const begun = gateway.output.length;
    await gateway.type('crypto pki enroll SCEP', /(?:re-enrollment|from CA)\? \[yes\/no\]: /);
    gateway.child.write('yes\nyes\n');
    const [said] = await gateway.child.waitFor(/%PKI-6-CERT(?:REJECT|FAIL|RET)[^\n]*/, begun);
    assert.match(said, /CERTREJECT|CERTFAIL/);
    await gateway.type('end');
    assert.match(await gateway.type('show crypto pki certificates SCEP'), /Status: Available/);
    await gateway.leave();
  });
});

/** What stands after a boot: nothing damaged, no certificate without its key, nothing lost that was there. */
async function whole(
  gateway: Gateway,
  before: { readonly enrolled: boolean; readonly authenticated: boolean },
): Promise<{ enrolled: boolean; authenticated: boolean }> {
  assert.doesNotMatch(gateway.output, /UNREADABLE|damaged/);
  const shown = await gateway.type('show crypto pki trustpoints status');
  const enrolled = shown.includes('Router General Purpose certificate configured');
  const authenticated = shown.includes('Issuing CA authenticated ....... Yes');
  if (enrolled) assert.match(shown, /Keys generated \.+ Yes/);
  if (before.enrolled) assert.ok(enrolled, 'the certificate was lost');
  if (before.authenticated) assert.ok(authenticated, 'the CA certificate was lost');
  return { enrolled, authenticated };
}

suite('a request that waits for a human', needs('openssl'), () => {
  const [west, east] = [new Scene(), new Scene()];
  after(async () => {
    await west.close();
    await east.close();
  });

  test('outlives kill -9 of the client: granted meanwhile, it is fetched under its own transaction', async () => {
    const http = await freePort();
    const plain = (): Promise<string> => base();
    const server = await Gateway.start(
      east,
      (await plain()).replace('end\n', `ip http server\nip http port ${http}\nend\n`),
    );
    await server.type('configure terminal');
    await server.type('crypto pki server ca');
    await server.type('issuer-name CN=Lab CA');
    await server.type('no shutdown', /Password: |% Certificate Server enabled\./);
    if (!server.output.includes('Certificate Server enabled')) {
      await server.type('peers-and-gateways', /Re-enter password: /);
      await server.type('peers-and-gateways', /% Certificate Server enabled\./);
    }
    await server.type('end');
    await bound('tcp', http);
    const more = `crypto pki trustpoint LAB
 enrollment url http://${loopback}:${http}
 serial-number none
 ip-address none
 password 0 secret
 revocation-check none
 rsakeypair lab 2048
!
end
`;
    const config = (await plain()).replace('end\n', more);
    const client = await Gateway.start(west, config);
    await client.type('configure terminal');
    await client.type('crypto pki authenticate LAB', /accept this certificate\? \[yes\/no\]: /);
    await client.type('yes', /Trustpoint CA certificate accepted\./);
    await client.type('crypto pki enroll LAB', /from CA\? \[yes\/no\]: /);
    client.child.write('yes\n');
    await client.child.waitFor(/%PKI-6-CERTPENDING/);
    await client.type('end');
    client.child.process.kill('SIGKILL');
    await client.child.exit();
    const again = await Gateway.start(west, config);
    assert.match(await again.type('show crypto pki timers'), /POLL LAB/);
    await server.type('crypto pki server ca grant all');
    await again.child.waitFor(/%PKI-6-CERTRET/, 0, 80_000);
    assert.match(await again.type('show crypto pki certificates LAB'), /Status: Available/);
    const requests = await server.type('show crypto pki server ca requests');
    assert.equal(requests.match(/granted/g)?.length, 1, 'one transaction');
  });
});

async function base(): Promise<string> {
  return gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] });
}
