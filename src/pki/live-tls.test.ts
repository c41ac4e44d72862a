import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import {
  authority,
  certificate,
  clientAuth,
  emailProtection,
  serverAuth,
  sipDomain,
  type TestCertificate,
} from '../../test/certificates.ts';
import type { Stream, TlsCredentials, TlsPeer } from '../io/index.ts';
import { nodeIo } from '../io/node/index.ts';
import type { ExpectedPeer, PolicyRule } from './handshake-face.ts';
import type { ChainCertificate } from './settings.ts';
import { TestRouter } from './test-router.ts';

const timeoutMs = 10_000;
const loopback = '127.0.0.1';
const { network, tls } = nodeIo({ root: '.' });
const root = authority('Root');
const anybody = certificate('anybody', { issuer: root });

/** A router whose one trustpoint has authenticated `root`. */
function trusting(): TestRouter {
  const router = new TestRouter();
  router.clock.time = Date.now();
  const chain: ChainCertificate[] = [{ kind: 'ca', serial: '01', der: root.der }];
  router.withTrustpoint('TP', { revocationCheck: ['none'] });
  router.commit({ ...router.settings, chains: new Map([['TP', chain]]) });
  return router;
}
const router = trusting();

function credentials(own: TestCertificate): TlsCredentials {
  return {
    certificateChainPem: own.chainPem,
    privateKeyPem: own.keyPem,
    trustAnchorsPem: [root.pem],
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
  };
}

let accepted: (stream: Stream) => void = () => undefined;
const listener = await network.listenTcp(
  { host: loopback, port: 0 },
  { accepted: (stream) => accepted(stream), failed: (error) => assert.fail(error) },
);
after(() => listener.close());

/** A real handshake on loopback: what each end saw of the other. */
async function handshake(
  server: TestCertificate,
  client: TestCertificate,
): Promise<Record<'server' | 'client', TlsPeer>> {
  const arrived = new Promise<Stream>((resolve) => {
    accepted = resolve;
  });
  const opened = await network.connectTcp(listener.local, { timeoutMs });
  const [atServer, atClient] = await Promise.all([
    tls.accept(await arrived, credentials(server), timeoutMs),
    tls.connect(opened, credentials(client), { timeoutMs }),
  ]);
  for (const { stream } of [atServer, atClient]) stream.destroy();
  return { server: atClient.peer, client: atServer.peer };
}

type Outcome = PolicyRule | { readonly proved: string; readonly chainAlone?: true };
const byName: ExpectedPeer = { role: 'server', dnsName: 'sip.example.com' };
const byAddress: ExpectedPeer = { role: 'server', address: loopback };
const caller: ExpectedPeer = { role: 'client' };
const made = (name: string, more: Parameters<typeof certificate>[1] = {}) =>
  certificate(name, { issuer: root, ...more });
const named = (...dnsNames: string[]) => made('x', { dnsNames });
const addressed = (...ipAddresses: string[]) => made('x', { ipAddresses });
const stranger = authority('Stranger');
const middle = authority('Middle', { issuer: root });
const hourMs = 3_600_000;
const past = { notBefore: new Date(Date.now() - 2 * hourMs), notAfter: new Date(Date.now() - hourMs) };

const below = (issuer: TestCertificate, more: Parameters<typeof certificate>[1] = {}) =>
  certificate('x.y', { issuer, ...more });
const under = (more: Parameters<typeof certificate>[1]) => authority('Limited', { issuer: root, ...more });
const unknownCritical = [{ id: '1.2.3.4.5', critical: true, der: Uint8Array.of(5, 0) }];
/** Permits the DNS names of `example.org` and no others. */
const exampleOrg = Buffer.concat([Buffer.from('3011a00f300d820b', 'hex'), Buffer.from('example.org')]);
const atExampleOrg = { dnsNames: ['a.example.org'] };
const onlyExampleOrg = [{ id: '2.5.29.30', critical: true, der: exampleOrg }];
const sip = { usages: [sipDomain] };

