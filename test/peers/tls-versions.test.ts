import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { Authority, type Identity } from './certificates.ts';
import { Gateway, gatewayConfig } from './gateway.ts';
import { needs } from './peer.ts';
import { bound, freePort } from './port.ts';
import { visit } from './s-client.ts';
import { Scene } from './scene.ts';

/** What the gateway is told, what OpenSSL offers, and what comes of it: the suite they agree on, or undefined. */
const handshakes: readonly (readonly [
  lines: readonly string[],
  offer: readonly string[],
  suite: RegExp | undefined,
])[] = [
  [['transport tcp tls v1.2'], ['-tls1_2'], /ECDHE-RSA-AES/],
  [['transport tcp tls v1.2'], ['-tls1_3'], undefined],
  [['transport tcp tls v1.3'], ['-tls1_3'], /TLS_AES/],
  [['transport tcp tls v1.3'], ['-tls1_2'], undefined],
  [['transport tcp tls v1.2 minimum'], ['-tls1_3'], /TLS_AES/],
  [['transport tcp tls'], ['-tls1_1', '-cipher', 'DEFAULT:@SECLEVEL=0'], undefined],
  [['transport tcp tls v1.1'], ['-tls1_1', '-cipher', 'DEFAULT:@SECLEVEL=0'], /-SHA/],
  [['transport tcp tls', 'crypto signaling default tls-profile 5'], ['-tls1_3'], undefined],
  [['crypto signaling default tls-profile 5'], ['-tls1_2'], /ECDHE-RSA-AES128-GCM-SHA256/],
  [['crypto signaling default trustpoint peer strict-cipher'], ['-tls1_2'], /^ *Cipher *: AES128-SHA/m],
  [['crypto signaling default trustpoint peer ecdsa-cipher'], ['-tls1_2'], undefined],
];

const classes = `voice class tls-cipher 7
 cipher 1 ECDHE_RSA_AES128_GCM_SHA256
!
voice class tls-profile 5
 trustpoint peer
 cipher 7
!
`;

suite('openssl s_client meets the TLS language of the newer releases', needs('openssl'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let authority: Authority;
  let client: Identity;
  let secure = 0;

  before(async () => {
    authority = await Authority.create(scene, 'lab-ca');
    client = await authority.issue('client', 'DNS:client.example.test,IP:127.0.0.1');
    const own = await authority.issue('gateway', 'DNS:gw.example.test,IP:127.0.0.1');
    secure = await freePort();
    const config = { port: await freePort(), securePort: secure, routes: [], trustpoint: 'peer', extra: classes };
    gateway = await Gateway.start(scene, gatewayConfig(config));
    await gateway.importIdentity('peer', authority.certificate, own, 'pkcs8');
    await bound('tcp', secure);
  });
  after(() => scene.close());

  for (const [lines, offer, expected] of handshakes) {
    test(`${lines.join(', ')}: ${offer[0]} ${expected === undefined ? 'fails' : 'succeeds'}`, async () => {
      for (const line of ['configure terminal', 'sip-ua', ...lines, 'end']) await gateway.type(line);
      const answer = await visit(scene, { port: secure, trust: authority.certificate, identity: client, offer });
      if (expected !== undefined) assert.match(answer, expected, gateway.output);
      assert.equal(/SIP\/2\.0 200 /.test(answer), expected !== undefined, answer);
    });
  }
});
