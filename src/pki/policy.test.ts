import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { Certificate as CertificateSchema, ExtendedKeyUsage, Extensions, GeneralName } from '@peculiar/asn1-x509';
import type { TlsPeer } from '../io/index.ts';
import type { Anchor } from './anchor.ts';
import { type Certificate, readCertificate } from './certificate.ts';
import { arrayBuffer, decode, encode } from './der.ts';
import type { ExpectedPeer, PolicyRule } from './handshake-face.ts';
import { issueCertificate } from './issue.ts';
import { judgePeer } from './policy.ts';
import { extension } from './request.ts';
import type { Evidence } from './revocation/standing.ts';
import type { RevocationMethod } from './settings.ts';
import { signRsa } from './signature.ts';
import { buildName, parseX500 } from './x500-name.ts';

const now = Date.UTC(2026, 0, 1);
const dayMs = 86_400_000;
const pair = (): { key: KeyObject; publicKey: Buffer } => {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
  return { key: privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }) };
};
const caKey = pair();
const leafKey = pair();

function nameOf(text: string) {
  const parsed = parseX500(text);
  assert.ok(parsed.ok);
  return buildName(parsed.value.map((attribute) => [attribute]));
}

interface Leaf {
  readonly subject?: string;
  readonly names?: GeneralName[];
  readonly purposes?: readonly string[];
  readonly notAfter?: number;
  readonly kind?: 'ca' | 'router';
  readonly keys?: typeof caKey;
}

function make(leaf: Leaf, issuerKey = caKey): Certificate {
  const keys = leaf.keys ?? leafKey;
  const der = issueCertificate({
    serial: 2,
    subject: nameOf(leaf.subject ?? 'cn=peer'),
    publicKey: keys.publicKey,
    issuer: { name: nameOf('cn=CA'), privateKey: issuerKey.key, publicKey: issuerKey.publicKey },
    notBefore: now - dayMs,
    notAfter: leaf.notAfter ?? now + dayMs,
    hash: 'sha256',
    kind: leaf.kind ?? 'router',
    alternativeNames: leaf.names ?? [],
  });
  const read = readCertificate(leaf.purposes === undefined ? der : withPurposes(der, leaf.purposes, issuerKey.key));
  assert.ok(read.ok);
  return read.value;
}

function withPurposes(der: Buffer, purposes: readonly string[], key: KeyObject): Buffer {
  const parsed = decode(der, CertificateSchema, 'it');
  assert.ok(parsed.ok);
  const { tbsCertificate, signatureAlgorithm } = parsed.value;
  const added = extension('2.5.29.37', new ExtendedKeyUsage([...purposes]), false);
  tbsCertificate.extensions = new Extensions([...(tbsCertificate.extensions ?? []), added]);
  const signatureValue = arrayBuffer(signRsa('sha256', encode(tbsCertificate), key));
  return encode(new CertificateSchema({ tbsCertificate, signatureAlgorithm, signatureValue }));
}

const ca = make({ subject: 'cn=CA', kind: 'ca', keys: caKey });
const anchor = (revocationCheck: readonly RevocationMethod[] = ['none'], certificate = ca): Anchor => ({
  certificate,
  terms: { trustpoint: revocationCheck.join('-'), revocationCheck, trust: {}, maps: new Map() },
});

/** Nothing is known, and there is nowhere to ask. */
const nothing: Evidence = {
  crl: () => ({ failed: 'server down', until: now }),
  ocsp: () => undefined,
  ocspFailure: () => 'server down',
  lastFailure: () => undefined,
  staple: () => undefined,
};

function judge(one: TlsPeer, expected: ExpectedPeer, anchors: readonly Anchor[]) {
  const judgement = judgePeer(one, expected, { anchors, evidence: nothing, now });
  assert.ok('verdict' in judgement);
  return judgement;
}

function peer(leaf: Certificate | undefined, chainError?: string): TlsPeer {
  return {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_128_GCM_SHA256',
    cipherOpenssl: 'TLS_AES_128_GCM_SHA256',
    resumed: false,
    chainDer: leaf === undefined ? [] : [leaf.der],
    ...(chainError !== undefined && { chainError }),
  };
}

