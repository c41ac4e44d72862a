import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage, type SipRequest, type SipResponse } from '../message/index.ts';
import { intervalHeaders, intervalOf, intervalTimes, judgeInterval, readSessionExpires } from './session-interval.ts';

const head = (start: string, lines: readonly string[]): string =>
  [
    start,
    'Via: SIP/2.0/UDP 10.0.0.2;branch=z9hG4bK1',
    'From: <sip:2@10.0.0.2>;tag=a',
    'To: <sip:1@10.0.0.1>',
    'Call-ID: c',
    'CSeq: 1 INVITE',
    ...lines,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');

function invite(...lines: readonly string[]): SipRequest {
  const message = parseMessage(head('INVITE sip:1@10.0.0.1 SIP/2.0', lines));
  assert.ok(message.kind === 'request');
  return message;
}

function ok(...lines: readonly string[]): SipResponse {
  const message = parseMessage(head('SIP/2.0 200 OK', lines));
  assert.ok(message.kind === 'response');
  return message;
}

test('Session-Expires is read with its refresher, whole or not at all', () => {
  const cases = [
    ['90', { seconds: 90, refresher: undefined }],
    ['1800;refresher=uac', { seconds: 1800, refresher: 'uac' }],
    ['1800 ; x=y ; Refresher = UAS', { seconds: 1800, refresher: 'uas' }],
    ['1800;refresher=nobody', { seconds: 1800, refresher: undefined }],
    ['', undefined],
    ['-1', undefined],
    ['90 seconds', undefined],
    ['99999999999', undefined],
  ] as const;
  for (const [text, expected] of cases) assert.deepEqual(readSessionExpires(text), expected, text);
  assert.equal(readSessionExpires(undefined), undefined);
});

test('what a caller asks for is taken, lowered, or refused as too small; who cannot refresh is refreshed', () => {
  const policy = { minSe: 300, sessionExpires: 1800 };
  const timer = 'Supported: timer';
  const cases = [
    [[timer], { seconds: 1800, refresher: 'uac', isShared: true }],
    [[timer, 'Session-Expires: 600'], { seconds: 600, refresher: 'uac', isShared: true }],
    [['k: 100rel,Timer', 'x: 600;refresher=uas'], { seconds: 600, refresher: 'uas', isShared: true }],
    [[timer, 'Session-Expires: 7200'], { seconds: 1800, refresher: 'uac', isShared: true }],
    [[timer, 'Session-Expires: 7200', 'Min-SE: 3600'], { seconds: 3600, refresher: 'uac', isShared: true }],
    [[timer, 'Min-SE: 2400'], { seconds: 2400, refresher: 'uac', isShared: true }],
    [[timer, 'Session-Expires: 299'], 'too small'],
    [[], { seconds: 1800, refresher: 'uas', isShared: false }],
    // A proxy put it in: its caller could not understand a 422.
    [['Session-Expires: 100'], { seconds: 100, refresher: 'uas', isShared: false }],
    [['Session-Expires: 10'], { seconds: 90, refresher: 'uas', isShared: false }],
  ] as const;
  for (const [lines, expected] of cases)
    assert.deepEqual(judgeInterval(invite(...lines), policy), expected, lines.join());
});

test('a 2xx says what holds, and without Session-Expires that only we watch', () => {
  assert.deepEqual(intervalOf(ok('Session-Expires: 300;refresher=uas'), 1800), {
    seconds: 300,
    refresher: 'uas',
    isShared: true,
  });
  assert.deepEqual(intervalOf(ok('Session-Expires: 1'), 1800), { seconds: 90, refresher: 'uac', isShared: true });
  assert.deepEqual(intervalOf(ok(), 1800), { seconds: 1800, refresher: 'uac', isShared: false });
});

test('the answer names the refresher, and demands timers of a caller who is to refresh', () => {
  assert.deepEqual(intervalHeaders({ seconds: 90, refresher: 'uac', isShared: true }), [
    'Require: timer',
    'Session-Expires: 90;refresher=uac',
  ]);
  assert.deepEqual(intervalHeaders({ seconds: 90, refresher: 'uas', isShared: true }), [
    'Session-Expires: 90;refresher=uas',
  ]);
});

test('a session is refreshed at half its interval and ended a third of it, or 32 seconds, before its end', () => {
  assert.deepEqual(intervalTimes(90), { refreshMs: 45_000, endMs: 60_000 });
  assert.deepEqual(intervalTimes(1800), { refreshMs: 900_000, endMs: 1_768_000 });
});
