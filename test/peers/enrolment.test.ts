import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { firstPem } from './certificates.ts';
import { run } from './child.ts';
import { becomeAuthority } from './document.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

suite('clients of other makers enrol with the embedded CA', needs('pki', 'scepclient', 'openssl'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let url = '';

  before(async () => {
    const http = await freePort();
    url = `http://${loopback}:${http}/cgi-bin/pkiclient.exe`;
    gateway = await Gateway.typed(
      scene,
      gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] }),
    );
    await becomeAuthority(gateway, 'ca', http);
    await bound('tcp', http);
    await run('pki', ['--scepca', '--url', url, '--caout', scene.path('ca.pem'), '--outform', 'pem']);
  });
  after(() => scene.close());

  test('strongSwan fetches the certificate of the CA', async () => {
    const subject = await run('openssl', [
      'x509',
      '-in',
      scene.path('ca.pem'),
      '-noout',
      '-subject',
      '-ext',
      'basicConstraints',
    ]);
    assert.match(subject, /CN ?= ?ca/);
    assert.match(subject, /CA:TRUE/);
  });

  // Not with `--cipher aes`: version 5.9.8 looks for AES under SHA-384, a capability RFC 8894 does not have.
  test('strongSwan enrols, and openssl accepts the certificate', async () => {
    const key = scene.path('strongswan.key');
    await run('openssl', ['genrsa', '-traditional', '-out', key, '2048']);
    const ca = scene.path('ca.pem');
    const trust = ['--cacert-enc', ca, '--cacert-sig', ca];
    const names = ['--dn', 'CN=strongswan', '--san', 'strongswan.example.test', '--password', 'secret'];
    const options = ['--url', url, '--in', key, '--cipher', 'des3', '--outform', 'pem', '--interval', '1'];
    const printed = await run('pki', ['--scep', ...options, ...names, ...trust, '--maxpolltime', '10']);
    await accepts(scene.write('strongswan.pem', `${firstPem(printed)}\n`), 'CN ?= ?strongswan');
  });

  test('scepclient enrols with AES, and openssl accepts the certificate', async () => {
    const certificate = scene.path('scepclient.pem');
    const files = ['-private-key', scene.path('scepclient.key'), '-certificate', certificate];
    await run('scepclient', ['-server-url', url, ...files, '-challenge', 'secret', '-cn', 'scepclient'], {
      cwd: scene.folder,
    });
    await accepts(certificate, 'CN ?= ?scepclient');
  });

  async function accepts(certificate: string, subject: string): Promise<void> {
    const verified = await run('openssl', ['verify', '-x509_strict', '-CAfile', scene.path('ca.pem'), certificate]);
    assert.match(verified, /: OK/);
    assert.match(await run('openssl', ['x509', '-in', certificate, '-noout', '-subject']), new RegExp(subject));
  }
});