type Row = [
  what: string,
  leaf: Leaf,
  expected: ExpectedPeer,
  outcome: PolicyRule | { proved: string; chainAlone?: true },
];
const serverAuth = '1.3.6.1.5.5.7.3.1';
const clientAuth = '1.3.6.1.5.5.7.3.2';
const dns = (name: string): GeneralName => new GeneralName({ dNSName: name });
const uri = (name: string): GeneralName => new GeneralName({ uniformResourceIdentifier: name });
const ip = (address: string): GeneralName => new GeneralName({ iPAddress: address });
const asServer = (more: Partial<ExpectedPeer> = {}): ExpectedPeer => ({ role: 'server', ...more });
const bar = asServer({ dnsName: 'bar.com' });

const table: Row[] = [
  ['a DNS name proves a dns: target', { names: [dns('BAR.com')] }, bar, { proved: 'bar.com' }],
  ['a SIP URI proves a dns: target', { names: [uri('sip:bar.com')] }, bar, { proved: 'bar.com' }],
  ['a SIP URI with a user is nobody’s domain', { names: [uri('sip:a@bar.com')] }, bar, 'name'],
  ['a wildcard proves nothing', { names: [dns('*.com')] }, bar, 'name'],
  ['the common name counts without alternative names', { subject: 'cn=bar.com' }, bar, { proved: 'bar.com' }],
  ['and not beside them', { subject: 'cn=bar.com', names: [dns('foo.com')] }, bar, 'name'],
  ['another name is refused', { names: [dns('foo.com')] }, bar, 'name'],
  [
    'an address in the alternative name must match',
    { names: [ip('10.0.0.1')] },
    asServer({ address: '10.0.0.2' }),
    'address',
  ],
  ['and does', { names: [ip('10.0.0.1')] }, asServer({ address: '::ffff:10.0.0.1' }), { proved: '10.0.0.1' }],
  [
    'the seed’s common name is an address',
    { subject: 'cn=10.0.0.1' },
    asServer({ address: '10.0.0.1' }),
    { proved: '10.0.0.1' },
  ],
  ['and must match', { subject: 'cn=10.0.0.1' }, asServer({ address: '10.0.0.2' }), 'address'],
  ['so must unstructuredAddress', { subject: 'ipaddress=10.0.0.1' }, asServer({ address: '10.0.0.2' }), 'address'],
  [
    'no address named: the chain decides alone',
    { subject: 'cn=x.y' },
    asServer({ address: '10.0.0.2' }),
    { proved: 'x.y', chainAlone: true },
  ],
  ['no purpose is any purpose', {}, { role: 'client' }, { proved: 'peer' }],
  ['a server purpose is none for a client', { purposes: [serverAuth] }, { role: 'client' }, 'purpose'],
  ['a client purpose is none for a server', { purposes: [clientAuth] }, asServer(), 'purpose'],
  ['the right purpose', { purposes: [serverAuth, clientAuth] }, { role: 'client' }, { proved: 'peer' }],
  ['any purpose', { purposes: ['2.5.29.37.0'] }, { role: 'client' }, { proved: 'peer' }],
];

for (const [what, leaf, expected, outcome] of table) {
  test(`policy: ${what}`, () => {
    const { verdict, chainAlone } = judge(peer(make(leaf)), expected, [anchor()]);
    if (typeof outcome === 'string') return assert.equal(verdict.accepted ? 'accepted' : verdict.rule, outcome);
    assert.ok(verdict.accepted);
    const { provedNames, ...rest } = verdict;
    assert.ok(provedNames.length > 0);
    assert.deepEqual(rest, {
      accepted: true,
      provedName: outcome.proved,
      trustpoint: 'none',
      validUntil: now + dayMs,
    });
    assert.equal(chainAlone, outcome.chainAlone ?? false);
  });
}

/** What a certificate proves, the name it is known by first. */
function proved(leaf: Leaf, expected: ExpectedPeer): readonly (string | readonly string[])[] {
  const { verdict } = judge(peer(make(leaf)), expected, [anchor()]);
  return verdict.accepted ? [verdict.provedName, verdict.provedNames] : [verdict.rule];
}

test('policy: a certificate proves all its names, and is known by the one that was asked for', () => {
  const names = [dns('foo.com'), uri('sip:bar.com'), dns('*.wild.com'), ip('10.0.0.9')];
  assert.deepEqual(proved({ names }, { role: 'client' }), [
    'bar.com',
    ['bar.com', 'foo.com', '10.0.0.9', '*.wild.com'],
  ]);
  assert.deepEqual(proved({ names }, asServer({ dnsName: 'foo.com' })), [
    'foo.com',
    ['foo.com', 'bar.com', '10.0.0.9', '*.wild.com'],
  ]);
  assert.deepEqual(proved({ subject: 'cn=foo.com' }, { role: 'client' }), ['foo.com', ['foo.com']]);
});

