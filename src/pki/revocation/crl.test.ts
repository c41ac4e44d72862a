import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { authority, certificate, type TestCertificate } from '../../../test/certificates.ts';
import { der, pointers, revocationList, type TestCrlOptions } from '../../../test/revocation.ts';
import { type Certificate, readCertificate } from '../certificate.ts';
import { type Crl, crlAnswer, crlFault, entriesFault, readCrl } from './crl.ts';

const now = Date.now();
const day = 86_400_000;
const url = 'http://crl.example.test/root.crl';
const root = authority('Root');
const stranger = authority('Stranger');
const good = certificate('good', { issuer: root, extensions: pointers({ crl: url }) });
const bad = certificate('bad', { issuer: root });
const times = { thisUpdate: now - 1000, nextUpdate: now + day };

function read({ der: bytes }: TestCertificate): Certificate {
  const found = readCertificate(bytes);
  assert.ok(found.ok);
  return found.value;
}

let paused = 0;
const pauses = async (): Promise<void> => {
  paused++;
};

/** What is thought of a list that `issuer` made, as one of Root's. */
async function thought(options: Partial<TestCrlOptions>, issuer = root, ca = root, held?: Crl): Promise<string> {
  const list = readCrl(revocationList(issuer, { revoked: [bad], ...times, ...options }));
  if (!list.ok) return list.reason;
  return crlFault(list.value, read(ca), now, held) ?? (await entriesFault(list.value, pauses)) ?? 'believed';
}

async function list(options: Partial<TestCrlOptions> = {}): Promise<Crl> {
  const found = readCrl(revocationList(root, { revoked: [bad], ...times, ...options }));
  assert.ok(found.ok, found.ok ? '' : found.reason);
  assert.equal(crlFault(found.value, read(root), now), undefined);
  assert.equal(await entriesFault(found.value, pauses), undefined);
  return found.value;
}

test('a CRL of the issuer says who is revoked, since when, and who is not', async () => {
  assert.equal(await thought({}), 'believed');
  const one = await list({ number: 77 });
  assert.deepEqual(one.issuer, ['cn=Root']);
  assert.equal(one.number, 77n);
  assert.deepEqual(crlAnswer(one, read(good), url), { state: 'good' });
  const answer = crlAnswer(one, read(bad), url);
  assert.equal(answer.state, 'revoked');
  assert.ok(answer.state === 'revoked' && Math.abs(answer.at - times.thisUpdate) < 1000);
  assert.deepEqual(
    [(await list({ revoked: [] })).revoked.size, (await list({ revoked: [bad, good] })).revoked.size],
    [0, 2],
  );
});

test('an RSA authority’s CRL is believed as an EC authority’s is', async () => {
  const rsa = authority('RSA Root', { key: 'rsa' });
  assert.equal(await thought({}, rsa, rsa), 'believed');
});

const points = (tag: string, content: string): string =>
  der(0x30, der(Number.parseInt(tag, 16), content)).toString('hex');
const pointOf = (text: string): string => der(0xa0, der(0x86, Buffer.from(text))).toString('hex');

const unbelieved: readonly [what: string, options: Partial<TestCrlOptions>, words: RegExp][] = [
  ['of the future', { thisUpdate: now + 3_600_000 }, /of the future/],
  ['out of date', { nextUpdate: now - 3_600_000 }, /out of date/],
  [
    'an unknown critical extension',
    { extensions: [['2a0304', true, '0500']] },
    /unknown critical extension 1\.2\.3\.4/,
  ],
  ['an unknown critical extension of an entry', { entryExtensions: [['2a0304', true, '0500']] }, /critical entry/],
  ['a certificate issuer in an entry', { entryExtensions: [['551d1d', true, '3000']] }, /critical entry/],
  ['the mark of a delta CRL', { extensions: [['551d1b', true, '020101']] }, /delta/],
  ['the mark of an indirect CRL', { extensions: [['551d1c', true, points('84', 'ff')]] }, /indirect/],
  ['some reasons only', { extensions: [['551d1c', true, points('83', '0640')]] }, /some reasons/],
  ['attribute certificates only', { extensions: [['551d1c', true, points('85', 'ff')]] }, /attribute/],
  ['an extension twice', { extensions: [['551d14', false, '020101']] }, /cannot be decoded/],
];
for (const [what, options, words] of unbelieved) {
  test(`a CRL with ${what} is not believed`, async () => {
    assert.match(await thought(options), words);
  });
}

