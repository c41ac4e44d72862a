import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { get } from 'node:https';
import { after, before, suite, test } from 'node:test';
import { Authority, pem } from './certificates.ts';
import type { Child } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

const name = 'gw.example.test';

suite('the gateway enrols by ACME with pebble', needs('pebble', 'pebble-challtestsrv', 'openssl'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let web: Authority;
  let directory = '';
  let root = '';

  before(async () => {
    web = await Authority.create(scene, 'web-ca');
    const [listen, management, http] = [await freePort(), await freePort(), await freePort()];
    directory = `https://${loopback}:${listen}/dir`;
    await startPebble(scene, web, { listen, management, http });
    root = String(await fetchRoot(`https://${loopback}:${management}/roots/0`, readFileSync(web.certificate)));
    const config = gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] });
    const more = `crypto pki trustpoint WEB
 enrollment terminal
 revocation-check none
!
crypto pki trustpoint ACME
 enrollment acme url ${directory} contact ops@example.test trustpoint WEB
 fqdn ${name}
 revocation-check none
 rsakeypair acme 2048
!
ip http server
ip http port ${http}
end
`;
    gateway = await Gateway.typed(scene, config.replace('end\n', more));
    await bound('tcp', http);
    await authenticate(gateway, 'WEB', pem(web.certificate));
    await authenticate(gateway, 'ACME', root);
  });
  after(() => scene.close());

  test('account, order, http-01 and certificate, although one nonce in twenty is refused', async () => {
    await enroll(gateway);
    const shown = await gateway.type('show crypto pki certificates ACME');
    assert.match(shown, /Certificate Usage: General Purpose/);
    const files = readdirSync(scene.path('nvram/certificates/ACME')).filter((file) => !file.endsWith('CA.cer'));
    assert.equal(files.length, 1);
    const own = new X509Certificate(readFileSync(scene.path(`nvram/certificates/ACME/${files[0]}`)));
    assert.equal(own.subjectAltName, `DNS:${name}`);
    assert.doesNotMatch(gateway.output, /PRIVATE KEY/);
  });

  test('once more on the same account and key', async () => {
    await gateway.type('configure terminal');
    const begun = gateway.output.length;
    await gateway.type('crypto pki enroll ACME', /re-enrollment\? \[yes\/no\]: /);
    await gateway.type('yes', /Request certificate from CA\? \[yes\/no\]: /);
    await gateway.type('yes', /% Certificate request sent/);
    await gateway.child.waitFor(/%PKI-6-CERT(?:RET|FAIL)[^\n]*/, begun, 60_000);
    assert.match(gateway.output.slice(begun), /%PKI-6-CERTRET/);
    await gateway.type('end');
    assert.equal(readdirSync(scene.path('nvram/acme')).length, 1);
  });

  test('several names are proven one after the other, and are all in the certificate, after a renewal by hand too', async () => {
    const names = [name, 'second.west.test', 'third.west.test'];
    await gateway.type('configure terminal');
    await gateway.type('crypto pki trustpoint ACME');
    await gateway.type(`subject-name CN=${names[1]}`);
    await gateway.type(`subject-alt-name ${names[2]} ${name}`);
    await gateway.type('exit');
    for (let times = 0; times < 2; times++) {
      const begun = gateway.output.length;
      await gateway.type('crypto pki enroll ACME', /re-enrollment\? \[yes\/no\]: /);
      const said = await gateway.type('yes', /Request certificate from CA\? \[yes\/no\]: /);
      assert.match(said, /will include: second\.west\.test, [\w.]+, third\.west\.test/);
      await gateway.type('yes', /% Certificate request sent/);
      await gateway.child.waitFor(/%PKI-6-CERT(?:RET|FAIL)[^\n]*/, begun, 60_000);
      assert.match(gateway.output.slice(begun), /%PKI-6-CERTRET/);
      const files = readdirSync(scene.path('nvram/certificates/ACME')).filter((file) => !file.endsWith('CA.cer'));
      const own = new X509Certificate(readFileSync(scene.path(`nvram/certificates/ACME/${files[0]}`)));
      assert.deepEqual(own.subjectAltName?.split(', ').toSorted(), names.map((one) => `DNS:${one}`).toSorted());
    }
    await gateway.type('end');
  });

  test('a server whose https chains elsewhere is refused, and the certificate stays', async () => {
    await gateway.type('configure terminal');
    await gateway.type('crypto pki trustpoint ACME');
    await gateway.type(`enrollment acme url ${directory}`);
    await gateway.type('exit');
    const begun = gateway.output.length;
    await gateway.type('crypto pki enroll ACME', /re-enrollment\? \[yes\/no\]: /);
    await gateway.type('yes', /Request certificate from CA\? \[yes\/no\]: /);
    await gateway.type('yes', /% Certificate request sent/);
    await gateway.child.waitFor(/%PKI-6-CERTFAIL[^\n]*/, begun, 60_000);
    await gateway.type('end');
    assert.match(await gateway.type('show crypto pki certificates ACME'), /Status: Available/);
  });
});

interface Ports {
  readonly listen: number;
  readonly management: number;
  readonly http: number;
}

async function startPebble(scene: Scene, web: Authority, { listen, management, http }: Ports): Promise<Child> {
  const identity = await web.issue('pebble', `IP:${loopback}`);
  const dns = await freePort();
  const settings = {
    listenAddress: `${loopback}:${listen}`,
    managementListenAddress: `${loopback}:${management}`,
    certificate: identity.certificate,
    privateKey: identity.key,
    httpPort: http,
    tlsPort: await freePort(),
  };
  const off = ['-http01', '', '-https01', '', '-tlsalpn01', ''];
  const names = ['-dns01', `${loopback}:${dns}`, '-defaultIPv4', loopback, '-defaultIPv6', ''];
  scene.start('pebble-challtestsrv', [...off, ...names, '-management', `${loopback}:${await freePort()}`]);
  await bound('udp', dns);
  const file = scene.write('pebble.json', JSON.stringify({ pebble: settings }));
  const child = scene.start('env', [
    'PEBBLE_VA_NOSLEEP=1',
    'PEBBLE_WFE_NONCEREJECT=5',
    'pebble',
    '-config',
    file,
    '-dnsserver',
    `${loopback}:${dns}`,
  ]);
  await bound('tcp', listen);
  await bound('tcp', management);
  return child;
}

function fetchRoot(url: string, ca: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    get(url, { ca, agent: false }, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part)).on('end', () => resolve(Buffer.concat(parts)));
    }).on('error', reject);
  });
}

async function authenticate(gateway: Gateway, trustpoint: string, certificate: string): Promise<void> {
  await gateway.type('configure terminal');
  await gateway.type(`crypto pki authenticate ${trustpoint}`, /on a line by itself/);
  await gateway.type(`${certificate.trim()}\nquit`, /accept this certificate\? \[yes\/no\]: /);
  await gateway.type('yes', /successfully imported/);
  await gateway.type('end');
}

async function enroll(gateway: Gateway): Promise<void> {
  await gateway.type('configure terminal');
  const begun = gateway.output.length;
  await gateway.type('crypto pki enroll ACME', /Request certificate from CA\? \[yes\/no\]: /);
  await gateway.type('yes', /% Certificate request sent/);
  await gateway.child.waitFor(/%PKI-6-CERT(?:RET|FAIL)[^\n]*/, begun, 60_000);
  assert.match(gateway.output.slice(begun), /%PKI-6-CERTRET/);
  await gateway.type('end');
}
