import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { firstPem, pem } from './certificates.ts';
import { run } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

const password = 'archive password';

suite('a subordinate CA below a root of OpenSSL', needs('openssl', 'scepclient', 'pki'), () => {
  const scene = new Scene();
  const [root, rootKey, sub] = ['root.pem', 'root.key', 'sub.pem'].map((name) => scene.path(name)) as [
    string,
    string,
    string,
  ];
  let gateway: Gateway;
  let base = '';

  before(async () => {
    const subject = ['-subj', '/O=Peer tests/CN=Root', '-days', '30'];
    const extensions = [
      '-addext',
      'basicConstraints=critical,CA:TRUE',
      '-addext',
      'keyUsage=critical,keyCertSign,cRLSign',
    ];
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      rootKey,
      '-out',
      root,
      ...subject,
      ...extensions,
    ]);
    const http = await freePort();
    base = `http://${loopback}:${http}`;
    const config = gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] });
    gateway = await Gateway.start(scene, config.replace('end\n', `ip http server\nip http port ${http}\nend\n`));
    await bound('tcp', http);
  });
  after(() => scene.close());

  test('asks for the certificate of a CA, which openssl signs, and runs with it', async () => {
    for (const line of [
      'configure terminal',
      'crypto pki trustpoint sub',
      'enrollment terminal pem',
      'serial-number none',
      'ip-address none',
      'revocation-check none',
      'rsakeypair sub 2048',
      'crypto pki server sub',
      'mode sub-cs',
      'issuer-name CN=Sub,O=Peer tests',
      'database level complete',
      `database archive pkcs12 password ${password}`,
      'grant auto',
      'eku server-auth client-auth',
      `cdp-url ${base}/sub.crl`,
    ]) {
      await gateway.type(line);
    }
    await gateway.type('no shutdown', /Failed to enable the Certificate Server: trustpoint sub is not authenticated/);
    await gateway.type('exit');
    await gateway.type('crypto pki authenticate sub', /End with a blank line/);
    gateway.child.write(`${pem(root)}\nquit\n`);
    await gateway.child.waitFor(/accept this certificate\? \[yes\/no\]: $/);
    await gateway.type('yes', /% Certificate successfully imported/);
    await gateway.type('crypto pki enroll sub', /Display Certificate Request to terminal\? \[yes\/no\]: /);
    const shown = await gateway.type('yes', /Redisplay enrollment request\? \[yes\/no\]: /);
    await gateway.type('no');
    const found = /-----BEGIN CERTIFICATE REQUEST-----[\s\S]+?-----END CERTIFICATE REQUEST-----/.exec(shown)?.[0];
    assert.ok(found, shown);
    const request = scene.write('sub.req', `${found.replaceAll('\r', '')}\n`);
    assert.match(
      await run('openssl', ['req', '-in', request, '-noout', '-text', '-verify']),
      /CA:TRUE[\s\S]*Certificate Sign/,
    );
    const signing = [
      '-CA',
      root,
      '-CAkey',
      rootKey,
      '-set_serial',
      '4096',
      '-days',
      '20',
      '-copy_extensions',
      'copyall',
    ];
    await run('openssl', ['x509', '-req', '-in', request, '-out', sub, ...signing]);
    await gateway.type('crypto pki import sub certificate', /End with a blank line/);
    gateway.child.write(`${pem(sub)}\nquit\n`);
    await gateway.child.waitFor(/% Router Certificate successfully imported/);
    await gateway.type('end');
    const shownServer = (): Promise<string> => gateway.type('show crypto pki server sub');
    for (let asked = 0; !/Status: enabled/.test(await shownServer()); asked++) {
      assert.ok(asked < 100, gateway.output.slice(-1000));
      await sleep(50);
    }
  });

  async function scepclient(name: string): Promise<string> {
    const certificate = scene.path(`${name}.pem`);
    const files = ['-private-key', scene.path(`${name}.key`), '-certificate', certificate];
    await run(
      'scepclient',
      ['-server-url', `${base}/cgi-bin/pkiclient.exe`, '-challenge', 'none', '-cn', name, ...files],
      { cwd: scene.folder },
    );
    return certificate;
  }

  test('gives its chain by GetCACert, which strongSwan reads', async () => {
    const file = scene.path('chain.pem');
    await run('pki', ['--scepca', '--url', base, '--caout', file, '--outform', 'pem']);
    const answer = await fetch(`${base}/cgi-bin/pkiclient.exe?operation=GetCACert`);
    assert.equal(answer.headers.get('content-type'), 'application/x-x509-ca-ra-cert');
    const bundle = scene.path('bundle.p7');
    writeFileSync(bundle, Buffer.from(await answer.arrayBuffer()));
    const printed = await run('openssl', ['pkcs7', '-inform', 'DER', '-in', bundle, '-print_certs', '-noout']);
    assert.equal(printed.match(/subject=/g)?.length, 2, printed);
  });

  test('issues what openssl verifies up to its own root, with the purposes of eku, and a CRL over it', async () => {
    const certificate = await scepclient('west');
    const chain = ['-CAfile', root, '-untrusted', sub, '-x509_strict'];
    assert.match(await run('openssl', ['verify', ...chain, '-purpose', 'sslserver', certificate]), /: OK/);
    assert.match(await run('openssl', ['verify', ...chain, '-purpose', 'sslclient', certificate]), /: OK/);
    const serial = (await run('openssl', ['x509', '-in', certificate, '-noout', '-serial']))
      .trim()
      .replace('serial=', '');
    await gateway.type(`crypto pki server sub revoke ${serial}`, /succesfully revoked/);
    const crl = scene.path('sub.crl');
    writeFileSync(crl, Buffer.from(await (await fetch(`${base}/sub.crl`)).arrayBuffer()));
    const pemCrl = scene.path('sub.crl.pem');
    await run('openssl', ['crl', '-inform', 'DER', '-in', crl, '-out', pemCrl]);
    const checked = ['verify', ...chain, '-CRLfile', pemCrl, '-crl_check', certificate];
    await assert.rejects(run('openssl', checked), /certificate revoked/);
    await gateway.type(`crypto pki server sub unrevoke ${serial}`, /succesfully unrevoked/);
    writeFileSync(crl, Buffer.from(await (await fetch(`${base}/sub.crl`)).arrayBuffer()));
    await run('openssl', ['crl', '-inform', 'DER', '-in', crl, '-out', pemCrl]);
    assert.match(await run('openssl', checked), /: OK/);
  });

  test('keeps its key in a file that openssl opens with the password', async () => {
    const file = scene.path('nvram/ca/sub/sub_01000.p12');
    const printed = await run('openssl', ['pkcs12', '-in', file, '-passin', `pass:${password}`, '-nodes']);
    assert.equal(firstPem(printed), firstPem(pem(sub)));
    assert.match(printed, /BEGIN PRIVATE KEY/);
    await assert.rejects(run('openssl', ['pkcs12', '-in', file, '-passin', 'pass:another', '-nodes']));
  });
});
