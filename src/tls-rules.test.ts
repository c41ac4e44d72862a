import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SignalingEntry, TlsClasses, TlsProfile, TlsVersions } from './sip/settings.ts';
import { TlsRules, tlsRules } from './tls-rules.ts';

const plain = { trustpoint: 'west', strictCipher: false } as const;

function rule(
  entry: SignalingEntry,
  versions: TlsVersions = 'all',
  profile: Partial<TlsProfile> = {},
  role: 'client' | 'server' = 'server',
) {
  const tlsClasses: TlsClasses = {
    profiles: new Map([[1, { tag: 1, names: new Map(), sni: false, ...profile }]]),
    ciphers: new Map([
      [
        7,
        { tag: 7, ciphers: new Map([[2, 'AES256_GCM_SHA384'] as const, [1, 'ECDHE_RSA_AES256_GCM_SHA384'] as const]) },
      ],
      [8, { tag: 8, ciphers: new Map([[1, 'RSA_WITH_AES_128_CBC_SHA'] as const]) }],
      [9, { tag: 9, ciphers: new Map() }],
    ]),
  };
  const [made] = tlsRules({ sip: { signaling: [entry], tlsVersions: versions, tenants: new Map() }, tlsClasses }, role);
  return made ?? assert.fail('no rule');
}

const ecdsa =
  'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256';

test('the versions that are named are the versions that are offered', () => {
  const table: readonly (readonly [TlsVersions, string, string])[] = [
    ['all', 'TLSv1.2', 'TLSv1.3'],
    ['v1.0', 'TLSv1', 'TLSv1'],
    ['v1.1', 'TLSv1.1', 'TLSv1.1'],
    ['v1.2', 'TLSv1.2', 'TLSv1.2'],
    ['v1.2 minimum', 'TLSv1.2', 'TLSv1.3'],
    ['v1.3', 'TLSv1.3', 'TLSv1.3'],
  ];
  for (const [versions, minVersion, maxVersion] of table) {
    const { cipherPolicy, fault } = rule(plain, versions);
    assert.equal(fault, undefined);
    assert.deepEqual([cipherPolicy.minVersion, cipherPolicy.maxVersion], [minVersion, maxVersion], versions);
  }
});

test('only a version that is broken opens the old suites and the security level they need', () => {
  assert.match(rule(plain, 'v1.0').cipherPolicy.ciphers ?? '', /AES128-SHA:@SECLEVEL=0$/);
  for (const versions of ['all', 'v1.2', 'v1.2 minimum', 'v1.3'] as const)
    assert.equal(rule(plain, versions).cipherPolicy.ciphers, undefined);
});

test('suites of a line and of a class become those of the library, and bound the versions', () => {
  const table: readonly (readonly [string, ReturnType<typeof rule>, object])[] = [
    [
      'strict-cipher',
      rule({ trustpoint: 'west', strictCipher: true }),
      { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' },
    ],
    [
      'ecdsa-cipher',
      rule({ ...plain, ecdsaCipher: 'any' }),
      { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ciphers: ecdsa },
    ],
    [
      'ecdsa-cipher curve-size 384',
      rule({ ...plain, ecdsaCipher: '384' }),
      { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3', ciphers: ecdsa, curves: 'P-384' },
    ],
    [
      'a class, by preference',
      rule({ tlsProfile: 1 }, 'all', { trustpoint: { name: 'west' }, cipher: 7 }),
      {
        minVersion: 'TLSv1.2',
        maxVersion: 'TLSv1.3',
        ciphers: 'ECDHE-RSA-AES256-GCM-SHA384:TLS_AES_256_GCM_SHA384',
      },
    ],
    [
      'a class without a suite of TLS 1.3',
      rule({ tlsProfile: 1 }, 'all', { trustpoint: { name: 'west' }, cipher: 8 }),
      { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2', ciphers: 'AES128-SHA' },
    ],
  ];
  for (const [what, made, policy] of table) {
    assert.equal(made.fault, undefined, what);
    assert.deepEqual(made.cipherPolicy, policy, what);
  }
});

test('what cannot be offered says why', () => {
  const named = { trustpoint: { name: 'west' } };
  const table: readonly (readonly [ReturnType<typeof rule>, string])[] = [
    [rule({ trustpoint: 'west', strictCipher: true }, 'v1.3'), 'no cipher suite is left for TLS v1.3'],
    [rule({ ...plain, ecdsaCipher: 'any' }, 'v1.0'), 'no cipher suite is left for TLS v1.0'],
    [rule({ tlsProfile: 2 }), 'voice class tls-profile 2 is not defined'],
    [rule({ tlsProfile: 1 }), 'voice class tls-profile 1 has no trustpoint'],
    [rule({ tlsProfile: 1 }, 'all', { ...named, cipher: 70 }), 'voice class tls-cipher 70 is not defined'],
    [rule({ tlsProfile: 1 }, 'all', { ...named, cipher: 9 }), 'no cipher suite is left for TLS 1.2 and 1.3'],
  ];
  for (const [made, fault] of table) assert.equal(made.fault, fault);
});

test('a profile says the same as a line: trustpoint by role, whom to believe, which names', () => {
  const profile = {
    trustpoint: { name: 'west', client: 'other' },
    clientVtp: 'root',
    cnSan: 'client',
    names: new Map([[1, '*.example.com']]),
  } as const;
  const { cipherPolicy: _, ...asServer } = rule({ tlsProfile: 1 }, 'all', profile);
  assert.deepEqual(asServer, {
    trustpoint: 'west',
    strictCipher: false,
    clientVtp: 'root',
    cnSan: { server: false, client: true, names: ['*.example.com'] },
  });
  assert.equal(rule({ tlsProfile: 1 }, 'all', profile, 'client').trustpoint, 'other');
  const line = rule({ ...plain, clientVtp: 'root', cnSanServer: true });
  assert.equal(line.clientVtp, 'root');
  assert.deepEqual(line.cnSan, { server: true, client: false, names: [] });
});

test('rules are made once for a configuration and a role, and anew for the next', () => {
  const rules = new TlsRules();
  const tlsClasses: TlsClasses = { profiles: new Map(), ciphers: new Map() };
  const settings = { sip: { signaling: [plain], tlsVersions: 'all' as const, tenants: new Map() }, tlsClasses };
  const first = rules.find(settings, 'server');
  assert.equal(rules.find({ ...settings }, 'server'), first);
  assert.notEqual(rules.find(settings, 'client'), first);
  const next = rules.find({ ...settings, sip: { ...settings.sip, tlsVersions: 'v1.3' } }, 'server');
  assert.equal(next[0]?.cipherPolicy.minVersion, 'TLSv1.3');
});
