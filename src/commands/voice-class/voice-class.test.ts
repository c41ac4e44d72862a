import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type {
  CodecClass,
  GroupServer,
  KeepaliveProfile,
  PeerGroup,
  ServerGroup,
  TranslationProfile,
  TranslationRule,
} from '../../call/index.ts';
import { type CipherName, cipherNames, type TlsProfile } from '../../sip/settings.ts';
import { loadConfiguration } from '../load-configuration.ts';
import { commandReference } from '../reference.ts';
import { printConfiguration } from '../running-config.ts';
import { TestConsole } from '../test-console.ts';
import { emptyTree } from '../tree.ts';

const invalid = "% Invalid input detected at '^' marker.";

test('the set of the newer documents is typed, read back in order, and taken away', async () => {
  const console = new TestConsole();
  const typed = [
    'voice class tls-cipher 100',
    'cipher 2 RSA_WITH_AES_128_CBC_SHA',
    'cipher 1 ECDHE_RSA_AES256_GCM_SHA384',
    'voice class tls-profile 100',
    'trustpoint CUBE-TrustPoint',
    'cipher 100',
    'client-vtp root',
    'cn-san validate bidirectional',
    'cn-san 1 sip.acme.co',
    'cn-san 2 *.acme.co',
    'sni send',
    'voice class codec 1',
    'codec preference 1 g711ulaw',
    'codec preference 2 g729r8 bytes 40',
    'voice translation-rule 1',
    'rule 1 /^9/ //',
    'rule 2 reject /^1900/',
    String.raw`rule 3 /^\(1\)\(..\)/ /\2\1/ type any national plan any isdn`,
    'voice translation-profile OUT',
    'translate called 1',
    'sip-ua',
    'crypto signaling remote-addr 192.168.1.0 /24 tls-profile 100',
  ];
  assert.deepEqual(await console.configure(...typed), []);
  const at = console.running.indexOf('voice class codec 1');
  assert.deepEqual(console.running.slice(at, at + 29), [
    'voice class codec 1',
    ' codec preference 1 g711ulaw',
    ' codec preference 2 g729r8 bytes 40',
    '!',
    'voice class tls-cipher 100',
    ' cipher 1 ECDHE_RSA_AES256_GCM_SHA384',
    ' cipher 2 RSA_WITH_AES_128_CBC_SHA',
    '!',
    'voice class tls-profile 100',
    ' trustpoint CUBE-TrustPoint',
    ' cipher 100',
    ' client-vtp root',
    ' cn-san validate bidirectional',
    ' cn-san 1 sip.acme.co',
    ' cn-san 2 *.acme.co',
    ' sni send',
    '!',
    'voice translation-rule 1',
    ' rule 1 /^9/ //',
    ' rule 2 reject /^1900/',
    String.raw` rule 3 /^\(1\)\(..\)/ /\2\1/ type any national plan any isdn`,
    '!',
    'voice translation-profile OUT',
    ' translate called 1',
    '!',
    'no ip http server',
    '!',
    'sip-ua',
    ' crypto signaling remote-addr 192.168.1.0 255.255.255.0  tls-profile 100',
  ]);
  const gone = [
    'no voice class codec 1',
    'no voice class tls-cipher 100',
    'no voice class tls-profile 100',
    'no voice translation-rule 1',
    'no voice translation-profile OUT',
    'no sip-ua',
  ];
  assert.deepEqual(await console.configure(...gone), []);
  assert.deepEqual(console.running, new TestConsole().running);
});

