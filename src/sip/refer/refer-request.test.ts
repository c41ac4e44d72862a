import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage, type SipRequest } from '../message/index.ts';
import { readRefer, readReplaces, readSipfrag } from './index.ts';
import { printSipfrag } from './sipfrag.ts';

function refer(...headers: readonly string[]): SipRequest {
  const message = parseMessage(
    [
      'REFER sip:9001@10.0.0.2 SIP/2.0',
      'Via: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bK1',
      'From: <sip:777@10.0.0.1>;tag=a',
      'To: <sip:9001@10.0.0.2>;tag=b',
      'Call-ID: one',
      'CSeq: 2 REFER',
      'Max-Forwards: 70',
      ...headers,
      'Content-Length: 0',
      '',
      '',
    ].join('\r\n'),
  );
  assert.equal(message.kind, 'request');
  return message as SipRequest;
}

const readable: readonly (readonly [string, string, string | undefined])[] = [
  ['Refer-To: <sip:9002@10.0.0.9>', '9002', undefined],
  ['r: "Ann, upstairs" <sip:9002@[2001:db8::1]:5070;transport=tcp>', '9002', undefined],
  ['Refer-To: sip:9002@10.0.0.9', '9002', undefined],
  ['Refer-To: <tel:+49-30-9002>', '+49309002', undefined],
  ['Refer-To: <sip:9%30%302@10.0.0.9;method=INVITE>', '9002', undefined],
  ['Refer-To: <sip:9002@h?Replaces=x%40y%3Bto-tag%3D1%3Bfrom-tag%3D2&Require=replaces>', '9002', 'x@y'],
  ['Refer-To: <sip:9002@h?Subject=hello>', '9002', undefined],
];

for (const [line, called, replaced] of readable) {
  test(`${line} leads to ${called}`, () => {
    const read = readRefer(refer(line));
    assert.ok(read.kind === 'refer', JSON.stringify(read));
    assert.deepEqual([read.called, read.replaces?.callId], [called, replaced]);
  });
}

const unusable: readonly (readonly [string, readonly string[], number])[] = [
  ['without Refer-To', [], 400],
  ['with two', ['Refer-To: <sip:1@h>', 'Refer-To: <sip:2@h>'], 400],
  ['with two in one line', ['Refer-To: <sip:1@h>, <sip:2@h>'], 400],
  ['with headers and no brackets', ['Refer-To: sip:1@h?Replaces=x'], 400],
  ['with an open bracket', ['Refer-To: <sip:1@h'], 400],
  ['with a broken URI', ['Refer-To: <sip:@>'], 400],
  ['with a URI beyond all bounds', [`Refer-To: <sip:${'1'.repeat(2000)}@h>`], 400],
  ['to a web page', ['Refer-To: <http://example.com/>'], 416],
  ['that wants a BYE sent', ['Refer-To: <sip:1@h;method=BYE>'], 501],
  ['to a host without a number', ['Refer-To: <sip:h>'], 484],
  ['with a broken Replaces', ['Refer-To: <sip:1@h?Replaces=x>'], 400],
  ['with two Replaces', ['Refer-To: <sip:1@h?Replaces=x%3Bto-tag%3D1%3Bfrom-tag%3D2&Replaces=y>'], 400],
  ['with two referrers', ['Refer-To: <sip:1@h>', 'Referred-By: <sip:a@h>', 'Referred-By: <sip:b@h>'], 400],
];

for (const [what, lines, status] of unusable) {
  test(`a REFER ${what} is answered with ${status}`, () => {
    const read = readRefer(refer(...lines));
    assert.equal(read.kind === 'unusable' ? read.status : 'used', status);
  });
}

test('who refers is kept without what points into the body, and so is the wish to hear nothing', () => {
  const read = readRefer(
    refer('Refer-To: <sip:1@h>', 'Referred-By: "A" <sip:a@h>;cid="2@h"', 'Refer-Sub: false', 'Supported: norefersub'),
  );
  assert.ok(read.kind === 'refer');
  assert.deepEqual([read.referredBy, read.wantsNotify], ['"A" <sip:a@h>', false]);
});

test('Replaces names one dialog by its Call-ID and both tags, and says so once', () => {
  const read = readReplaces(' 98@h ; from-tag=f;to-tag=t;early-only ');
  assert.deepEqual(read, { callId: '98@h', toTag: 't', fromTag: 'f', earlyOnly: true });
  const broken = [
    '',
    ';to-tag=1;from-tag=2',
    'x;to-tag=1',
    'x;to-tag=1;from-tag=2;to-tag=3',
    'x, y;to-tag=1;from-tag=2',
  ];
  for (const value of broken) assert.equal(readReplaces(value), undefined, value);
});

test('a status line is all that is read of a sipfrag, and all that is written', () => {
  assert.equal(printSipfrag(486), 'SIP/2.0 486 Busy Here\r\n');
  assert.equal(readSipfrag(printSipfrag(183)), 183);
  assert.equal(readSipfrag('SIP/2.0 200'), 200);
  for (const body of ['', 'SIP/2.0 20', 'SIP/2.0 2000', 'INVITE sip:a SIP/2.0', 'SIP/2.0 700 X'])
    assert.equal(readSipfrag(body), undefined);
});
