import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseAddressList, parseNameAddress } from './name-address.ts';

test('addresses are read in both forms', () => {
  for (const [text, display, uri, tag] of [
    ['"A \\"B\\" <x>" <sip:a@h;x=1>;tag=t', 'A "B" <x>', 'sip:a@h;x=1', 't'],
    ['Anna B <sip:a@h>', 'Anna B', 'sip:a@h', undefined],
    ['sip:a@h;tag=t', '', 'sip:a@h', 't'],
    ['<sip:a@h> ; q=0.5 ; TAG = t2', '', 'sip:a@h', 't2'],
    ['<sip:a@h;tag=no>', '', 'sip:a@h;tag=no', undefined],
    ['<sip:a@h>;x=";tag=no";tag=yes', '', 'sip:a@h', 'yes'],
    ['tel:+1;tag=t', '', 'tel:+1', 't'],
  ] as const) {
    const read = parseNameAddress(text);
    assert.deepEqual([read?.display, read?.uri, read?.tag], [display, uri, tag], text);
    assert.equal(read?.text, text);
  }
});

test('malformed addresses are refused', () => {
  for (const text of [
    '',
    '<>',
    '<sip:a@h',
    '"open <sip:a@h>',
    '"a" sip:a@h',
    '<sip:a@h>;',
    '<sip:a@h>;tag=',
    '<sip:a@h> x',
  ]) {
    assert.equal(parseNameAddress(text), undefined, text);
  }
});

test('a comma divides a list only outside quotes and brackets, and the list has a bound', () => {
  const text = '"a,b" <sip:x,y@h>, <sip:b@h>;q=1 ,sip:c@h';
  const uris = (most: number) => parseAddressList(text, 0, text.length, most)?.map((address) => address.uri);
  assert.deepEqual(uris(3), ['sip:x,y@h', 'sip:b@h', 'sip:c@h']);
  assert.equal(uris(2), undefined);
  assert.equal(parseAddressList('<sip:a@h>,', 0, 10, 9), undefined);
});
