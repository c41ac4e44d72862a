import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { crlOnly } from '../../src/pki/scep/crl-only.ts';
import { firstPem } from './certificates.ts';
import { run } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

suite(
  'what the embedded CA issues, revokes and answers is accepted by others',
  needs('pki', 'scepclient', 'openssl'),
  () => {
    const scene = new Scene();
    let gateway: Gateway;
    let base = '';
    let ca = '';

    before(async () => {
      const http = await freePort();
      base = `http://${loopback}:${http}`;
      const config = gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] });
      gateway = await Gateway.typed(scene, config.replace('end\n', `ip http server\nip http port ${http}\nend\n`));
      for (const line of [
        'configure terminal',
        'crypto pki server ca',
        'issuer-name CN=Lab CA',
        'grant none',
        'database level complete',
        `cdp-url ${base}/ca.crl`,
        `ocsp-url ${base}/ocsp`,
      ]) {
        await gateway.type(line);
      }
      await gateway.type('no shutdown', /% Certificate Server enabled\./);
      await gateway.type('end');
      await bound('tcp', http);
      ca = scene.path('ca.pem');
      await run('pki', ['--scepca', '--url', base, '--caout', ca, '--outform', 'pem']);
    });
    after(() => scene.close());

    /** A one-time password, as the operator reads it from the terminal. */
    async function password(): Promise<string> {
      const printed = await gateway.type('crypto pki server ca password generate', /New password is '[0-9A-F]+'/);
      const found = /New password is '([0-9A-F]+)'/.exec(
        gateway.output.slice(gateway.output.lastIndexOf('New password')),
      );
      assert.ok(found?.[1] !== undefined, printed);
      return found[1];
    }

    async function key(name: string): Promise<string> {
      const path = scene.path(`${name}.key`);
      await run('openssl', ['genrsa', '-traditional', '-out', path, '2048']);
      return path;
    }

    /** strongSwan's SCEP client: what it is asked with, beside the names. */
    async function scepArguments(name: string, challenge: string, more: readonly string[] = []): Promise<string[]> {
      const trust = ['--cacert-enc', ca, '--cacert-sig', ca];
      const names = ['--dn', `CN=${name}`, '--san', `${name}.example.test`, '--password', challenge];
      const options = [
        '--url',
        base,
        '--in',
        await key(name),
        '--cipher',
        'des3',
        '--outform',
        'pem',
        '--interval',
        '1',
      ];
      return ['--scep', ...options, ...names, ...trust, '--maxpolltime', '10', ...more];
    }

    async function enrolled(name: string): Promise<string> {
      const printed = await run('pki', await scepArguments(name, await password()));
      return scene.write(`${name}.pem`, `${firstPem(printed)}\n`);
    }

    async function serial(certificate: string): Promise<string> {
      const printed = await run('openssl', ['x509', '-in', certificate, '-noout', '-serial']);
      return printed.trim().replace('serial=', '');
    }

    /** The list in force, fetched by its URL and checked by openssl. */
    async function fetchedCrl(): Promise<string> {
      const answer = await fetch(`${base}/ca.crl`);
      assert.equal(answer.headers.get('content-type'), 'application/pkix-crl');
      const [der, pem] = [scene.path('ca.crl'), scene.path('ca.crl.pem')];
      writeFileSync(der, Buffer.from(await answer.arrayBuffer()));
      await run('openssl', ['crl', '-inform', 'DER', '-in', der, '-out', pem]);
      return pem;
    }

    async function verdict(command: readonly string[]): Promise<string> {
      try {
        return await run('openssl', command);
      } catch (error) {
        return String(error);
      }
    }

    function ocsp(certificate: string, more: readonly string[] = []): Promise<string> {
      const about = ['-issuer', ca, '-cert', certificate, '-CAfile', ca];
      return verdict(['ocsp', ...about, ...(more.length > 0 ? more : ['-url', `${base}/ocsp`])]);
    }

    test('strongSwan enrols with a one-time password where nothing is granted by itself, and nobody else with the same', async () => {
      const challenge = await password();
      const printed = await run('pki', await scepArguments('first', challenge));
      const certificate = scene.write('first.pem', `${firstPem(printed)}\n`);
      assert.match(await verdict(['verify', '-x509_strict', '-CAfile', ca, certificate]), /: OK/);
      await assert.rejects(run('pki', await scepArguments('second', challenge)));
      await password();
      await assert.rejects(run('pki', await scepArguments('third', 'DEADBEEFDEADBEEF')));
      assert.match(
        await gateway.type('show crypto pki server ca'),
        /One-time passwords refused: 2, sources locked out: 0/,
      );
    });

    test('scepclient enrols with a one-time password', async () => {
      const certificate = scene.path('scepclient.pem');
      const files = ['-private-key', scene.path('scepclient.key'), '-certificate', certificate];
      const asked = [
        '-server-url',
        `${base}/cgi-bin/pkiclient.exe`,
        '-challenge',
        await password(),
        '-cn',
        'scepclient',
      ];
      await run('scepclient', [...asked, ...files], { cwd: scene.folder });
      assert.match(await verdict(['verify', '-x509_strict', '-CAfile', ca, certificate]), /: OK/);
    });

    test('strongSwan waits while its request is pending, and has its certificate when the operator grants it', async () => {
      const waiting = scene.start('pki', await scepArguments('patient', 'whatever'));
      const listed = async (): Promise<string> => gateway.type('crypto pki server ca info requests');
      for (let asked = 0; !/pending +[0-9A-F]{32} cn=patient/i.test(await listed()); asked++) {
        assert.ok(asked < 100, gateway.output.slice(-2000));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await gateway.type('crypto pki server ca grant all');
      assert.equal(await waiting.exit(), 0, waiting.output);
      const certificate = scene.write('patient.pem', `${firstPem(waiting.output)}\n`);
      assert.match(await verdict(['verify', '-x509_strict', '-CAfile', ca, certificate]), /: OK/);
    });

    test('strongSwan renews with its old certificate once the operator lets renewals pass', async () => {
      const old = await enrolled('renewing');
      await gateway.type('configure terminal');
      await gateway.type('crypto pki server ca');
      await gateway.type('grant auto');
      await gateway.type('end');
      const proof = ['--cert', old, '--key', scene.path('renewing.key')];
      const trust = ['--cacert-enc', ca, '--cacert-sig', ca];
      await run('openssl', ['genrsa', '-traditional', '-out', scene.path('renewed.key'), '2048']);
      const options = ['--url', base, '--in', scene.path('renewed.key'), '--cipher', 'des3', '--outform', 'pem'];
      const printed = await run('pki', ['--scep', ...options, '--dn', 'CN=renewing', ...trust, ...proof]);
      const renewed = scene.write('renewed.pem', `${firstPem(printed)}\n`);
      assert.match(await verdict(['verify', '-x509_strict', '-CAfile', ca, renewed]), /: OK/);
      assert.notEqual(await serial(renewed), await serial(old));
      await gateway.type('configure terminal');
      await gateway.type('crypto pki server ca');
      await gateway.type('grant none');
      await gateway.type('end');
    });

    test('openssl believes the CRL, also found by the certificate alone, and refuses what was revoked', async () => {
      const certificate = await enrolled('listed');
      const check = ['verify', '-x509_strict', '-CAfile', ca];
      const before = await fetchedCrl();
      assert.match(await verdict(['crl', '-in', before, '-CAfile', ca, '-noout', '-text']), /verify OK/);
      assert.match(await verdict([...check, '-CRLfile', before, '-crl_check', certificate]), /: OK/);
      assert.match(await verdict([...check, '-crl_download', '-crl_check', certificate]), /: OK/);
      await gateway.type(`crypto pki server ca revoke ${await serial(certificate)} reason key-compromise`);
      const crl = await fetchedCrl();
      const text = await verdict(['crl', '-in', crl, '-CAfile', ca, '-noout', '-text']);
      assert.match(text, /verify OK/);
      assert.match(text, /Key Compromise/);
      assert.match(await verdict([...check, '-CRLfile', crl, '-crl_check', certificate]), /certificate revoked/);
      assert.match(await verdict([...check, '-crl_download', '-crl_check', certificate]), /certificate revoked/);
      const wrapped = scene.path('crl.p7');
      writeFileSync(wrapped, crlOnly(readFileSync(scene.path('ca.crl'))));
      const unwrapped = await verdict(['pkcs7', '-inform', 'DER', '-in', wrapped, '-print_certs']);
      assert.ok(unwrapped.includes(readFileSync(crl, 'utf8').trim()), 'as SCEP gives it, it reads differently');
      const plain = await fetch(`${base}/cgi-bin/pkiclient.exe?operation=GetCRL`);
      assert.deepEqual(Buffer.from(await plain.arrayBuffer()), readFileSync(scene.path('ca.crl')));
    });

    test('openssl believes the OCSP answers: good, revoked, unknown, with its nonce and over GET', async () => {
      const certificate = await enrolled('asked');
      assert.match(await run('openssl', ['x509', '-in', certificate, '-noout', '-ocsp_uri']), /\/ocsp/);
      const good = await ocsp(certificate);
      assert.match(good, /Response verify OK/);
      assert.match(good, /asked\.pem: good/);
      assert.doesNotMatch(good, /no nonce/i);

      const [question, answer] = [scene.path('request.der'), scene.path('answer.der')];
      await run('openssl', ['ocsp', '-issuer', ca, '-cert', certificate, '-no_nonce', '-reqout', question]);
      const text = encodeURIComponent(readFileSync(question).toString('base64'));
      const got = await fetch(`${base}/ocsp/${text}`);
      assert.match(got.headers.get('cache-control') ?? '', /^max-age=\d+, public/);
      writeFileSync(answer, Buffer.from(await got.arrayBuffer()));
      assert.match(await ocsp(certificate, ['-no_nonce', '-respin', answer]), /asked\.pem: good/);

      await gateway.type(`crypto pki server ca revoke ${await serial(certificate)} reason superseded`);
      const revoked = await ocsp(certificate);
      assert.match(revoked, /Response verify OK/);
      assert.match(revoked, /asked\.pem: revoked\s+This Update[\s\S]*Reason: superseded/);
      assert.match(
        await verdict(['ocsp', '-issuer', ca, '-serial', '0xFFFF', '-CAfile', ca, '-url', `${base}/ocsp`]),
        /0xFFFF: unknown/,
      );
    });

    test('openssl believes the word of the CA on who follows it', async () => {
      assert.equal((await fetch(`${base}/cgi-bin/pkiclient.exe?operation=GetNextCACert`)).status, 404);
      await gateway.type('crypto pki server ca rollover');
      const answer = await fetch(`${base}/cgi-bin/pkiclient.exe?operation=GetNextCACert`);
      assert.equal(answer.headers.get('content-type'), 'application/x-x509-next-ca-cert');
      const [told, held] = [scene.path('next.p7'), scene.path('next-certificates.p7')];
      writeFileSync(told, Buffer.from(await answer.arrayBuffer()));
      await run('openssl', [
        'cms',
        '-verify',
        '-binary',
        '-inform',
        'DER',
        '-in',
        told,
        '-CAfile',
        ca,
        '-purpose',
        'any',
        '-out',
        held,
      ]);
      const next = await run('openssl', ['pkcs7', '-inform', 'DER', '-in', held, '-print_certs']);
      assert.match(next, /subject=CN ?= ?Lab CA/);
      assert.notEqual(firstPem(next), readFileSync(ca, 'utf8').trim());
    });

    test('what the CA has done is shown in the words of IOS', async () => {
      assert.match(await gateway.type('show crypto pki server ca certificates'), /Serial Issued date/);
      assert.match(await gateway.type('show crypto pki server ca crl'), /Number of CRL entries: 2/);
    });
  },
);