const rows: [what: string, shown: TestCertificate, expected: ExpectedPeer, outcome: Outcome][] = [
  ['the DNS name asked for', named('sip.example.com'), byName, { proved: 'sip.example.com' }],
  ['one of several DNS names', named('a.example.com', 'SIP.example.com'), byName, { proved: 'sip.example.com' }],
  ['a SIP URI of the domain', made('x', { uris: ['sip:sip.example.com'] }), byName, { proved: 'sip.example.com' }],
  ['another DNS name', named('other.example.com'), byName, 'name'],
  ['a wildcard', named('*.example.com'), byName, 'name'],
  ['the name in CN beside another in SAN', made('sip.example.com', { dnsNames: ['x.y'] }), byName, 'name'],
  ['the name in CN without a SAN', made('sip.example.com'), byName, { proved: 'sip.example.com' }],
  ['an address where a name is asked for', addressed(loopback), byName, 'name'],
  ['its address in SAN', addressed(loopback), byAddress, { proved: loopback }],
  ['its address among others in SAN', addressed('192.0.2.1', loopback), byAddress, { proved: loopback }],
  ['another address in SAN', addressed('192.0.2.1'), byAddress, 'address'],
  ['its address in CN only', made(loopback), byAddress, { proved: loopback }],
  ['another address in CN only', made('192.0.2.1'), byAddress, 'address'],
  ['no address at all', named('sip.example.com'), byAddress, { proved: 'sip.example.com', chainAlone: true }],
  ['serverAuth only, as a client', made('x.y', { usages: [serverAuth] }), caller, 'purpose'],
  ['serverAuth only, as a server', made('x.y', { usages: [serverAuth] }), { role: 'server' }, { proved: 'x.y' }],
  ['clientAuth only, as a client', made('x.y', { usages: [clientAuth] }), caller, { proved: 'x.y' }],
  ['clientAuth only, as a server', made('x.y', { usages: [clientAuth] }), { role: 'server' }, 'purpose'],
  ['no purpose, as a client', made('x.y'), caller, { proved: 'x.y' }],
  ['a chain over an intermediate CA', certificate('x.y', { issuer: middle }), caller, { proved: 'x.y' }],
  ['a SIP domain’s purpose, as a client', made('x.y', sip), caller, { proved: 'x.y' }],
  ['a SIP domain’s purpose, as a server', made('x.y', sip), { role: 'server' }, { proved: 'x.y' }],
  ['a CA for SIP domains above it', below(under(sip), sip), caller, { proved: 'x.y' }],
  ['a CA for any purpose above it', below(under({ usages: ['2.5.29.37.0'] }), sip), caller, { proved: 'x.y' }],
  ['a CA for mail only above it', below(under({ usages: [emailProtection] })), caller, 'purpose'],
  ['a CA for mail only above a SIP domain', below(under({ usages: [emailProtection] }), sip), caller, 'purpose'],
  [
    'a CA for clients only above it, as a server',
    below(under({ usages: [clientAuth] }), sip),
    { role: 'server' },
    'purpose',
  ],
  ['an unknown critical extension', made('x.y', { extensions: unknownCritical }), caller, 'chain'],
  ['one behind a purpose error', made('x.y', { ...sip, extensions: unknownCritical }), caller, 'chain'],
  ['one in its CA, behind a purpose error', below(under({ extensions: unknownCritical }), sip), caller, 'chain'],
  ['a certificate signed by no CA', below(made('y.z'), sip), caller, 'chain'],
  ['a CA that may not sign certificates', below(under({ keyUsage: 0x80 }), sip), caller, 'chain'],
  ['a CA that may', below(under({ keyUsage: 0x04 }), sip), caller, { proved: 'x.y' }],
  ['a CA too far down', below(authority('Low', { issuer: under({ pathLength: 0 }) }), sip), caller, 'chain'],
  [
    'a CA just far enough down',
    below(authority('Low', { issuer: under({ pathLength: 1 }) }), sip),
    caller,
    { proved: 'x.y' },
  ],
  [
    'name constraints beside a purpose of SIP',
    below(under({ extensions: onlyExampleOrg }), { ...sip, ...atExampleOrg }),
    caller,
    { proved: 'a.example.org' },
  ],
  [
    'a name that they forbid, beside a purpose of SIP',
    below(under({ extensions: onlyExampleOrg }), { ...sip, dnsNames: ['a.example.com'] }),
    caller,
    'chain',
  ],
  [
    'name constraints the library looked at',
    below(under({ extensions: onlyExampleOrg }), atExampleOrg),
    caller,
    { proved: 'a.example.org' },
  ],
  [
    'the right name by a stranger',
    certificate('x', { issuer: stranger, dnsNames: ['sip.example.com'] }),
    byName,
    'chain',
  ],
  ['the right name out of its time', made('x', { dnsNames: ['sip.example.com'], ...past }), byName, 'chain'],
  ['serverAuth only and out of its time, as a client', made('x', { usages: [serverAuth], ...past }), caller, 'chain'],
];
for (const [what, shown, expected, outcome] of rows) {
  test(`a live peer that shows ${what} is ${typeof outcome === 'string' ? `refused by the ${outcome} rule` : 'accepted'}`, async () => {
    const isServer = expected.role === 'server';
    const peers = await handshake(isServer ? shown : anybody, isServer ? anybody : shown);
    const logged = router.log.length;
    const verdict = await router.pki.judge(peers[expected.role], expected);
    if (typeof outcome === 'string') return assert.equal(verdict.accepted ? 'accepted' : verdict.rule, outcome);
    assert.ok(verdict.accepted);
    assert.deepEqual([verdict.provedName, verdict.trustpoint], [outcome.proved, 'TP']);
    const said = router.log.slice(logged).map(({ mnemonic }) => mnemonic);
    assert.deepEqual(said, outcome.chainAlone ? ['ADDRESS_NOT_NAMED'] : []);
  });
}