test('each line is taken back by its own no, whatever stands behind it', async () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['voice class tls-cipher 1', ['cipher 1 AES128_GCM_SHA256', 'no cipher 1']],
    ['voice class tls-profile 1', ['cn-san 1 a.example', 'cn-san 2 b.example', 'no cn-san 1 a.example', 'no cn-san 2']],
    ['voice class tls-profile 1', ['cipher ecdsa-cipher curve-size 384', 'no cipher']],
    ['voice class tls-profile 1', ['trustpoint a client b', 'no trustpoint a client b']],
    ['voice class tls-profile 1', ['cn-san validate client', 'no cn-san validate']],
    ['voice class tls-profile 1', ['sni send', 'default sni send', 'description x', 'no description']],
    ['voice class codec 1', ['codec preference 3 g711alaw', 'no codec preference 3 g711alaw']],
    ['voice translation-rule 1', ['rule 1 /1/ /2/', 'no rule 1']],
    ['voice translation-profile x', ['translate calling 1', 'no translate calling']],
  ];
  for (const [mode, lines] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure(mode, ...lines), [], lines.join(' / '));
    assert.equal(console.running.filter((line) => line.startsWith(' ') && line !== ' no ip address').length, 0, mode);
  }
});

test('what is out of range or unknown is refused where it stands, and what cannot be says so', async () => {
  const table: readonly (readonly [string, string, string])[] = [
    ['hostname a', 'voice class tls-profile 0', invalid],
    ['hostname a', 'voice class tls-profile 10001', invalid],
    ['hostname a', 'voice class tls-cipher x', invalid],
    ['hostname a', 'voice class nonsense 1', invalid],
    ['hostname a', 'voice translation-rule 0', invalid],
    ['voice class tls-cipher 1', 'cipher 14 AES128_GCM_SHA256', invalid],
    ['voice class tls-cipher 1', 'cipher 1 RC4_MD5', invalid],
    ['voice class tls-profile 1', 'cn-san 11 a.example', invalid],
    ['voice class tls-profile 1', 'cn-san validate nobody', invalid],
    ['voice class tls-profile 1', 'cn-san 1 *', '% Invalid domain name: *'],
    ['voice class tls-profile 1', 'cipher ecdsa-cipher curve-size 256', invalid],
    ['voice class codec 1', 'codec preference 0 g711ulaw', invalid],
    ['voice class codec 1', 'codec preference 1 g729r8 bytes 15', '% Payload size must be a multiple of 10 bytes'],
    ['voice translation-rule 1', 'rule 101 /1/ /2/', invalid],
    ['voice translation-rule 1', 'rule 1 9 /2/', '% Invalid translation rule: 9 is not written between slashes'],
    ['voice translation-rule 1', 'rule 1 /[/ /2/', '% Invalid translation rule: /[/ cannot be matched'],
    ['voice translation-rule 1', 'rule 1 /1/ /x/', '% Invalid translation rule: /x/ cannot replace anything'],
    ['sip-ua', 'transport tcp tls v1.4', invalid],
    ['sip-ua', 'transport tcp tls v1.3 minimum', invalid],
    ['sip-ua', 'crypto signaling default trustpoint a curve-size 384', invalid],
    ['sip-ua', 'crypto signaling default tls-profile 1 strict-cipher', invalid],
    ['sip-ua', 'crypto signaling default tls-profile 10001', invalid],
    [
      'sip-ua',
      'crypto signaling default trustpoint a strict-cipher ecdsa-cipher',
      '% ecdsa-cipher and strict-cipher exclude each other',
    ],
    ['sip-ua', 'sip-server ipv4:10.0.0.300', '% Invalid SIP server: ipv4:10.0.0.300'],
    ['sip-ua', 'sip-server ipv6:[fe80::1::2]', '% Invalid SIP server: ipv6:[fe80::1::2]'],
  ];
  for (const [mode, line, sentence] of table) {
    const console = new TestConsole();
    await console.configure(mode);
    const before = console.running;
    const answer = await console.configure(mode, line);
    assert.ok(answer.includes(sentence), `${line}: ${answer.join(' / ')}`);
    assert.deepEqual(console.running, before, line);
  }
});

