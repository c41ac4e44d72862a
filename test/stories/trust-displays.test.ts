import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { certificate, serverAuth, type TestCertificate } from '../certificates.ts';
import { pointers, revocationList } from '../revocation.ts';
import { credentialsOf, importIdentity, storyAuthority, storyCertificate } from './identity.ts';
import { epoch, type Router, type Scene, story, storyValidity } from './scene.ts';

const day = 86_400_000;
const ca = storyAuthority('Root');
const own = storyCertificate(ca, 'west', { ipAddresses: ['10.0.0.1'] });
const crl = 'http://pki.test/root.crl';

function peer(more: Parameters<typeof certificate>[1] = {}): TestCertificate {
  const extensions = pointers({ crl });
  return certificate('east', {
    issuer: ca,
    key: 'rsa',
    ...storyValidity,
    dnsNames: ['east.test'],
    extensions,
    ...more,
  });
}

async function west(scene: Scene, check = 'crl', lines = ''): Promise<Router> {
  const text = `crypto pki trustpoint TP\n revocation-check ${check}\n${lines}sip-ua\n crypto signaling default trustpoint TP\n`;
  const router = await scene.router('10.0.0.1', text);
  await importIdentity(router, 'TP', own, ca);
  return router;
}

function publish(scene: Scene, revoked: readonly TestCertificate[] = []): Buffer {
  const list = revocationList(ca, { thisUpdate: epoch, nextUpdate: epoch + day, revoked });
  scene.world.names.set('pki.test', ['198.51.99.1']);
  scene.world.webServers.set('pki.test', () => ({ status: 200, contentType: '', body: list }));
  return list;
}

async function east(scene: Scene, shown = peer()): Promise<void> {
  scene.world.names.set('east.test', ['10.0.0.2']).set('other.test', ['10.0.0.2']);
  await scene.phone('10.0.0.2', { transport: 'tls', credentials: credentialsOf(shown, ca) });
}

test(
  'a CRL that was fetched is shown as IOS shows it',
  story(async (scene) => {
    const list = publish(scene);
    const router = await west(scene, 'crl', ` crl query ${crl}\n`);
    await router.configure('crypto pki crl request TP');
    assert.deepEqual(await router.show('show crypto pki crls'), [
      'CRL Issuer Name:',
      '    cn=Root',
      '    LastUpdate: 00:00:00 UTC Jan 1 2026',
      '    NextUpdate: 00:00:00 UTC Jan 2 2026',
      '',
      '    CRL downloaded at: 00:00:00 UTC Jan 1 2026',
      '',
      '    Retrieved from CRL Distribution Point:',
      '      http://pki.test/root.crl',
      '',
      ` CRL DER is ${list.length} bytes`,
      ' CRL is stored in parsed CRL cache',
      '',
      '',
      `Parsed CRL cache current size is ${list.length} bytes`,
      'Parsed CRL cache maximum size is 33554432 bytes',
    ]);
    await router.type('clear crypto pki crls');
    assert.equal((await router.show('show crypto pki crls')).length, 3);
  }),
);

test(
  'a peer that is tried is told of whole: certificates, names, purpose, revocation, and who anchors it',
  story(async (scene) => {
    const shown = peer();
    publish(scene);
    await east(scene, shown);
    const router = await west(scene);
    const told = await router.typePatiently('test crypto pki peer east.test');
    assert.deepEqual(
      told.slice(1).map((line) => line.replace(/Serial number: [0-9A-F]+/, 'Serial number: #')),
      [
        'Peer 10.0.0.2:5061',
        '  Version        : TLSv1.3',
        '  Cipher         : TLS_AES_256_GCM_SHA384',
        '  Our certificate: trustpoint TP',
        '  OCSP stapling  : no',
        '  Certificate 0  : cn=east',
        '    Serial number: #',
        '    Issuer       : Root',
        '    Valid        : 00:00:00 UTC Dec 31 2025 to 00:00:00 UTC Dec 30 2035',
        '    Names        : east.test',
        '    Purpose      : any (not said)',
        '    Revocation   : not in the CRL of http://pki.test/root.crl',
        '  Certificate 1  : cn=Root',
        '    Serial number: #',
        '    Issuer       : Root',
        '    Valid        : 00:00:00 UTC Dec 31 2025 to 00:00:00 UTC Dec 30 2035',
        '    Names        : root',
        '    Purpose      : any (not said)',
        '  Accepted       : proved east.test, trustpoint TP',
        'The handshake was done; no SIP was sent.',
      ],
    );
    assert.equal(router.active('tls'), 0);
  }),
);

