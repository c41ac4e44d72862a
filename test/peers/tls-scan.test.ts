import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authority, type Identity } from './certificates.ts';
import { run } from './child.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
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
    for (const suite of suites) assert.doesNotMatch(suite, /RC4|3DES|DES-CBC|NULL|EXP|MD5|ADH|AECDH/);
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
    test(`a session is never resumed, ${version}: and nothing is compressed`, async () => {
      const session = scene.path(`session${version}.pem`);
      const first = await knock([version, '-comp', '-sess_out', session]);
      assert.match(first, /^SIP\/2\.0 200 /m);
      const again = existsSync(session) ? ['-sess_in', session] : [];
      const second = await knock([version, '-comp', ...again]);
      assert.match(second, /^SIP\/2\.0 200 /m);
      for (const said of [first, second]) {
        assert.doesNotMatch(said, /^Reused, /m);
        assert.doesNotMatch(said, /TLS session ticket:/);
        assert.match(said, /^Compression: NONE$/m);
      }
      assert.doesNotMatch(await gateway.type('show sip-ua connections tcp tls verbose'), / resumed/);
    });
  }

  test('a renegotiation that the peer asks for is refused, and the next connection is served', async () => {
    const said = await knock(['-tls1_2', '-legacy_renegotiation'], 'R\n');
    assert.match(said, /RENEGOTIATING/);
    assert.doesNotMatch(said, /^SIP\/2\.0 200 /m);
    assert.match(await knock(['-tls1_2']), /^SIP\/2\.0 200 /m);
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

  /** Connects, types what is given, sends OPTIONS, and returns what s_client printed until an answer or the end. */
  async function knock(offer: readonly string[], typed = ''): Promise<string> {
    const target = ['s_client', '-connect', `${loopback}:${secure}`, '-CAfile', authority.certificate, ...offer];
    const child = scene.start('openssl', [...target, '-cert', client.certificate, '-key', client.key]);
    await child.waitFor(/Verify return code|Verification|errno|error/);
    child.write(typed);
    if (typed !== '') await child.waitFor(/RENEGOTIATING/);
    child.write(options());
    const end = performance.now() + 20_000;
    while (child.running && !/SIP\/2\.0 \d/.test(child.output) && performance.now() < end) await sleep(20);
    assert.ok(performance.now() < end, `neither answered nor closed: ${child.output}\n${gateway.output}`);
    await child.end();
    return child.output;
  }

  let count = 0;
  function options(): string {
    const lines = [
      `OPTIONS sip:gw@${loopback}:${secure};transport=tls SIP/2.0`,
      `Via: SIP/2.0/TLS ${loopback}:5061;branch=z9hG4bK-scan-${++count}`,
      'From: <sip:scan@example.test>;tag=scan',
      `To: <sip:gw@${loopback}>`,
      `Call-ID: scan-${count}@example.test`,
      'CSeq: 1 OPTIONS',
      'Content-Length: 0',
    ];
    return `${lines.join('\r\n')}\r\n\r\n`;
  }
});