test('TLS versions read back as typed, and broken ones are warned of', async () => {
  const table: readonly (readonly [readonly string[], readonly string[]])[] = [
    [['transport tcp tls v1.2'], [' transport tcp tls v1.2']],
    [['transport tcp tls v1.2 min'], [' transport tcp tls v1.2 minimum']],
    [['transport tcp tls v1.3', 'transport tcp tls'], []],
    [['transport tcp tls v1.3', 'no transport tcp tls v1.3'], []],
    [['transport tcp tls v1.3', 'no transport tcp tls'], [' no transport tcp tls']],
    [['transport tcp tls v1.3', 'no transport tcp tls', 'default transport tcp tls'], []],
  ];
  for (const [typed, expected] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure('sip-ua', ...typed), [], typed.join(' / '));
    assert.deepEqual(
      console.running.filter((line) => line.includes('transport')),
      expected,
    );
  }
  const weak = new TestConsole();
  assert.deepEqual(await weak.configure('sip-ua', 'transport tcp tls v1.0'), [
    'SECURITY WARNING - Module: SIPUA, Command: transport tcp tls v1.0, Reason: Weak tls version, ',
    'Remediation: Use stronger tls version to enhance security',
  ]);
  assert.ok(weak.running.includes(' transport tcp tls v1.0'));
});

test('crypto signaling takes its options in any order and reads back in one', async () => {
  const table: readonly (readonly [string, string])[] = [
    ['default trustpoint a cn-san-validate server', 'default trustpoint a cn-san-validate server'],
    [
      'default trustpoint a ecdsa-cipher curve-size 384 client-vtp b cn-san-validate server',
      'default trustpoint a cn-san-validate server client-vtp b ecdsa-cipher curve-size 384',
    ],
    ['default trustpoint a strict client-vtp b', 'default trustpoint a client-vtp b strict-cipher '],
    ['remote-addr 10.0.0.0 /8 trustpoint a', 'remote-addr 10.0.0.0 255.0.0.0  trustpoint a'],
    ['remote-addr 10.0.0.0 /0 tls-profile 3', 'remote-addr 10.0.0.0 0.0.0.0  tls-profile 3'],
  ];
  for (const [typed, expected] of table) {
    const console = new TestConsole();
    assert.deepEqual(await console.configure('sip-ua', `crypto signaling ${typed}`), [], typed);
    assert.ok(console.running.includes(` crypto signaling ${expected}`), console.running.join('\n'));
  }
});

test('translation rules are shown, and tried as on IOS', async () => {
  const console = new TestConsole();
  const rules = ['voice translation-rule 1', 'rule 1 /^9/ //', 'rule 2 reject /^1900/', 'voice translation-profile in'];
  await console.configure(...rules, 'translate called 1', 'translate calling 2');
  assert.deepEqual((await console.type('test voice translation-rule 1 918675309')).slice(1), [
    'Matched with rule 1',
    'Original number: 918675309      Translated number: 18675309',
    'Original number type: none      Translated number type: none',
    'Original number plan: none      Translated number plan: none',
  ]);
  assert.deepEqual((await console.type('test voice translation-rule 1 345')).slice(1), [
    "345 Didn't match with any of rules",
  ]);
  assert.deepEqual((await console.type('test voice translation-rule 1 19005551000')).slice(1), [
    '19005551000 blocked on rule 2',
  ]);
  assert.deepEqual((await console.type('test voice translation-rule 7 1')).slice(1), [
    '% Translation rule set 7 is not defined',
  ]);
  assert.deepEqual((await console.type('show voice translation-rule 1')).slice(1, 6), [
    'Translation-rule tag: 1',
    '        Rule 1:',
    '        Match pattern: ^9',
    '        Replace pattern: ',
    '        Match type: none                Replace type: none',
  ]);
  assert.deepEqual((await console.type('show voice translation-profile')).slice(1, 4), [
    'Translation Profile: in',
    '        Rule for Calling number: 2',
    '        Rule for Called number: 1',
  ]);
});