const refused: readonly [what: string, shown: TestCertificate, target: string, check: string, lines: RegExp][] = [
  [
    'another name',
    peer(),
    'other.test',
    'none',
    /Refused {8}: rule name[\s\S]*A call would fail, the peer is refused; no SIP was sent\./,
  ],
  ['a revoked certificate', peer(), 'east.test', 'crl', /REVOKED by the CRL[\s\S]*Refused {8}: rule revoked/],
  [
    'a CRL nobody has',
    peer({ extensions: [] }),
    'east.test',
    'crl',
    /Revocation {3}: cannot be found out[\s\S]*rule revocation/,
  ],
  [
    'an expired certificate',
    peer({ notAfter: new Date(epoch - 1000), notBefore: new Date(epoch - day) }),
    'east.test',
    'none',
    /rule chain[\s\S]*has expired/,
  ],
  ['another authority', storyCertificate(storyAuthority('Elsewhere'), 'east', {}), 'east.test', 'none', /rule chain/],
];
for (const [what, shown, target, check, lines] of refused) {
  test(
    `a peer that is tried and shows ${what} is told the rule that would refuse it`,
    story(async (scene) => {
      publish(scene, [shown]);
      await east(scene, shown);
      const router = await west(scene, check);
      assert.match((await router.typePatiently(`test crypto pki peer ${target}`)).join('\n'), lines);
    }),
  );
}

test(
  'a peer can be tried by address and port, under another trustpoint, and where nobody listens',
  story(async (scene) => {
    await east(scene);
    const router = await west(scene, 'none');
    const bare = (await router.typePatiently('test crypto pki peer 10.0.0.2:5061 trustpoint missing')).join('\n');
    assert.match(bare, /No handshake with 10\.0\.0\.2:5061: .*certificate/);
    const silent = await router.typePatiently('test crypto pki peer 10.0.0.2:5099');
    assert.match(silent.join('\n'), /% No handshake with 10\.0\.0\.2:5099: connect ECONNREFUSED/);
  }),
);

test(
  'a bundle is taken into the trustpool when its fingerprint is confirmed, and what it certifies is trusted',
  story(async (scene) => {
    const publicCa = storyAuthority('Public');
    const bundle = Buffer.from(`${storyAuthority('Other').pem}${publicCa.pem}`);
    const digest = createHash('sha256').update(bundle).digest('hex');
    scene.world.webServers.set('pki.test', () => ({ status: 200, contentType: '', body: bundle }));
    const router = await west(scene, 'none');
    const line = 'crypto pki trustpool import clean url http://pki.test/bundle.pem';
    const asked = (await router.typePatiently('configure terminal', line, 'no')).join('\n');
    assert.match(
      asked,
      /Bundle has 2 CA certificates\n {7}Fingerprint SHA256: [0-9A-F ]+\n.*\n% Certificates not accepted\./,
    );
    const wrong = (await router.typePatiently(`${line} fingerprint ${'00'.repeat(32)}`)).join('\n');
    assert.match(wrong, /another fingerprint/);
    const right = (await router.typePatiently(`${line} fingerprint ${digest}`)).join('\n');
    assert.match(right, /import succeeded: 2 CA certificates/);
    await router.type('crypto pki trustpoint TP', 'trustpool', 'end');
    assert.match((await router.show('show crypto pki trustpool')).join('\n'), /cn=Public/);
    await east(scene, storyCertificate(publicCa, 'east', { dnsNames: ['east.test'] }));
    const told = (await router.typePatiently('test crypto pki peer east.test')).join('\n');
    assert.match(told, /Accepted {7}: proved east\.test, trustpoint TP/);
  }),
);

