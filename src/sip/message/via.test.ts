import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stampVia } from './print.ts';
import { parseVia } from './via.ts';

const via = (text: string) => parseVia(text, 0, text.length);

test('a Via is read with any blanks, case and address family', () => {
  for (const [text, transport, host, port, branch] of [
    ['SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1', 'UDP', '192.0.2.1', 5060, 'z9hG4bK1'],
    ['SIP / 2.0 / tls\t[2001:db8::9]:5061 ; Branch = z9hG4bK2 ; x="a;b,c"', 'TLS', '[2001:db8::9]', 5061, 'z9hG4bK2'],
    ['sip/2.0/sctp gw_1.example : 7;hidden', 'SCTP', 'gw_1.example', 7, undefined],
    ['SIP/2.0/TCP a;received=2001:db8::1, SIP/2.0/UDP b', 'TCP', 'a', undefined, undefined],
  ] as const) {
    const read = via(text);
    assert.deepEqual([read?.transport, read?.host, read?.port, read?.branch], [transport, host, port, branch], text);
  }
});

test('a Via offers its connection by the word alias alone, with no value', () => {
  for (const [text, isAlias] of [
    ['SIP/2.0/TLS gw.test;branch=a;alias', true],
    ['SIP/2.0/TLS gw.test ; ALIAS ; branch=a', true],
    ['SIP/2.0/TLS gw.test;branch=a', false],
    ['SIP/2.0/TLS gw.test;branch=a;alias=other.test', false],
    ['SIP/2.0/TLS gw.test;branch=a;aliases', false],
    ['SIP/2.0/TLS gw.test;branch=a;x="a;alias"', false],
    ['SIP/2.0/TLS gw.test;branch=a, SIP/2.0/TLS b;alias', false],
  ] as const) {
    assert.equal(via(text)?.isAlias, isAlias, text);
  }
});

test('a malformed Via is refused', () => {
  for (const text of [
    '',
    'SIP/2.0/UDP',
    'SIP/3.0/UDP h',
    'SIP/2.0 h',
    'SIP/2.0/UDP h:0',
    'SIP/2.0/UDP h:99999',
    'SIP/2.0/UDP h;',
    'SIP/2.0/UDP h;branch=',
    'SIP/2.0/UDP h;branch=a;branch=b',
    'SIP/2.0/UDP h;x="open',
    'SIP/2.0/UDP h;rport=0',
    'SIP/2.0/UDP h junk',
    'SIP/2.0/UDP [::1',
  ]) {
    assert.equal(via(text), undefined, text);
  }
});

test('received and rport tell the sender where it was heard, and only we may say so', () => {
  for (const [text, expected] of [
    ['SIP/2.0/UDP 192.0.2.1;branch=a', 'SIP/2.0/UDP 192.0.2.1;branch=a'],
    ['SIP/2.0/UDP gw;branch=a', 'SIP/2.0/UDP gw;branch=a;received=192.0.2.1'],
    ['SIP/2.0/UDP 192.0.2.1;rport;branch=a', 'SIP/2.0/UDP 192.0.2.1;branch=a;received=192.0.2.1;rport=5062'],
    ['SIP/2.0/UDP 192.0.2.1;received=6.6.6.6;branch=a', 'SIP/2.0/UDP 192.0.2.1;branch=a'],
    ['SIP/2.0/UDP gw;rport ; branch=a', 'SIP/2.0/UDP gw ; branch=a;received=192.0.2.1;rport=5062'],
    ['SIP/2.0/UDP gw;rport;received=6.6.6.6;branch=a', 'SIP/2.0/UDP gw;branch=a;received=192.0.2.1;rport=5062'],
    ['SIP/2.0/UDP gw;received=6.6.6.6;x;received=7.7.7.7', 'SIP/2.0/UDP gw;x;received=192.0.2.1'],
    ['SIP/2.0/UDP gw;x="a;rport";branch=a', 'SIP/2.0/UDP gw;x="a;rport";branch=a;received=192.0.2.1'],
  ] as const) {
    assert.equal(stampVia(via(text)!, '192.0.2.1', 5062), expected);
  }
});