test('words that change nothing are told of', async () => {
  const console = new TestConsole();
  await console.configure(
    'dial-peer voice 1 voip',
    'voice-class codec 1 offer-all',
    'codec g711ulaw bytes 80 fixed-bytes',
    'dtmf-relay rtp-nte digit-drop',
    'session target ras',
    'dial-peer voice 2 voip',
    'codec ilbc',
    'dial-peer voice 3 pots',
    'authentication username user1 password 0 secret realm z challenge',
    'dial-peer voice 4 pots',
    'authentication username user2 password 0 secret realm y',
    'voice class tls-profile 1',
    'sni send',
    'voice translation-profile p',
    'translate redirect-called 1',
    'sip-ua',
    'retry register 3 exhausted-random-interval minimum 1 maximum 2',
  );
  const told = (await console.type('show configuration inert')).map((line) => line.replace(/ \(.*$/, '').trim());
  for (const line of [
    'dial-peer voice 1 voip: voice-class codec 1 offer-all',
    'dial-peer voice 1 voip: codec g711ulaw bytes 80 fixed-bytes',
    'dial-peer voice 1 voip: dtmf-relay rtp-nte digit-drop',
    'dial-peer voice 1 voip: session target ras',
    'dial-peer voice 2 voip: codec ilbc',
    'dial-peer voice 3 pots: authentication username user1 ... realm z challenge',
    'voice class tls-profile 1: sni send',
    'voice translation-profile p: translate redirect-called 1',
  ]) {
    assert.ok(told.includes(line), `${line}\n${told.join('\n')}`);
  }
  assert.doesNotMatch(told.join('\n'), /retry register/, 'it is waited for');
  assert.doesNotMatch(told.join('\n'), /secret|username user2/);
});

const tag = fc.integer({ min: 1, max: 10_000 });
const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,9}$/);

function tagged<R extends { readonly tag: number }>(record: fc.Arbitrary<R>): fc.Arbitrary<ReadonlyMap<number, R>> {
  return fc
    .uniqueArray(record, { selector: (one) => one.tag, maxLength: 3 })
    .map((all) => new Map(all.map((one) => [one.tag, one])));
}

function some<T extends object>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<Partial<T>> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Partial<T>>;
}

/** A map with few keys, in order as it reads back. */
function numbered<V>(most: number, value: fc.Arbitrary<V>): fc.Arbitrary<ReadonlyMap<number, V>> {
  return fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: most }), value), { selector: ([key]) => key, maxLength: 4 })
    .map((entries) => new Map(entries.toSorted(([a], [b]) => a - b)));
}

const profile: fc.Arbitrary<TlsProfile> = fc
  .tuple(
    fc.record({
      tag,
      names: numbered(
        10,
        word.map((label) => `*.${label}.example`),
      ),
      sni: fc.boolean(),
    }),
    some<Pick<TlsProfile, 'description' | 'trustpoint' | 'cipher' | 'clientVtp' | 'cnSan'>>({
      description: word,
      trustpoint: fc.oneof(fc.record({ name: word }), fc.record({ name: word, client: word })),
      cipher: fc.oneof(fc.constantFrom('strict' as const, 'ecdsa' as const, 'ecdsa 384' as const), tag),
      clientVtp: word,
      cnSan: fc.constantFrom('server' as const, 'client' as const, 'bidirectional' as const),
    }),
  )
  .map(([fixed, optional]) => ({ ...fixed, ...optional }) as TlsProfile);

const ciphers = numbered(13, fc.constantFrom(...(Object.keys(cipherNames) as CipherName[])));
const codecClass: fc.Arbitrary<CodecClass> = fc.record({
  tag,
  codecs: fc
    .uniqueArray(fc.constantFrom('g711ulaw' as const, 'g711alaw' as const, 'g729r8' as const))
    .map((names) => new Map(names.map((name, i) => [i + 1, { name }]))),
});
const rule: fc.Arbitrary<TranslationRule> = fc
  .tuple(
    fc.record({ match: fc.stringMatching(/^\^?[0-9.]{0,6}\$?$/) }),
    fc.oneof(
      fc.constant({}),
      fc.record({ replace: fc.stringMatching(/^[0-9&]{0,4}$/) }),
      fc.record({ replace: fc.constant('1'), type: fc.constant({ from: 'any', to: 'national' }) }),
    ),
  )
  .map(([fixed, optional]) => ({ ...fixed, ...optional }));