test('a CRL that does not say when the next is due is not believed', async () => {
  const bare = readCrl(revocationList(root, { thisUpdate: now }));
  assert.match(bare.ok ? 'believed' : bare.reason, /when the next one is due/);
});

test('what an authority knows stays in force: an unknown extension that is not critical, a reason, a clock five minutes off', async () => {
  assert.equal(await thought({ extensions: [['2a0304', false, '0500']] }), 'believed');
  assert.equal(await thought({ entryExtensions: [['551d15', false, '0a0101']] }), 'believed');
  assert.equal(await thought({ thisUpdate: now + 240_000 }), 'believed');
  assert.equal(await thought({ nextUpdate: now - 240_000 }), 'believed');
});

test('a CRL signed by another key, of another authority, or by a CA that may not sign CRLs is not believed', async () => {
  assert.match(await thought({}, stranger), /it is the CRL of cn=Stranger/);
  const twin = authority('Root');
  assert.match(await thought({}, twin), /signature is wrong/);
  const noSigner = authority('Root', { keyUsage: 0x04 });
  assert.match(await thought({}, noSigner, noSigner), /does not allow signing CRLs/);
  const signer = authority('Root', { keyUsage: 0x06 });
  assert.equal(await thought({}, signer, signer), 'believed');
});

test('numbers and dates only go up', async () => {
  const held = await list({ number: 5 });
  assert.match(await thought({ number: 4 }, root, root, held), /older/);
  assert.match(await thought({ number: 6, thisUpdate: now - day }, root, root, held), /older/);
  assert.equal(await thought({ number: 5 }, root, root, held), 'believed');
  assert.equal(await thought({ number: 6, thisUpdate: now }, root, root, held), 'believed');
});

test('a CRL speaks within its distribution point only', async () => {
  const scoped = (value: string): Promise<Crl> => list({ extensions: [['551d1c', true, value]] });
  const users = await scoped(points('81', 'ff'));
  const authorities = await scoped(points('82', 'ff'));
  assert.equal(crlAnswer(users, read(good), url).state, 'good');
  assert.equal(crlAnswer(users, read(root), url).state, 'silent');
  assert.equal(crlAnswer(authorities, read(good), url).state, 'silent');
  assert.equal(crlAnswer(authorities, read(root), url).state, 'good');
  const other = await scoped(der(0x30, der(0xa0, pointOf('http://crl.example.test/other.crl'))).toString('hex'));
  assert.equal(crlAnswer(other, read(good), url).state, 'silent');
  const same = await scoped(der(0x30, der(0xa0, pointOf(url))).toString('hex'));
  assert.equal(crlAnswer(same, read(good), 'http://mirror.example.test/').state, 'good');
});

test('a CRL of fifty thousand entries is read, one beyond the bound is not', async () => {
  const entries: TestCertificate[] = Array(50_000).fill(bad);
  paused = 0;
  assert.equal((await list({ revoked: [...entries, good] })).revoked.size, 2);
  assert.equal(paused, 25, 'others work in between');
  const large = readCrl(Buffer.alloc(4 * 1024 * 1024 + 1, 0x30));
  assert.match(large.ok ? '' : large.reason, /larger than/);
});

test('a CRL changed in any place, cut or lengthened, or any bytes at all give a value or a reason, and never a belief in what was changed', async () => {
  const bytes = revocationList(root, { revoked: [bad], ...times });
  const whole = await list();
  const ca = read(root);
  const changes = fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }));
  await fc.assert(
    fc.asyncProperty(changes, async ([at, by]) => {
      const changed: Buffer = Buffer.from(bytes);
      changed[at] = changed[at]! ^ by;
      const found = readCrl(changed);
      if (!found.ok || crlFault(found.value, ca, now) !== undefined) return;
      if ((await entriesFault(found.value, pauses)) === undefined) {
        // An ECDSA signature has more than one spelling; what was signed has not.
        assert.ok(found.value.tbs.equals(whole.tbs) || changed.subarray(0, at).includes(found.value.tbs));
        assert.equal(found.value.revoked.size, 1);
      }
    }),
    { numRuns: 2000 },
  );
  fc.assert(fc.property(fc.nat(bytes.length - 1), (length) => !readCrl(bytes.subarray(0, length)).ok));
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
      assert.equal(readCrl(Buffer.from(noise)).ok, false);
      assert.equal(readCrl(Buffer.concat([bytes, Buffer.from(noise)])).ok, noise.length === 0);
    }),
  );
});
