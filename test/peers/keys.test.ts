import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { Authority, firstPem, type Identity, pem } from './certificates.ts';
import { run } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';
import { call, Sipp } from './sipp.ts';
import { startTlsClient, startTlsServer } from './stunnel.ts';

const secret = 'peers-and-gateways';

suite('keys and certificates go to openssl and come from it', needs('openssl', 'stunnel4', 'sipp'), () => {
  const scene = new Scene();
  const flash = join(scene.path('nvram'), 'files/flash');
  const ports = { sip: 0, secure: 0, tunnel: 0, clear: 0 };
  let gateway: Gateway;
  let authority: Authority;
  let own: Identity;

  before(async () => {
    for (const name of ['sip', 'secure', 'tunnel', 'clear'] as const) ports[name] = await freePort();
    authority = await Authority.create(scene, 'lab-ca');
    own = await authority.issue('own', 'DNS:gw.example.test');
    mkdirSync(flash, { recursive: true, mode: 0o700 });
    const routes = [
      { tag: 1, pattern: '9...', port: ports.tunnel, transport: 'tcp tls' },
      { tag: 2, pattern: '8...', port: ports.clear, transport: 'tcp' },
    ] as const;
    const config = gatewayConfig({ port: ports.sip, securePort: ports.secure, routes, trustpoint: 'ec' });
    gateway = await Gateway.typed(scene, config);
    await gateway.type('configure terminal');
    await gateway.type('crypto key generate ec keysize 384 label ec exportable');
  });
  after(() => scene.close());

  const openssl = (...args: readonly string[]): Promise<string> => run('openssl', args);

  const forms: readonly (readonly [name: string, options: readonly string[]])[] = [
    ['modern', []],
    ['legacy', ['-legacy']],
    ['triple', ['-legacy', '-certpbe', 'PBE-SHA1-3DES', '-keypbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
    ['strong', ['-macalg', 'sha512', '-iter', '50000', '-keypbe', 'aes-128-cbc', '-certpbe', 'aes-192-cbc']],
    ['open', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
  ];
  for (const [name, options] of forms) {
    test(`a PKCS#12 file that openssl writes is read: ${name}`, async () => {
      const files = ['-inkey', own.key, '-in', own.certificate, '-certfile', authority.certificate];
      const out = join(flash, `${name}.p12`);
      await openssl('pkcs12', '-export', ...options, ...files, '-out', out, '-passout', `pass:${secret}`);
      const line = (password: string) =>
        `crypto pki import ${name} pkcs12 flash:${name}.p12 exportable password ${password}`;
      await gateway.type(line('another-word'), /\]\? /);
      assert.match(await gateway.type(''), /% wrong password, or the PKCS#12 file is damaged/);
      await gateway.type(line(secret), /\]\? /);
      assert.match(await gateway.type(''), /CRYPTO_PKI: Imported PKCS12 file successfully\./, gateway.output);
    });
  }

  test('openssl reads the PKCS#12 file that we write: the same key, its certificate and the CA', async () => {
    await gateway.type(`crypto pki export modern pkcs12 flash:ours.p12 password ${secret}`, /\]\? /);
    assert.match(await gateway.type(''), /CRYPTO_PKI: Exported PKCS12 file successfully\./);
    const ours = ['pkcs12', '-in', join(flash, 'ours.p12'), '-passin', `pass:${secret}`];
    const described = await openssl(...ours, '-info', '-noout');
    assert.match(described, /MAC: sha256/);
    assert.match(described, /PBES2, PBKDF2, AES-256-CBC, Iteration 100000, PRF hmacWithSHA256/);
    const key = scene.write('ours.pem', firstPem(await openssl(...ours, '-nocerts', '-noenc')));
    const modulus = (file: string) => openssl('rsa', '-noout', '-modulus', '-in', file);
    assert.equal(await modulus(key), await modulus(own.key));
    const certificates = await openssl(...ours, '-nokeys');
    assert.match(certificates, /friendlyName: modern/);
    assert.deepEqual(
      certificates.match(/^subject=.*CN ?= ?\S+/gm)?.map((line) => line.replace(/.*CN ?= ?/, '')),
      ['own', 'lab-ca'],
    );
  });

  test('openssl reads both usage keys and both certificates in one PKCS#12 file', async () => {
    for (const line of [
      'crypto key generate rsa usage-keys label halves exportable modulus 2048',
      'crypto pki trustpoint halves',
      ' enrollment selfsigned',
      ' serial-number none',
      ' ip-address none',
      ' subject-name CN=halves',
      ' rsakeypair halves',
      'exit',
    ]) {
      await gateway.type(line);
    }
    await gateway.type('crypto pki enroll halves', /\[yes\/no\]: /);
    assert.match(await gateway.type('yes'), /Self Signed Certificate successfully created/);
    await gateway.type(`crypto pki export halves pkcs12 flash:halves.p12 password ${secret}`, /\]\? /);
    assert.match(await gateway.type(''), /CRYPTO_PKI: Exported PKCS12 file successfully\./);
    const file = ['pkcs12', '-in', join(flash, 'halves.p12'), '-passin', `pass:${secret}`];
    assert.equal((await openssl(...file, '-nocerts', '-noenc')).match(/BEGIN PRIVATE KEY/g)?.length, 2);
    const usages: string[] = [];
    for (const pem of (await openssl(...file, '-nokeys')).match(/-----BEGIN[\s\S]*?-----END CERTIFICATE-----/g) ?? []) {
      const own = scene.write('half.pem', `${pem}\n`);
      assert.match(await openssl('verify', '-CAfile', own, '-partial_chain', own), /: OK/);
      usages.push(await openssl('x509', '-in', own, '-noout', '-ext', 'keyUsage'));
    }
    assert.match(usages.join(), /Digital Signature\s*,[\s\S]*Key Encipherment/);
  });

  for (const [cipher, type] of [
    ['3des', 'rsa'],
    ['des', 'rsa'],
    ['aes', 'rsa'],
    ['3des', 'ec'],
    ['aes', 'ec'],
  ] as const) {
    test(`openssl reads an ${type} key exported under ${cipher}`, async () => {
      const label = type === 'ec' ? 'ec' : 'modern';
      const shown = await gateway.type(`crypto key export ${type} ${label} pem terminal ${cipher} ${secret}`);
      const text = shown.slice(shown.indexOf(`-----BEGIN ${type.toUpperCase()} PRIVATE KEY`)).replaceAll('\r', '');
      const file = scene.write(`${type}-${cipher}.pem`, `${firstPem(text)}\n`);
      // Single DES has gone to the legacy provider.
      const provider = cipher === 'des' ? ['-provider', 'legacy', '-provider', 'default'] : [];
      const checked = await openssl('pkey', ...provider, '-in', file, '-passin', `pass:${secret}`, '-noout', '-check');
      assert.match(checked, /Key is valid/);
    });
  }

  test('an EC key that openssl made is imported', async () => {
    const key = scene.path('p521.pem');
    await openssl('ecparam', '-name', 'secp521r1', '-genkey', '-noout', '-out', key);
    const sealed = await openssl('ec', '-in', key, '-aes256', '-passout', `pass:${secret}`);
    const half = await openssl('ec', '-in', key, '-pubout');
    await gateway.type(`crypto key import ec p521 pem terminal ${secret}`, /certificate\.[\s\S]*?by itself\./);
    await gateway.type(`${firstPem(half)}\n`, /private [\w ]+ key\.[\s\S]*?by itself\./);
    assert.match(await gateway.type(`${firstPem(sealed)}\nquit`), /% Key pair import succeeded\./, gateway.output);
  });

  test('openssl verifies the request on an EC key and certifies it, and calls over TLS go both ways with that certificate', async () => {
    await gateway.type('crypto pki trustpoint ec');
    for (const line of ['enrollment terminal pem', 'eckeypair ec', 'subject-name CN=gw', 'serial-number none']) {
      await gateway.type(line);
    }
    for (const line of ['ip-address none', 'hash sha384', 'exit']) await gateway.type(line);
    await gateway.type('crypto pki authenticate ec', /by itself/);
    await gateway.type(`${pem(authority.certificate)}\nquit`, /\[yes\/no\]: /);
    await gateway.type('yes');
    await gateway.type('crypto pki enroll ec', /\[yes\/no\]: /);
    const shown = (await gateway.type('yes', /Redisplay/)).replaceAll('\r', '');
    await gateway.type('no');
    const request = scene.write('ec.csr', `${firstPem(shown)}\n`);
    const described = await openssl('req', '-in', request, '-verify', '-noout', '-text');
    assert.match(described, /verify OK/);
    assert.match(described, /ecdsa-with-SHA384/);

    const certificate = scene.path('ec.pem');
    const ca = ['-CA', authority.certificate, '-CAkey', scene.path('lab-ca-key.pem')];
    const copied = ['-copy_extensions', 'copy', '-days', '30', '-out', certificate];
    await openssl('x509', '-req', '-in', request, ...ca, ...copied);
    await gateway.type('crypto pki import ec certificate', /by itself/);
    assert.match(await gateway.type(`${pem(certificate)}\n`), /% Router Certificate successfully imported/);
    await gateway.type('end');
    assert.match(await gateway.type('show crypto pki certificates verbose ec'), /EC Public Key: {2}\(384 bit\)/);

    const values = { via: 'TLS', contact: `${loopback}:${ports.tunnel};transport=tls` };
    const uas = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', values });
    const peer = await authority.issue('peer', 'IP:127.0.0.1');
    const trust = authority.certificate;
    await startTlsServer(scene, { identity: peer, trust, target: uas.port, port: ports.tunnel });
    const near = await call(scene, { scenario: 'uac-call', transport: 'tcp', target: ports.sip, calls: 2, rate: 2 });
    assert.equal(near.succeeded, 2, `${near.errors}\n${gateway.output}`);
    await uas.stop();

    const clear = await Sipp.start(scene, { scenario: 'uas-answer', transport: 'tcp', port: ports.clear });
    const { port } = await startTlsClient(scene, { identity: peer, trust, target: ports.secure });
    const secure = { transport: 'tcp', target: port, number: '8001', values: { via: 'TLS' } } as const;
    const far = await call(scene, { ...secure, scenario: 'uac-call', calls: 2, rate: 2 });
    assert.equal(far.succeeded, 2, `${far.errors}\n${gateway.output}`);
    await clear.stop();
  });

  test('key files are for nobody else, and in clear neither when they are encrypted', async () => {
    await gateway.type('configure terminal');
    const file = join(scene.path('nvram'), 'keys/ec+ec.json');
    assert.match(readFileSync(file, 'utf8'), /BEGIN PRIVATE KEY/);
    await gateway.type('password encryption aes');
    await gateway.type(`key config-key password-encrypt ${secret}`);
    assert.doesNotMatch(readFileSync(file, 'utf8'), /PRIVATE KEY/);
    await gateway.type('end');
    assert.equal(await gateway.leave(), 0, gateway.output);
  });
});
