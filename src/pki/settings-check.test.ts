import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CaServerSettings, ChainCertificate, PkiSettings, TrustpointSettings } from './settings.ts';
import { caServerDefaults, trustpointDefaults } from './settings.ts';
import { checkSettings } from './settings-check.ts';
import { TestRouter, unreachable } from './test-router.ts';

const empty: PkiSettings = { trustpoints: new Map(), chains: new Map(), servers: new Map() };
const enrolling = {
  ...trustpointDefaults.enrollment,
  method: { kind: 'url', url: 'http://ca', pem: false },
} as const;

function trustpoint(more: Partial<TrustpointSettings>): PkiSettings {
  return { ...empty, trustpoints: new Map([['CA', { name: 'CA', ...trustpointDefaults, ...more }]]) };
}

function server(more: Partial<CaServerSettings>, around: PkiSettings = empty): PkiSettings {
  return { ...around, servers: new Map([['CA', { name: 'CA', ...caServerDefaults, ...more }]]) };
}

function chain(...ders: readonly Buffer[]): PkiSettings {
  const entries: ChainCertificate[] = ders.map((der) => ({ kind: 'ca', serial: '01', der }));
  return { ...empty, chains: new Map([['CA', entries]]) };
}

const rows: [what: string, next: PkiSettings, said: RegExp | undefined][] = [
  ['nothing configured', empty, undefined],
  ['a trustpoint as it is made', trustpoint({}), undefined],
  ['a subject that is a name', trustpoint({ subjectName: 'cn=a, o=b' }), undefined],
  ['a subject that is none', trustpoint({ subjectName: 'rubbish' }), /^% Trustpoint CA: subject-name: /],
  ['a key label', trustpoint({ rsaKeyPair: { label: 'k', size: 1024 } }), undefined],
  ['a key nobody can make', trustpoint({ rsaKeyPair: { label: 'k', size: 512 } }), /^% Trustpoint CA: .*512 bits/],
  [
    'a label no file can bear',
    trustpoint({ rsaKeyPair: { label: 'k'.repeat(200) } }),
    /^% Trustpoint CA: bad key label/,
  ],
  ['a server', server({ shutdown: false, issuerName: 'cn=a' }), undefined],
  ['an issuer that is no name', server({ issuerName: 'a' }), /^% Certificate server CA: issuer-name: /],
  ['a server in its own trustpoint', server({ shutdown: false }, trustpoint({})), undefined],
  ['one that is shut down beside an enrolment', server({}, trustpoint({ enrollment: enrolling })), undefined],
  [
    'one whose trustpoint belongs to another authority',
    server({ shutdown: false }, trustpoint({ enrollment: enrolling })),
    /^% Trustpoint CA: .*enrols with another authority/,
  ],
  ['a certificate cut short', chain(Buffer.from('3082', 'hex')), /^% Certificate chain: certificate 01: /],
];
for (const [what, next, said] of rows) {
  test(`check: ${what} is ${said === undefined ? 'accepted' : 'refused, and it says why'}`, () => {
    const reason = checkSettings(empty, next, () => false);
    if (said === undefined) assert.equal(reason, undefined);
    else assert.match(reason ?? 'accepted', said);
  });
}

test('check: a fault that is there already does not stand in the way of another change', () => {
  const current = server({ shutdown: false }, trustpoint({ subjectName: 'rubbish', enrollment: enrolling }));
  const other = { name: 'other', ...trustpointDefaults };
  const next = { ...current, trustpoints: new Map([...current.trustpoints, ['other', other]]) };
  assert.equal(
    checkSettings(current, next, () => false),
    undefined,
  );
});

test('check: a chain longer than NVRAM gives back is refused', async () => {
  const { der } = (await new TestRouter().withServer('CA')).pki.authorities.report('CA')!.ca!;
  assert.equal(
    checkSettings(empty, chain(...Array<Buffer>(16).fill(der)), () => false),
    undefined,
  );
  assert.match(checkSettings(empty, chain(...Array<Buffer>(17).fill(der)), () => false) ?? '', /more than 16/);
});

const locked = '%Some server settings cannot be changed after CA certificate generation.';

test('check: the issuer-name of a CA that has its certificate cannot change, everything else can', async () => {
  const router = await new TestRouter().withServer('CA');
  const change = ({ pki, settings }: TestRouter, more: Partial<CaServerSettings>): string | undefined => {
    const one = { ...settings.servers.get('CA')!, ...more };
    return pki.check({ ...settings, servers: new Map([['CA', one]]) });
  };
  assert.equal(change(router, { issuerName: 'cn=new' }), locked);
  assert.equal(
    change(router, {
      grant: 'none',
      hash: 'sha512',
      lifetime: { ...caServerDefaults.lifetime, caCertificate: 9, certificate: 9 },
    }),
    undefined,
  );
  await router.withServer('CA', { shutdown: true });
  assert.equal(change(router, { issuerName: 'cn=new' }), locked);
  const again = new TestRouter(unreachable, router.files);
  again.settings = router.settings;
  await again.pki.start(again.settings);
  assert.equal(change(again, { issuerName: 'cn=new' }), locked, 'after a reload');
  assert.equal(
    change(await new TestRouter().withServer('CA', { shutdown: true }), { issuerName: 'cn=new' }),
    undefined,
  );
});

test('a CA whose configuration names it otherwise than its certificate shows the name of the certificate', async () => {
  const router = await new TestRouter().withServer('CA', { issuerName: 'CN=old, O=Lab' });
  assert.equal(router.pki.authorities.report('CA')?.issuerName, 'CN=old, O=Lab');
  const again = new TestRouter(unreachable, router.files);
  await again.pki.start(again.settings);
  await again.withServer('CA', { issuerName: 'CN=new' });
  assert.equal(again.pki.authorities.report('CA')?.ca?.serial, '01');
  assert.equal(again.pki.authorities.report('CA')?.issuerName, 'cn=old,o=Lab');
});
