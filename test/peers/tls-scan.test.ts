import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Authority, type Identity } from './certificates.ts';
import { run } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { type Visit, visit } from './s-client.ts';
import { Scene } from './scene.ts';

suite('what scanners find at the TLS port', needs('openssl', 'sslscan'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let authority: Authority;
  let client: Identity;
  let secure = 0;

  before(async () => {
    authority = await Authority.create(scene, 'scan-ca');
    client = await authority.issue('client', 'IP:127.0.0.1');
    const own = await authority.issue('gateway', 'IP:127.0.0.1');
    secure = await freePort();
    const config = { port: await freePort(), securePort: secure, routes: [], trustpoint: 'peer' };
    gateway = await Gateway.start(scene, gatewayConfig(config));
    await gateway.importIdentity('peer', authority.certificate, own, 'pkcs8');
    await bound('tcp', secure);
  });
  after(() => scene.close());

  test('by default there is TLS 1.2 and 1.3 and nothing below, no renegotiation and no weak suite', async () => {
    const found = await scan();
    assert.match(found, /protocol type="tls" version="1\.2" enabled="1"/);
    assert.match(found, /protocol type="tls" version="1\.3" enabled="1"/);
    for (const old of ['ssl" version="2', 'ssl" version="3', 'tls" version="1.0', 'tls" version="1.1']) {
      assert.match(found, new RegExp(`protocol type="${RegExp.escape(old)}" enabled="0"`));
    }
    assert.match(found, /renegotiation supported="0"/);
    assert.doesNotMatch(found, /heartbleed [^>]*vulnerable="1"/);
    const suites = suitesOf(found);
    assert.ok(suites.length >= 5, suites.join());
    for (const suite of suites) {
      assert.match(suite, /^TLSv1\.3 TLS_|^TLSv1\.2 ECDHE-.*(GCM|POLY1305)/);
      assert.doesNotMatch(suite, /RC4|3DES|DES-CBC|NULL|EXP|MD5|ADH|AECDH/);
    }
  });

  test('under strict-cipher there is exactly one suite', async () => {
    for (const line of [
      'configure terminal',
      'sip-ua',
      'crypto signaling default trustpoint peer strict-cipher',
      'end',
    ]) {
      await gateway.type(line);
    }
    assert.deepEqual(suitesOf(await scan()), ['TLSv1.2 AES128-SHA']);
    for (const line of ['configure terminal', 'sip-ua', 'crypto signaling default trustpoint peer', 'end']) {
      await gateway.type(line);
    }
  });

  for (const version of ['-tls1_2', '-tls1_3']) {
    test(`nothing is compressed, ${version}`, async () => {
      const said = await knock([version, '-comp']);
      assert.match(said, /SIP\/2\.0 200 /);
      assert.match(said, /^Compression: NONE$/m);
    });
  }

  test('a renegotiation that the peer asks for is refused, and the next connection is served', async () => {
    const said = await knock(['-tls1_2', '-legacy_renegotiation'], { typed: 'R\n', until: /RENEGOTIATING/ });
    assert.match(said, /RENEGOTIATING/);
    assert.doesNotMatch(said, /SIP\/2\.0 200 /);
    assert.match(await knock(['-tls1_2']), /SIP\/2\.0 200 /);
  });

  /** `TLSv1.2 AES128-SHA`, sslscan's names. */
  function suitesOf(found: string): string[] {
    const cipher = /<cipher status="(?:accepted|preferred)" sslversion="([^"]*)"[^>]* cipher="([^"]*)"/g;
    return [...found.matchAll(cipher)].map(([, version, suite]) => `${version} ${suite}`);
  }

  function scan(): Promise<string> {
    const identity = [`--certs=${client.certificate}`, `--pk=${client.key}`, '--no-colour', '--xml=-'];
    return run('sslscan', [...identity, `${loopback}:${secure}`], {}, 120_000);
  }

  function knock(offer: readonly string[], first?: Visit['first']): Promise<string> {
    const whom = { port: secure, trust: authority.certificate, identity: client, offer };
    return visit(scene, first === undefined ? whom : { ...whom, first });
  }
});
