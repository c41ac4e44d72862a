import assert from 'node:assert/strict';
import { test } from 'node:test';
import { telephones, voip } from './configurations.ts';
import { importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { type Router, type Scene, story } from './scene.ts';

/** Two gateways of one authority that call each other over TLS; `west` has these lines under `sip-ua` more. */
async function pair(scene: Scene, ...lines: readonly string[]): Promise<{ west: Router; east: Router }> {
  const ca = storyAuthority('lab ca');
  const target = voip(10, '777', '10.0.0.2', 'session transport tcp tls');
  const west = await scene.router('10.0.0.1', telephones.replace('pattern 777', 'pattern 779') + target);
  const east = await scene.router('10.0.0.2', telephones);
  for (const [router, address] of [
    [west, '10.0.0.1'],
    [east, '10.0.0.2'],
  ] as const) {
    await importIdentity(router, 'lab', storyCertificate(ca, address, { ipAddresses: [address] }), ca);
    await router.configure(
      'crypto pki trustpoint lab',
      'revocation-check none',
      'sip-ua',
      'crypto signaling default trustpoint lab',
    );
  }
  await west.configure('sip-ua', ...lines);
  return { west, east };
}

const ok = 'csim: call attempted = 1, setup failed = 0, tone failed = 0';
const tls = 'show sip-ua connections tcp tls detail';

async function version(router: Router): Promise<string | undefined> {
  return /TLSv1\S*/.exec((await router.show(tls)).filter((line) => line.includes('Established')).join(' '))?.[0];
}

test(
  'the version that is named is spoken, and the next connection follows a change',
  story(async (scene) => {
    const { west, east } = await pair(scene, 'transport tcp tls v1.2');
    assert.ok((await west.csim('777', '0/3/0')).includes(ok));
    assert.equal(await version(west), 'TLSv1.2');
    await west.configure('sip-ua', 'transport tcp tls v1.3');
    await west.type('clear sip-ua tcp tls connection id 1 target ipv4:10.0.0.2:5061');
    assert.ok((await west.csim('777', '0/3/0')).includes(ok));
    assert.equal(await version(west), 'TLSv1.3');
    await east.configure('sip-ua', 'transport tcp tls v1.2');
    await west.type('clear sip-ua tcp tls connection id 2 target ipv4:10.0.0.2:5061');
    assert.ok(!(await west.csim('777', '0/3/0')).includes(ok));
    assert.match((await west.show('show sip-ua connections tcp tls failures')).join('\n'), /protocol version/);
  }),
);

test(
  'debug ssl openssl tells how handshakes begin, end and fail',
  story(async (scene) => {
    const { west, east } = await pair(scene);
    for (const word of ['states', 'msg', 'errors']) await west.type(`debug ssl openssl ${word}`);
    assert.deepEqual(await west.show('show debugging'), [
      'SSL:',
      '  SSL OpenSSL errors debugging is on',
      '  SSL OpenSSL msg debugging is on',
      '  SSL OpenSSL states debugging is on',
      '',
    ]);
    assert.ok((await west.csim('777', '0/3/0')).includes(ok));
    await east.configure('sip-ua', 'transport tcp tls v1.2');
    await west.configure('sip-ua', 'transport tcp tls v1.3');
    await west.csim('777', '0/3/0');
    await scene.pass(1000);
    const shown = west.log.filter((line) => line.includes(': SSL_')).map((line) => line.slice(line.indexOf('SSL_')));
    assert.deepEqual(shown, [
      'SSL_connect 10.0.0.2:5061: before SSL initialization',
      'SSL_connect 10.0.0.2:5061: SSL negotiation finished successfully',
      'SSL_connect 10.0.0.2:5061: TLSv1.3 TLS_AES_256_GCM_SHA384 X25519, 1 certificates, chain verified',
      'SSL_connect 10.0.0.2:5061: before SSL initialization',
      'SSL_connect 10.0.0.2:5061: error',
      'SSL_connect 10.0.0.2:5061: tlsv1 alert protocol version',
    ]);
  }),
);

test(
  'a tls-profile decides for the peers that crypto signaling names, suites included',
  story(async (scene) => {
    const { west } = await pair(
      scene,
      'crypto signaling remote-addr 10.0.0.0 /24 tls-profile 5',
      'voice class tls-cipher 7',
      'cipher 1 ECDHE_RSA_AES256_GCM_SHA384',
      'voice class tls-profile 5',
      'trustpoint lab',
      'cipher 7',
    );
    assert.ok((await west.csim('777', '0/3/0')).includes(ok));
    assert.equal(await version(west), 'TLSv1.2', 'a class without a suite of TLS 1.3 ends at 1.2');
    await west.configure('no voice class tls-profile 5');
    await west.type('clear sip-ua tcp tls connection id 1 target ipv4:10.0.0.2:5061');
    assert.ok(!(await west.csim('777', '0/3/0')).includes(ok));
    assert.match(
      (await west.show('show sip-ua connections tcp tls failures')).join('\n'),
      /voice class tls-profile 5 is not defined/,
    );
  }),
);
