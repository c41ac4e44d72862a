import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Authority, type Identity } from './certificates.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort, loopback } from './port.ts';
import { Scene } from './scene.ts';

/** Who knocks with what, and what the log must say of it. */
const refused = [
  ['no certificate', undefined, /certificate/i],
  ['an expired certificate', 'expired', /expired/i],
  ['a certificate of an unknown CA', 'stranger', /issuer|unable.to|self.signed|unknown|untrusted|not trusted/i],
] as const;

/** What is offered, what the peer prints of our alert, and what the ledger must keep. */
const unfit = [
  [
    ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'],
    /alert protocol version/,
    ['Reason : unsupported protocol', 'sent protocol_version, received none', 'Offered: TLSv1.1\r?\n'],
  ],
  [
    ['-tls1_2', '-cipher', 'AES128-SHA:@SECLEVEL=0', '-servername', 'gw.example.test', '-alpn', 'sip/2'],
    /alert handshake failure/,
    [
      'Reason : no shared cipher',
      'sent handshake_failure, received none',
      'Offered: TLSv1.2\r?\n',
      'Suites : TLS_RSA_WITH_AES_128_CBC_SHA ',
      'Name   : gw.example.test',
      'ALPN   : sip/2',
    ],
  ],
] as const;

suite('openssl s_client knocks with what the gateway does not speak', needs('openssl'), () => {
  const scene = new Scene();
  after(() => scene.close());

  test('the ledger of failures keeps what it offered and the alert it was sent', async () => {
    const authority = await Authority.create(scene, 'lab-ca');
    const own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
    const secure = await freePort();
    const config = gatewayConfig({ port: await freePort(), securePort: secure, routes: [], trustpoint: 'peer' });
    const gateway = await Gateway.start(scene, config);
    await gateway.importIdentity('peer', authority.certificate, own, 'pkcs8');
    await bound('tcp', secure);
    for (const [offer, alert, kept] of unfit) {
      const client = scene.start('openssl', ['s_client', '-connect', `${loopback}:${secure}`, ...offer]);
      await client.waitFor(alert);
      await client.end();
      const shown = await gateway.type('show sip-ua connections tcp tls failures');
      const last = shown.slice(shown.lastIndexOf('Remote-Agent'));
      for (const words of kept) assert.match(last, new RegExp(words), last);
    }
  });
});

suite('a client takes one port of the gateway for the other', needs('openssl'), () => {
  const scene = new Scene();
  after(() => scene.close());

  test('the log says so: TLS at the plain one, plain text at that of TLS', async () => {
    const [plain, secure] = [await freePort(), await freePort()];
    const gateway = await Gateway.start(
      scene,
      gatewayConfig({ port: plain, securePort: secure, routes: [], trustpoint: 'mixed' }),
    );
    const authority = await Authority.create(scene, 'mixed-ca');
    const own = await authority.issue('mixed', 'DNS:gw.example.test,IP:127.0.0.1');
    await gateway.importIdentity('mixed', authority.certificate, own, 'pkcs8');
    await bound('tcp', secure);
    const client = scene.start('openssl', ['s_client', '-connect', `${loopback}:${plain}`]);
    await gateway.child.waitFor(/STREAM_CLOSED: [^\r\n]* was closed: a TLS handshake came to the port of plain TCP/);
    await client.end();
    const socket = connect(secure, loopback, () => socket.write('OPTIONS sip:gw SIP/2.0\r\n\r\n'));
    socket.on('error', () => undefined);
    await gateway.child.waitFor(/TLS_HANDSHAKE_FAILED: Reason: plain text came to the port of TLS \(/);
    socket.destroy();
  });
});

for (const version of ['tls1_2', 'tls1_3'] as const) {
  suite(`openssl s_client knocks with -${version}`, needs('openssl'), () => {
    const scene = new Scene();
    const identities = new Map<string, Identity>();
    let gateway: Gateway;
    let authority: Authority;
    let secure = 0;

    before(async () => {
      authority = await Authority.create(scene, 'lab-ca');
      const unknown = await Authority.create(scene, 'unknown-ca');
      identities.set('good', await authority.issue('good', 'DNS:client.example.test,IP:127.0.0.1'));
      identities.set('expired', await authority.issue('expired', 'DNS:client.example.test,IP:127.0.0.1', 'past'));
      identities.set('stranger', await unknown.issue('stranger', 'DNS:client.example.test,IP:127.0.0.1'));
      const own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
      secure = await freePort();
      const config = gatewayConfig({ port: await freePort(), securePort: secure, routes: [], trustpoint: 'peer' });
      gateway = await Gateway.start(scene, config);
      await gateway.importIdentity('peer', authority.certificate, own, 'pkcs8');
      await bound('tcp', secure);
    });
    after(() => scene.close());

    for (const [title, name, reason] of refused) {
      test(`with ${title}: refused, counted, and the log says why`, async () => {
        const failures = await serverFailures();
        const logged = gateway.output.length;

        const answer = await knock(name);

        assert.doesNotMatch(answer, /SIP\/2\.0 \d/);
        assert.equal(await failuresAbove(failures), failures + 1);
        await gateway.child.waitFor(/%[A-Z_]+-\d-[A-Z_]+: [^\r\n]*127\.0\.0\.1/, logged);
        assert.match(gateway.output.slice(logged), reason);
      });
    }

    test('with a good certificate OPTIONS is answered with 200, and no failure is counted', async () => {
      const failures = await serverFailures();
      assert.match(await knock('good'), /^SIP\/2\.0 200 /m, gateway.output);
      assert.equal(await serverFailures(), failures);
    });

    /** Connects, sends OPTIONS and returns what s_client printed until an answer or the end of the connection. */
    async function knock(name: string | undefined): Promise<string> {
      const identity = name === undefined ? undefined : identities.get(name);
      const shown = identity === undefined ? [] : ['-cert', identity.certificate, '-key', identity.key];
      const target = ['s_client', '-connect', `${loopback}:${secure}`, '-CAfile', authority.certificate, `-${version}`];
      const client = scene.start('openssl', [...target, '-quiet', '-verify_return_error', ...shown]);
      client.write(options());
      const end = performance.now() + 20_000;
      while (client.running && !/SIP\/2\.0 \d/.test(client.output) && performance.now() < end) await sleep(20);
      assert.ok(performance.now() < end, `neither answered nor closed: ${client.output}\n${gateway.output}`);
      await client.end();
      return client.output;
    }

    async function serverFailures(): Promise<number> {
      const shown = await gateway.connections('tcp tls');
      const count = /TLS server handshake failures : (\d+)/.exec(shown);
      assert.ok(count, shown);
      return Number(count[1]);
    }

    /** A TLS 1.3 client may see the end before the gateway has counted it. */
    async function failuresAbove(count: number): Promise<number> {
      for (let attempt = 0; attempt < 50; attempt++) {
        const now = await serverFailures();
        if (now > count) return now;
        await sleep(50);
      }
      return count;
    }

    function options(): string {
      const lines = [
        `OPTIONS sip:gw@${loopback}:${secure};transport=tls SIP/2.0`,
        `Via: SIP/2.0/TLS ${loopback}:5061;branch=z9hG4bK-knock`,
        'Max-Forwards: 70',
        'From: <sip:knock@example.test>;tag=knock',
        `To: <sip:gw@${loopback}>`,
        `Call-ID: knock-${gateway.output.length}@example.test`,
        'CSeq: 1 OPTIONS',
        'Content-Length: 0',
      ];
      return `${lines.join('\r\n')}\r\n\r\n`;
    }
  });
}
