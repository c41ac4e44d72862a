import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  authority,
  certificate,
  clientAuth,
  emailProtection,
  serverAuth,
  type TestCertificate,
} from '../../test/certificates.ts';
import { readCertificate } from './certificate.ts';
import { mapTime } from './certificate-map.ts';
import type { ExpectedPeer, SignalingRule } from './handshake-face.ts';
import { certificatesOnly } from './scep/signed.ts';
import type { CertificateMatch, ChainCertificate, MapCriterion, TrustSettings } from './settings.ts';
import { TestRouter, unreachable } from './test-router.ts';

const now = Date.UTC(2026, 0, 1);
const validity = { notBefore: new Date(now - 86_400_000), notAfter: new Date(now + 365 * 86_400_000) };
const root = authority('Root', validity);
const other = authority('Other', validity);
const made = (name: string, more: Parameters<typeof certificate>[1] = {}) =>
  certificate(name, { issuer: root, ...validity, ...more });

interface Trusted {
  readonly ca: TestCertificate;
  readonly trust?: TrustSettings;
}

function router(
  trustpoints: Readonly<Record<string, Trusted>>,
  maps: Readonly<Record<string, MapCriterion[]>> = {},
): TestRouter {
  const made = new TestRouter(unreachable);
  const chains = new Map<string, readonly ChainCertificate[]>();
  for (const [name, { ca, trust }] of Object.entries(trustpoints)) {
    made.withTrustpoint(name, { revocationCheck: ['none'], ...(trust === undefined ? {} : { trust }) });
    chains.set(name, [{ kind: 'ca', serial: '01', der: ca.der }]);
  }
  const certificateMaps = new Map(
    Object.entries(maps).map(([name, criteria]) => [`${name} 10`, { name, sequence: 10, criteria }]),
  );
  made.commit({ ...made.settings, chains, certificateMaps });
  return made;
}

/** What a peer with this certificate is told: the name it proved, or the rule that refused. */
async function judged(at: TestRouter, shown: TestCertificate, expected: ExpectedPeer): Promise<string> {
  const chainDer = [shown.der];
  for (let above = shown; !above.isRoot && above.chainPem !== above.pem; ) {
    const next = [root, other, middle].find((one) => above.chainPem === above.pem + one.chainPem);
    if (next === undefined) break;
    chainDer.push(next.der);
    above = next;
  }
  const cipher = 'TLS_AES_128_GCM_SHA256';
  const peer = { version: 'TLSv1.3', cipher, cipherOpenssl: cipher, resumed: false, chainDer } as const;
  const verdict = await at.pki.judge(peer, expected);
  return verdict.accepted ? verdict.provedName : verdict.rule;
}

const middle = authority('Middle', { issuer: root, ...validity });
const plain = router({ TP: { ca: root } });
const names = (...list: string[]): NonNullable<SignalingRule['cnSan']> => ({
  server: false,
  client: true,
  names: list,
});
const server: NonNullable<SignalingRule['cnSan']> = { server: true, client: false, names: ['*.example.com'] };
const target = (dnsName: string, cnSan?: SignalingRule['cnSan']): ExpectedPeer => ({
  role: 'server',
  dnsName,
  ...(cnSan === undefined ? {} : { cnSan }),
});
const caller = (cnSan: NonNullable<SignalingRule['cnSan']>): ExpectedPeer => ({ role: 'client', cnSan });
const both = made('cn.example.com', { dnsNames: ['san.example.com'] });
const wild = made('x', { dnsNames: ['*.example.com'] });
const uri = made('x', { uris: ['sip:sip.example.com'] });

const namesTable: readonly [what: string, shown: TestCertificate, expected: ExpectedPeer, outcome: string][] = [
  ['by RFC 5922 a common name beside SAN proves nothing', both, target('cn.example.com'), 'name'],
  ['cn-san-validate server takes the common name beside SAN', both, target('cn.example.com', server), 'cn.example.com'],
  ['and SAN', both, target('san.example.com', server), 'san.example.com'],
  ['and a wildcard that is listed', wild, target('a.example.com', server), 'a.example.com'],
  ['for one label only', wild, target('a.b.example.com', server), 'name'],
  ['but none that is not listed', wild, target('a.example.com', { ...server, names: [] }), 'name'],
  ['and no other name', both, target('x.example.com', server), 'name'],
  ['a caller must fit the list', both, caller(names('san.example.com')), 'san.example.com'],
  ['by its common name too', both, caller(names('CN.example.com')), 'cn.example.com'],
  ['or by a SIP URI', uri, caller(names('sip.example.com')), 'sip.example.com'],
  ['a pattern of the list stands for one label', both, caller(names('*.example.com')), 'san.example.com'],
  ['not for two', made('a.b.example.com'), caller(names('*.example.com')), 'name'],
  ['not for none', made('example.com'), caller(names('*.example.com')), 'name'],
  ['a wildcard certificate fits no exact name', wild, caller(names('a.example.com')), 'name'],
  ['a caller fits no empty list', both, caller(names()), 'name'],
  ['without a list any caller that is anchored', both, { role: 'client' }, 'san.example.com'],
];
for (const [what, shown, expected, outcome] of namesTable) {
  test(`names: ${what}`, async () => assert.equal(await judged(plain, shown, expected), outcome));
}

