import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answered, headersSent, nothingIsLeft, pair } from './fake/pair.ts';

/** A request of the caller with a body and what the method asks for. */
interface Asked {
  readonly method: string;
  readonly headers?: readonly string[];
  readonly body?: string;
}

const dtmf = { headers: ['Content-Type: application/dtmf-relay'], body: 'Signal=5\r\nDuration=160\r\n' };
const asked: readonly (Asked & { readonly what: string; readonly status: number })[] = [
  { what: 'a REFER', method: 'REFER', headers: ['Refer-To: <sip:9002@10.0.0.9>'], status: 405 },
  { what: 'an INFO with a digit', method: 'INFO', ...dtmf, status: 405 },
  { what: 'an INFO without a body', method: 'INFO', status: 405 },
  { what: 'a SUBSCRIBE', method: 'SUBSCRIBE', headers: ['Event: refer', 'Expires: 60'], status: 405 },
  { what: 'a SUBSCRIBE to keys', method: 'SUBSCRIBE', headers: ['Event: kpml', 'Expires: 60'], status: 405 },
  { what: 'a MESSAGE', method: 'MESSAGE', headers: ['Content-Type: text/plain'], body: 'hello', status: 405 },
  { what: 'a PUBLISH', method: 'PUBLISH', headers: ['Event: presence', 'Expires: 60'], status: 405 },
  { what: 'a REGISTER', method: 'REGISTER', status: 405 },
  { what: 'a method of nobody', method: 'FROBNICATE', status: 405 },
  {
    what: 'a NOTIFY of a subscription that is not',
    method: 'NOTIFY',
    headers: ['Event: refer', 'Subscription-State: active'],
    status: 481,
  },
  {
    what: 'a NOTIFY with a digit',
    method: 'NOTIFY',
    headers: ['Event: telephone-event;rate=1000', 'Subscription-State: active', 'Content-Type: audio/telephone-event'],
    body: '\x05\x0a\x00\xa0',
    status: 481,
  },
];

type Tags = { readonly callId: string; readonly from: string; readonly to: string };

function request({ method, headers = [], body = '' }: Asked, { callId, from, to }: Tags): string {
  return [
    `${method} sip:9001@10.0.0.2:5060 SIP/2.0`,
    'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKother1',
    'Max-Forwards: 70',
    `From: ${from}`,
    `To: ${to}`,
    `Call-ID: ${callId}`,
    `CSeq: 900 ${method}`,
    'Contact: <sip:777@10.0.0.1:5060>',
    ...headers,
    `Content-Length: ${body.length}`,
    '',
    body,
  ].join('\r\n');
}

const nobody = { callId: 'other-1', from: '<sip:777@10.0.0.1>;tag=f1', to: '<sip:9001@10.0.0.2>' };
const allowed = 'INVITE, ACK, BYE, CANCEL, OPTIONS, UPDATE, PRACK';

for (const { what, status, ...one } of asked) {
  test(`${what} outside a dialog is answered ${status}${status === 405 ? ', with what is allowed,' : ''} and leaves nothing`, () => {
    const t = pair();
    t.east.agent.received(request(one, nobody), t.east.wire);
    assert.deepEqual(
      t.east.wire.sent.map((text) => text.slice(8, 11)),
      [String(status)],
    );
    assert.deepEqual(headersSent(t.east, 'SIP/2.0', 'Allow'), status === 405 ? [allowed] : []);
    nothingIsLeft(t);
  });

  test(`${what} in a call is answered ${status}, twice when it comes twice, and the call goes on`, () => {
    const t = pair();
    const { caller, called } = answered(t);
    const [callId = ''] = headersSent(t.west, 'INVITE', 'Call-ID');
    const [from = ''] = headersSent(t.west, 'INVITE', 'From');
    const [to = ''] = headersSent(t.east, 'SIP/2.0 200', 'To');
    const before = t.east.wire.sent.length;
    const text = request(one, { callId, from, to });
    for (let times = 0; times < 2; times++) t.east.agent.received(text, t.east.wire);
    const answers = t.east.wire.sent.slice(before);
    assert.deepEqual(
      answers.map((answer) => answer.slice(8, 11)),
      [String(status), String(status)],
    );
    assert.equal(answers[0], answers[1]);
    t.clock.advance(1000);
    assert.deepEqual([caller.session.state, called.session.state], ['confirmed', 'confirmed']);
    called.session.release();
    t.clock.advance(5);
    assert.equal(caller.heard.at(-1), 'ended bye');
    nothingIsLeft(t);
  });
}

test('OPTIONS in a call counts in its order, and a BYE ends the call whatever it carries', () => {
  const t = pair();
  const { caller, called } = answered(t);
  const [callId = ''] = headersSent(t.west, 'INVITE', 'Call-ID');
  const [from = ''] = headersSent(t.west, 'INVITE', 'From');
  const [to = ''] = headersSent(t.east, 'SIP/2.0 200', 'To');
  const answer = (method: string, sequence: number, more: Partial<Asked> = {}): string | undefined => {
    const text = request({ method, ...more }, { callId, from, to })
      .replace('CSeq: 900', `CSeq: ${sequence}`)
      .replace('z9hG4bKother1', `z9hG4bK${method}${sequence}`);
    t.east.agent.received(text, t.east.wire);
    return t.east.wire.sent.at(-1)?.slice(8, 11);
  };
  assert.deepEqual([answer('OPTIONS', 950), answer('OPTIONS', 940), answer('UPDATE', 949)], ['200', '500', '500']);
  assert.equal(answer('OPTIONS', 951, { headers: ['Content-Type: application/isup'], body: 'x' }), '415');
  assert.equal(answer('BYE', 952, { headers: ['Content-Type: application/isup'], body: 'x' }), '200');
  assert.equal(called.heard.at(-1), 'ended bye');
  caller.session.release();
  nothingIsLeft(t);
});
