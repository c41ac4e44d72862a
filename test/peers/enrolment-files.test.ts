import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { Authority } from './certificates.ts';
import { run } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

suite('the gateway enrols through files on a TFTP server, signed by openssl ca', needs('in.tftpd', 'openssl'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let ca: Authority;
  const folder = scene.path('tftp');

  before(async () => {
    mkdirSync(folder);
    chmodSync(scene.folder, 0o755);
    chmodSync(folder, 0o777);
    const port = await freePort();
    // In the foreground, creating files, confined to the folder.
    scene.start('/usr/sbin/in.tftpd', ['-L', '-c', '-p', '-u', 'root', '-s', '-a', `${loopback}:${port}`, folder]);
    await bound('udp', port);
    ca = await Authority.create(scene, 'file-ca');
    const config = gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] });
    const more = `crypto pki trustpoint FILES
 enrollment url tftp://${loopback}:${port}/west pem
 subject-name CN=west,O=Peer tests
 serial-number none
 ip-address none
 revocation-check none
 rsakeypair files 2048
!
end
`;
    gateway = await Gateway.typed(scene, config.replace('end\n', more));
  });
  after(() => scene.close());

  test('a CA certificate that is not there yet is an error', async () => {
    await gateway.type('configure terminal');
    const said = await gateway.type('crypto pki authenticate FILES', /status = FAIL/);
    assert.doesNotMatch(said, /accept/);
    await gateway.child.waitFor(/%PKI-3-FILE_TRANSFER: [^\n]*File not found/);
    await gateway.type('end');
  });

  test('the files are asked for from the address of the source interface, and not at all when it has none', async () => {
    await gateway.type('configure terminal');
    await gateway.type('interface Loopback7');
    await gateway.type('exit');
    await gateway.type('crypto pki trustpoint FILES');
    await gateway.type('source interface Loopback7');
    await gateway.type('exit');
    await gateway.type('crypto pki authenticate FILES', /status = FAIL/);
    await gateway.child.waitFor(/%PKI-3-FILE_TRANSFER: [^\n]*Loopback7[^\n]* has no address/);
    await gateway.type('interface Loopback7');
    await gateway.type('ip address 127.0.0.7 255.255.255.255');
    await gateway.type('end');
  });

  test('the CA certificate is read, DER as well as PEM', async () => {
    await run('openssl', ['x509', '-in', ca.certificate, '-outform', 'der', '-out', `${folder}/west.ca`]);
    chmodSync(`${folder}/west.ca`, 0o644);
    await gateway.type('configure terminal');
    const said = await gateway.type('crypto pki authenticate FILES', /accept this certificate\? \[yes\/no\]: /);
    const print = await run('openssl', ['x509', '-in', ca.certificate, '-noout', '-fingerprint', '-sha1']);
    const sha1 = print.trim().split('=')[1]?.replaceAll(':', '');
    assert.equal(/SHA1: ([0-9A-F ]+)/.exec(said)?.[1]?.replaceAll(' ', ''), sha1);
    await gateway.type('yes', /Trustpoint CA certificate accepted\./);
    await gateway.type('end');
  });

  test('the request is written, signed, and the certificate read back', async () => {
    await gateway.type('configure terminal');
    await gateway.type('crypto pki enroll FILES', /Send Certificate Request to file system\? \[yes\/no\]: /);
    await gateway.type('yes', /% Request successfully sent to file system/);
    assert.ok(existsSync(`${folder}/west.req`));
    const request = scene.path('west.req');
    copyFileSync(`${folder}/west.req`, request);
    assert.match(await run('openssl', ['req', '-in', request, '-noout', '-verify', '-subject']), /CN ?= ?west/);
    const signed = await ca.sign(request, scene.path('west.crt'));
    writeFileSync(`${folder}/west.crt`, readFileSync(signed), { mode: 0o644 });
    await gateway.type('crypto pki import FILES certificate', /Retrieve Certificate from file system\? \[yes\/no\]: /);
    await gateway.type('yes', /% Router Certificate successfully imported/);
    await gateway.type('end');
    assert.match(await gateway.type('show crypto pki certificates FILES'), /cn=west/);
  });
});