test(
  'the lint finds what peers will refuse and what soon runs out',
  story(async (scene) => {
    const short = { notAfter: new Date(epoch + 10 * day), usages: [serverAuth], extensions: pointers({ crl }) };
    const identity = peer(short);
    const router = await scene.router(
      '10.0.0.1',
      'interface Loopback0\n ip address 10.0.0.1 255.255.255.0\ncrypto pki trustpoint TP\nsip-ua\n crypto signaling default trustpoint TP\n',
    );
    await importIdentity(router, 'TP', identity, ca);
    const found = (await router.show('show crypto pki lint')).join('\n');
    for (const words of [
      /Warning, trustpoint TP: the certificate of cn=east expires on 2026-01-11/,
      /Warning, .* does not allow a TLS client: peers that check it refuse us as client/,
      /Warning, .* names none of 10\.0\.0\.1, by which peers reach us/,
      /Warning, .*the CRL of http:\/\/pki\.test\/root\.crl was not fetched yet/,
    ]) {
      assert.match(found, words);
    }
  }),
);

test(
  'the lint finds nothing where nothing is wrong',
  story(async (scene) => {
    const router = await west(scene, 'none');
    assert.deepEqual(await router.show('show crypto pki lint'), ['Nothing found that would refuse a call.']);
  }),
);

const tenantOf = (profile: number, ...lines: readonly string[]): string =>
  `voice class tls-profile 100\n${lines.map((line) => ` ${line}\n`).join('')}voice class tenant 7\n tls-profile ${profile}\n`;

test(
  "the lint looks at a tenant's profile as at crypto signaling: its trustpoints, in both roles, and what it lacks",
  story(async (scene) => {
    const router = await scene.router('10.0.0.1', tenantOf(100, 'trustpoint TP client missing', 'cipher 9'));
    await router.configure('crypto pki trustpoint TP');
    const lint = async (): Promise<string> => (await router.show('show crypto pki lint')).join('\n');
    assert.match(await lint(), /^Error: voice class tls-cipher 9 is not defined$/m);
    await router.configure('voice class tls-profile 100', 'no cipher');
    assert.match(
      await lint(),
      /^Error, trustpoint missing: the tls-profile of tenant 7 names it and it does not exist$/m,
    );
    assert.match(
      await lint(),
      /^Error, trustpoint TP: the tls-profile of tenant 7 names it and it has no certificate$/m,
    );
    await router.configure('voice class tenant 7', 'tls-profile 101');
    assert.match(await lint(), /^Error: voice class tls-profile 101 is not defined$/m);
    assert.doesNotMatch(await lint(), /names it/);
  }),
);

test(
  "a peer is tried as a tenant calls it: by its profile's certificate, suites and names",
  story(async (scene) => {
    await east(scene);
    const router = await west(scene, 'none');
    await router.configure('voice class tls-cipher 9', 'cipher 1 ECDHE_RSA_AES128_GCM_SHA256');
    await router.configure(
      'voice class tls-profile 100',
      'trustpoint TP',
      'cipher 9',
      'cn-san validate server',
      'exit',
    );
    await router.configure('voice class tenant 7', 'tls-profile 100');
    const tried = async (words: string): Promise<string> =>
      (await router.typePatiently(`test crypto pki peer east.test${words}`)).join('\n');
    assert.match(await tried(''), /Version {8}: TLSv1\.3/);
    assert.match(await tried(' tenant 7'), /Version {8}: TLSv1\.2[\s\S]*Our certificate: trustpoint TP/);
    assert.match(await tried(' tenant 8'), /% voice class tenant 8 is not defined/);
    await router.configure('voice class tls-profile 100', 'no trustpoint');
    assert.match(
      await tried(' tenant 7'),
      /certificate required; we showed no certificate, voice class tls-profile 100 has no trustpoint/,
    );
  }),
);