test('client-vtp: the peer’s chain is validated by that trustpoint and no other', async () => {
  const two = router({ A: { ca: root }, B: { ca: other } });
  const shown = made('peer');
  assert.equal(await judged(two, shown, { role: 'client' }), 'peer');
  assert.equal(await judged(two, shown, { role: 'client', clientVtp: 'A' }), 'peer');
  assert.equal(await judged(two, shown, { role: 'client', clientVtp: 'B' }), 'anchor');
  assert.equal(await judged(two, shown, { role: 'client', clientVtp: 'gone' }), 'anchor');
});

test('peer-purpose: strict by default, any-eku takes the other role’s, ignore takes all, and the log warns once a certificate', async () => {
  const serverOnly = made('server', { usages: [serverAuth] });
  const clientOnly = made('client', { usages: [clientAuth] });
  const mail = made('mail', { usages: [emailProtection] });
  const outcomes = async (trust?: TrustSettings): Promise<string> => {
    const at = router({ TP: { ca: root, ...(trust === undefined ? {} : { trust }) } });
    const found: string[] = [];
    for (const shown of [serverOnly, clientOnly, mail, made('none')]) {
      for (const role of ['client', 'server'] as const) found.push(await judged(at, shown, { role }));
    }
    const warnings = at.log.filter(({ mnemonic }) => mnemonic === 'PURPOSE_ACCEPTED').length;
    assert.equal(await judged(at, made('none'), { role: 'client' }), 'none');
    return `${found.join(' ')}, ${warnings}`;
  };
  assert.equal(await outcomes(), 'purpose server client purpose purpose purpose none none, 0');
  assert.equal(await outcomes({ peerPurpose: 'any-eku' }), 'server server client client purpose purpose none none, 2');
  assert.equal(await outcomes({ peerPurpose: 'ignore' }), 'server server client client mail mail none none, 4');
  const again = router({ TP: { ca: root, trust: { peerPurpose: 'any-eku' } } });
  for (let i = 0; i < 3; i++) await judged(again, serverOnly, { role: 'client' });
  assert.equal(again.mnemonics.filter((one) => one === 'PURPOSE_ACCEPTED').length, 1);
});

const co = (
  field: 'subject-name' | 'issuer-name' | 'alt-subject-name' | 'serial-number',
  value: string,
): MapCriterion => ({
  field,
  operator: 'co',
  value,
});
const accept = (map: string): CertificateMatch => ({ map, effect: { kind: 'accept' } });

const maps: readonly [what: string, criteria: MapCriterion[], fits: boolean][] = [
  ['part of the subject', [co('subject-name', 'EXAMPLE')], true],
  ['the whole subject', [{ field: 'subject-name', operator: 'eq', value: 'CN = cn.example.com' }], true],
  ['only part of it where the whole is asked', [{ field: 'subject-name', operator: 'eq', value: 'cn=cn' }], false],
  ['a subject that is not another', [{ field: 'subject-name', operator: 'ne', value: 'cn=x' }], true],
  ['a subject without a part', [{ field: 'subject-name', operator: 'nc', value: 'example' }], false],
  ['the issuer', [co('issuer-name', 'cn=root')], true],
  ['another issuer', [co('issuer-name', 'cn=other')], false],
  ['an alternative name', [co('alt-subject-name', 'san.')], true],
  ['both of two lines', [co('issuer-name', 'root'), co('subject-name', 'nobody')], false],
  ['no line at all', [], false],
  ['an end after that day', [{ field: 'expires-on', operator: 'ge', value: '', time: now }], true],
  ['a beginning before that day', [{ field: 'valid-start', operator: 'lt', value: '', time: now }], true],
  ['an end before that day', [{ field: 'expires-on', operator: 'lt', value: '', time: now }], false],
];
for (const [what, criteria, fits] of maps) {
  test(`a certificate map that asks for ${what} ${fits ? 'lets the peer in' : 'keeps it out'}`, async () => {
    const at = router({ TP: { ca: root, trust: { matches: [accept('M')] } } }, { M: criteria });
    assert.equal(await judged(at, both, { role: 'client' }), fits ? 'san.example.com' : 'map');
  });
}