const yearMs = 365 * 86_400_000;

test('dates of a live peer go by the gateway’s clock, whatever the host’s made of them, in both directions', async () => {
  const lastYear = made('last.year', { notBefore: new Date(Date.now() - 2 * yearMs), notAfter: past.notAfter });
  const { client: old } = await handshake(anybody, lastYear);
  const { client: current } = await handshake(anybody, made('this.year'));
  const rule = async (peer: TlsPeer): Promise<string> => {
    const verdict = await router.pki.judge(peer, caller);
    return verdict.accepted ? 'accepted' : verdict.reason;
  };
  assert.deepEqual([old.chainError, current.chainError], ['CERT_HAS_EXPIRED', undefined]);
  assert.match(await rule(old), /cn=last\.year has expired/);
  router.clock.time += 40 * yearMs;
  assert.match(await rule(current), /cn=this\.year has expired \(CERT_HAS_EXPIRED\)$/);
  router.clock.time -= 40 * yearMs + 2 * hourMs;
  assert.equal(await rule(old), 'accepted');
  router.clock.time += 2 * hourMs;
});

const unnamed: [what: string, shown: TestCertificate, words: RegExp][] = [
  ['a chain through no CA', below(made('y.z')), /: issuer cn=y\.z is not a CA \(INVALID_CA\)$/],
  [
    'an unknown critical extension',
    made('x.y', { extensions: unknownCritical }),
    /: unknown critical extension 1\.2\.3\.4\.5 .*cn=x\.y \(/,
  ],
  [
    'a CA too far down',
    below(authority('Low', { issuer: under({ pathLength: 0 }) })),
    /: CA cn=Limited allows 0 CAs below it.*\(PATH_/,
  ],
  [
    'a name its CA may not give',
    below(under({ extensions: onlyExampleOrg }), { dnsNames: ['x.y'] }),
    /name constraints/,
  ],
  ['a certificate of yesterday', made('x.y', past), /: the certificate of cn=x\.y has expired \(CERT_HAS_EXPIRED\)$/],
  ['a certificate of a stranger', below(stranger), /: issuer not found for cn=x\.y \(UNABLE_TO_/],
];
for (const [what, shown, words] of unnamed) {
  test(`a live peer that shows ${what} is refused in words`, async () => {
    const { client } = await handshake(anybody, shown);
    const verdict = await router.pki.judge(client, caller);
    assert.match(verdict.accepted ? 'accepted' : verdict.reason, words);
    assert.match(verdict.accepted ? 'accepted' : verdict.reason, /^certificate verify failed: /);
  });
}
