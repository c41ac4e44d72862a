import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority, certificate } from '../../test/certificates.ts';
import { readPastedCa } from './paste.ts';

const now = Date.UTC(2026, 0, 10);
const validity = { notBefore: new Date(Date.UTC(2026, 0, 1)), notAfter: new Date(Date.UTC(2027, 0, 1)) };
const root = authority('Root', validity);
const sub = authority('Sub', { ...validity, issuer: root });
const leaf = certificate('leaf', { ...validity, issuer: root });
const old = authority('Old', { ...validity, notAfter: new Date(now) });

test('a CA that is pasted comes first, whatever the order, and a CA below another may stand alone', () => {
  for (const text of [root.pem + sub.pem, sub.pem + root.pem]) {
    const read = readPastedCa(text, now);
    assert.deepEqual(read.ok && read.value.map(({ der }) => der), [root.der, sub.der]);
  }
  assert.equal(readPastedCa(sub.pem, now).ok, true);
});

const faults: readonly (readonly [what: string, text: string, reason: RegExp])[] = [
  ['a certificate that is not one of a CA', leaf.pem, /^the certificate of cn=leaf is not one of a CA$/],
  ['a CA that is over', old.pem, /^the certificate of cn=Old expired on 2026-01-10$/],
  ['a control character in a name', authority('Ro\u0007ot', validity).pem, /character/],
  ['two authorities', root.pem + authority('Other', validity).pem, /^what was pasted does not name one CA$/],
  [
    'a stranger among them',
    root.pem + certificate('stranger').pem,
    /^what was pasted holds a certificate the CA did not issue$/,
  ],
  ['no certificate', 'hello, world', /^the text is not base64$/],
];
for (const [what, text, reason] of faults) {
  test(`a paste with ${what} is refused before anybody is asked, with the reason`, () => {
    const read = readPastedCa(text, now);
    assert.match(read.ok ? 'taken' : read.reason, reason);
  });
}