test('policy: a subject is no name, though it look like one', () => {
  assert.deepEqual(proved({ subject: 'o=evil.wild.com' }, { role: 'client' }), ['o=evil.wild.com', []]);
});

test('policy: a hundred names of a certificate are kept', () => {
  const names = Array.from({ length: 300 }, (_, i) => dns(`h${i}.foo.com`));
  const [, kept] = proved({ names }, asServer({ dnsName: 'h299.foo.com' }));
  assert.equal(kept?.length, 100);
  assert.equal(kept?.[0], 'h299.foo.com');
});

const good = make({});
const rule = (one: TlsPeer, anchors: readonly Anchor[] = [anchor()]): string => {
  const { verdict } = judge(one, { role: 'client' }, anchors);
  return verdict.accepted ? `accepted by ${verdict.trustpoint}` : `${verdict.rule}: ${verdict.reason}`;
};

test('policy: a refusal says that verification failed, why, of whom, and the name of the rule', () => {
  const old = make({ subject: 'cn=old', notAfter: now - 1 });
  const unknown = [{ subject: 'cn=x, o=Lab', keys: leafKey }, pair()] as const;
  const rows: [one: Certificate, chainError: string | undefined, words: string][] = [
    [old, 'CERT_HAS_EXPIRED', 'chain: the certificate of cn=old has expired (CERT_HAS_EXPIRED)'],
    [old, undefined, 'chain: the certificate of cn=old has expired (CERT_HAS_EXPIRED)'],
    [good, 'CERT_NOT_YET_VALID', 'chain: the key of cn=peer is too short: 1024 bits (CERT_NOT_YET_VALID)'],
    [
      make(...unknown),
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
      'chain: issuer not found for o=Lab,cn=x (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)',
    ],
    [
      good,
      'DEPTH_ZERO_SELF_SIGNED_CERT',
      'chain: no trustpoint holds the self-signed certificate of cn=peer (DEPTH_ZERO_SELF_SIGNED_CERT)',
    ],
    [good, 'UNSPECIFIED', 'chain: the key of cn=peer is too short: 1024 bits (UNSPECIFIED)'],
    [make(...unknown), undefined, 'anchor: no authenticated trustpoint anchors the chain of o=Lab,cn=x (anchor)'],
    [
      make({ purposes: [serverAuth] }),
      undefined,
      'purpose: extendedKeyUsage of cn=peer does not allow a TLS client (purpose)',
    ],
  ];
  for (const [one, chainError, words] of rows) {
    const [ruleName, ...rest] = words.split(': ');
    assert.equal(rule(peer(one, chainError)), `${ruleName}: certificate verify failed: ${rest.join(': ')}`);
  }
  assert.match(rule(peer(undefined)), /^no-certificate: .*the peer showed no certificate/);
});

test('policy: an overlong subject is cut in a refusal', () => {
  const long = rule(peer(make({ subject: `cn=${'x'.repeat(900)}` }, pair())));
  assert.ok(long.length < 300, long);
});

test('policy: a purpose error of the library is judged by our rule, but hides neither an old date nor an unknown CA', () => {
  assert.equal(rule(peer(good, 'INVALID_PURPOSE')), 'accepted by none');
  assert.match(rule(peer(make({ notAfter: now - 1 }), 'INVALID_PURPOSE')), /^chain/);
  assert.match(rule(peer(make({}, pair()), 'INVALID_PURPOSE')), /^anchor/);
});

test('policy: a chain no authenticated trustpoint anchors is refused although the library let it pass', () => {
  assert.match(rule(peer(good), []), /^anchor/);
  assert.match(rule(peer(make({}, pair()))), /^anchor/);
});

test('policy: a revocation check that cannot be done fails closed, unless none follows it or another trustpoint passes', () => {
  assert.match(rule(peer(good), [anchor(['crl'])]), /^revocation: .*trustpoint crl demands revocation-check crl/);
  assert.match(rule(peer(good), [anchor(['ocsp', 'crl'])]), /^revocation/);
  assert.equal(rule(peer(good), [anchor(['crl', 'none'])]), 'accepted by crl-none');
  assert.equal(rule(peer(good), [anchor(['crl']), anchor(['none'])]), 'accepted by none');
});

test('policy: a chain that cannot be read is refused as malformed', () => {
  assert.match(rule({ ...peer(good), chainDer: [Buffer.from('3003020101', 'hex')] }), /^malformed/);
  assert.match(rule({ ...peer(good), chainDer: Array<Buffer>(11).fill(good.der) }), /^malformed/);
});