test('a map that does not exist lets nobody in, and an exception alone keeps nobody out', async () => {
  const closed = router({ TP: { ca: root, trust: { matches: [accept('none')] } } });
  assert.equal(await judged(closed, both, { role: 'client' }), 'map');
  const exception: CertificateMatch = { map: 'none', effect: { kind: 'skip-revocation' } };
  const open = router({ TP: { ca: root, trust: { matches: [exception] } } });
  assert.equal(await judged(open, both, { role: 'client' }), 'san.example.com');
});

test('dates of a map are typed either way round, and what is no date is none', () => {
  const day = Date.UTC(2027, 0, 31, 23, 59, 59);
  assert.equal(mapTime('Jan 31 2027 23:59:59'), day);
  assert.equal(mapTime('31 01 2027 23:59:59'), day);
  assert.equal(mapTime('31 01 2027'), Date.UTC(2027, 0, 31));
  for (const text of ['31 02 2027', 'Foo 1 2027', '2027-01-31', '', 'Jan 31 2027 24:00:00']) {
    assert.equal(mapTime(text), undefined, text);
  }
});

test('chain-validation continue: the CA of a trustpoint must be anchored by its parent too', async () => {
  const shown = certificate('peer', { issuer: middle, ...validity });
  const stop = router({ sub: { ca: middle } });
  assert.equal(await judged(stop, shown, { role: 'client' }), 'peer');
  const going = (parent: string, ca: TestCertificate) =>
    router({ sub: { ca: middle, trust: { parent } }, top: { ca } });
  assert.equal(await judged(going('top', root), shown, { role: 'client', clientVtp: 'sub' }), 'peer');
  assert.equal(await judged(going('top', other), shown, { role: 'client', clientVtp: 'sub' }), 'anchor');
  assert.equal(await judged(going('gone', root), shown, { role: 'client', clientVtp: 'sub' }), 'anchor');
  const round = router({ sub: { ca: middle, trust: { parent: 'sub' } } });
  assert.equal(await judged(round, shown, { role: 'client' }), 'anchor');
});

test('the trustpool is trusted by the trustpoints that say so, and survives a restart', async () => {
  const at = router({ TP: { ca: other, trust: { trustpool: true } }, deaf: { ca: other } });
  const shown = made('peer');
  assert.equal(await judged(at, shown, { role: 'client' }), 'anchor');
  const bundle = at.pki.trust.readPool(Buffer.from(`# roots\n${other.pem}\n${root.pem}\n${made('no-ca').pem}`));
  assert.ok(bundle.ok && bundle.value.length === 2);
  const taken = await at.pki.trust.acceptPool(bundle.value, true);
  assert.deepEqual(taken, { ok: true, value: 2 });
  assert.equal(await judged(at, shown, { role: 'client', clientVtp: 'deaf' }), 'anchor');
  // The pool's revocation-check is the trustpoint's, none here, until a policy says otherwise.
  assert.equal(await judged(at, shown, { role: 'client' }), 'peer');
  at.commit({ ...at.settings, trustpool: { revocationCheck: ['crl'] } });
  assert.equal(await judged(at, shown, { role: 'client' }), 'revocation');
  const after = new TestRouter(unreachable, at.files);
  await after.pki.start(at.settings);
  assert.equal(after.pki.trust.pool().length, 2);
  await after.pki.trust.cleanPool();
  assert.equal(await judged(after, shown, { role: 'client' }), 'anchor');
});

test('a bundle may be PKCS#7, as DER or PEM, and one changed anywhere gives certificates or a reason', () => {
  const certificates = [root, other, made('leaf')]
    .map(({ der }) => readCertificate(der))
    .flatMap((one) => (one.ok ? one.value : []));
  const bundle = certificatesOnly(certificates);
  const pem = Buffer.from(`-----BEGIN PKCS7-----\n${bundle.toString('base64')}\n-----END PKCS7-----\n`);
  for (const bytes of [bundle, pem]) {
    const read = plain.pki.trust.readPool(bytes);
    assert.ok(read.ok && read.value.length === 2);
  }
  fc.assert(
    fc.property(fc.nat(bundle.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
      const changed = Buffer.from(bundle);
      changed[at] = changed[at]! ^ by;
      const read = plain.pki.trust.readPool(changed);
      assert.ok(read.ok ? read.value.length <= 2 : read.reason !== '');
    }),
    { numRuns: 300 },
  );
});

test('a bundle that is none, or holds no CA, is refused with the reason', () => {
  for (const [bytes, words] of [
    ['nothing', /no CA certificate/],
    [made('leaf').pem, /no CA certificate/],
    ['x'.repeat(3 * 1024 * 1024), /larger/],
  ] as const) {
    const read = plain.pki.trust.readPool(Buffer.from(bytes));
    assert.match(read.ok ? 'taken' : read.reason, words);
  }
});