const translationProfile: fc.Arbitrary<TranslationProfile> = fc.record({
  name: word,
  rules: some({ calling: tag, called: tag, redirectCalled: tag }),
});

const server: fc.Arbitrary<GroupServer> = fc
  .tuple(
    fc.oneof(
      fc.record({ kind: fc.constant('ipv4' as const), host: fc.ipV4() }),
      fc.record({ kind: fc.constant('ipv6' as const), host: fc.constantFrom('2001:db8::1', '2001:db8::2') }),
    ),
    fc.integer({ min: 0, max: 5 }),
    some<{ port: number }>({ port: fc.integer({ min: 1, max: 65_535 }) }),
  )
  .map(([place, preference, port]) => ({ ...place, preference, ...port }));
const serverGroup: fc.Arbitrary<ServerGroup> = fc
  .tuple(
    fc.record({
      tag,
      servers: fc.uniqueArray(server, { selector: ({ host, port }) => `${host} ${port}`, maxLength: 5 }),
      roundRobin: fc.boolean(),
      huntStops: numbered(
        1000,
        fc.integer({ min: 400, max: 599 }).map((from) => ({ from, to: from + 1 })),
      ).map((stops) => new Map([...stops].slice(0, 1).filter(([, { to }]) => to < 600))),
      shutdown: fc.boolean(),
    }),
    some<{ description: string }>({ description: word }),
  )
  .map(([fixed, optional]) => ({ ...fixed, ...optional }));
const peerGroup: fc.Arbitrary<PeerGroup> = fc.record({
  tag,
  members: fc.uniqueArray(fc.record({ peer: tag, preference: fc.integer({ min: 0, max: 10 }) }), {
    selector: ({ peer }) => peer,
    maxLength: 5,
  }),
  shutdown: fc.boolean(),
});

const seconds = fc.integer({ min: 5, max: 1200 });
const keepalive: fc.Arbitrary<KeepaliveProfile> = fc.record({
  tag,
  transport: fc.constantFrom('system' as const, 'udp' as const, 'tcp' as const, 'tls' as const),
  shutdown: fc.boolean(),
  upSeconds: seconds,
  downSeconds: seconds,
  retries: fc.integer({ min: 1, max: 10 }),
});

test('what is printed of classes and rules, loaded again, is the same', async () => {
  const { language, sections } = commandReference();
  const trees = fc.record({
    tlsClasses: fc.record({ profiles: tagged(profile), ciphers: tagged(fc.record({ tag, ciphers })) }),
    voiceClasses: fc.record({
      codecs: tagged(codecClass),
      rules: tagged(fc.record({ tag, rules: numbered(100, rule) })),
      uris: fc.constant(new Map()),
      patternMaps: fc.constant(new Map()),
      serverGroups: tagged(serverGroup),
      peerGroups: tagged(peerGroup),
      keepalives: tagged(keepalive),
      profiles: fc
        .uniqueArray(translationProfile, { selector: ({ name }) => name, maxLength: 2 })
        .map((all) => new Map(all.map((one) => [one.name, one]))),
    }),
  });
  const plain = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (_, one) => (one instanceof Map ? [...one] : one)));
  await fc.assert(
    fc.asyncProperty(trees, async (part) => {
      const tree = { ...emptyTree, ...part };
      const loaded = await loadConfiguration(printConfiguration(tree, sections), { language });
      assert.deepEqual(loaded.problems, []);
      assert.deepEqual(plain(loaded.tree), plain(tree));
    }),
    { numRuns: 100 },
  );
});
