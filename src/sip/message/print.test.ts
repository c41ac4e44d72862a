import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { SipRequest, SipResponse } from './message.ts';
import { parseMessage } from './parse.ts';
import { cancelFields, printFailureAck, printRequest, type RequestFields, Responder } from './print.ts';
import { countLineEnds, loadText } from './scan.ts';

const invite: RequestFields = {
  method: 'INVITE',
  uri: 'sip:b@h',
  via: 'SIP/2.0/UDP gw;branch=z9hG4bK1;rport',
  maxForwards: 70,
  from: '<sip:a@h>;tag=f',
  to: '<sip:b@h>',
  callId: 'c',
  cseqNumber: 5,
  routes: ['<sip:r;lr>'],
  contact: '<sip:a@gw>',
  body: 'v=0\r\n\xe4',
};
const source = { host: '192.0.2.7', port: 5099 };

test('a request is written in full', () => {
  assert.equal(
    printRequest(invite),
    'INVITE sip:b@h SIP/2.0\r\nVia: SIP/2.0/UDP gw;branch=z9hG4bK1;rport\r\nRoute: <sip:r;lr>\r\nMax-Forwards: 70\r\n' +
      'From: <sip:a@h>;tag=f\r\nTo: <sip:b@h>\r\nCall-ID: c\r\nCSeq: 5 INVITE\r\nContact: <sip:a@gw>\r\n' +
      'Content-Type: application/sdp\r\nContent-Length: 6\r\n\r\nv=0\r\n\xe4',
  );
});

test('a response copies every Via, tells where the request came from, and has our tag and the route', () => {
  const text = printRequest({ ...invite, headers: ['Via: SIP/2.0/UDP far', 'Record-Route: <sip:p;lr>'] });
  const responder = new Responder(parseMessage(text) as SipRequest, source);
  const lines = (status: number) => responder.print(status, { toTag: 't', headers: ['X: y'] }).split('\r\n');
  const common = [
    'Via: SIP/2.0/UDP gw;branch=z9hG4bK1;received=192.0.2.7;rport=5099',
    'Via: SIP/2.0/UDP far',
    'From: <sip:a@h>;tag=f',
  ];
  const end = ['X: y', 'Content-Length: 0', '', ''];
  const middle = ['Call-ID: c', 'CSeq: 5 INVITE'];
  assert.deepEqual(lines(100), ['SIP/2.0 100 Trying', ...common, 'To: <sip:b@h>', ...middle, ...end]);
  const tagged = [...common, 'To: <sip:b@h>;tag=t', ...middle];
  assert.deepEqual(lines(180), ['SIP/2.0 180 Ringing', ...tagged, 'Record-Route: <sip:p;lr>', ...end]);
  assert.deepEqual(lines(486), ['SIP/2.0 486 Busy Here', ...tagged, ...end]);
});

test('the rest of a Via line that holds several is kept', () => {
  const request = parseMessage(
    printRequest({ ...invite, via: `${invite.via} , SIP/2.0/TCP x;branch=2` }),
  ) as SipRequest;
  const response = parseMessage(new Responder(request, source).print(200)) as SipResponse;
  assert.deepEqual(response.headers('Via'), [
    'SIP/2.0/UDP gw;branch=z9hG4bK1;received=192.0.2.7;rport=5099 , SIP/2.0/TCP x;branch=2',
  ]);
});

test('the ACK to a failure and the CANCEL stay in the transaction of the INVITE', () => {
  const busy = parseMessage(
    new Responder(parseMessage(printRequest(invite)) as SipRequest, source).print(486, { toTag: 't' }),
  ) as SipResponse;
  for (const [text, method, toTag] of [
    [printFailureAck(invite, busy), 'ACK', 't'],
    [printRequest(cancelFields(invite)), 'CANCEL', undefined],
  ] as const) {
    const read = parseMessage(text) as SipRequest;
    assert.deepEqual(
      [read.method, read.cseqMethod, read.cseqNumber, read.topVia.branch, read.toTag, read.routes.length, read.body],
      [method, method, 5, 'z9hG4bK1', toTag, 1, ''],
    );
  }
});

test('no value can bring a line or a control character into a message', () => {
  for (const evil of ['a\r\nX: y', 'a\n', 'a\r', 'a\0', 'a\x1b[m', 'a\x7f', 'a\u010a', 'a\r\n\r\nbody']) {
    for (const field of ['method', 'uri', 'via', 'from', 'to', 'callId', 'contact', 'contentType'] as const) {
      assert.throws(() => printRequest({ ...invite, [field]: evil }), TypeError, `${field} ${JSON.stringify(evil)}`);
    }
    assert.throws(() => printRequest({ ...invite, headers: [`X: ${evil}`] }), TypeError);
    const responder = new Responder(parseMessage(printRequest(invite)) as SipRequest, source);
    for (const field of ['toTag', 'reason', 'contact'] as const) {
      assert.throws(() => responder.print(200, { [field]: evil }), TypeError);
    }
  }
});

test('no request, however malformed, brings a line or a control character into its response', () => {
  const text = printRequest({ ...invite, headers: ['Via: SIP/2.0/UDP far', 'Record-Route: <sip:p;lr>', 'X: y'] });
  const insert = fc.constantFrom(
    '\r\n',
    '\r',
    '\n',
    '\0',
    '\x7f',
    '\x1b[m',
    '\u010a',
    '\r\n ',
    '\r\nX: y\r\n',
    '"',
    '\t',
    ';rport',
  );
  const known = /^(SIP\/2.0|Via|From|To|Call-ID|CSeq|Record-Route|Contact|Content-Length)\b/;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(), insert), { maxLength: 3 }), (changes) => {
      const changed = changes.reduce((before, [at, what]) => {
        const start = at % before.length;
        return before.slice(0, start) + what + before.slice(start);
      }, text);
      const parsed = parseMessage(changed);
      const request = parsed.kind === 'failure' ? parsed.request : parsed.kind === 'request' ? parsed : undefined;
      if (request === undefined) return;
      const head = new Responder(request, source).print(200, { toTag: 't', contact: '<sip:c>' }).slice(0, -4);
      for (const line of head.split('\r\n')) {
        assert.match(line, known);
        assert.equal(countLineEnds(loadText(line)), 0, JSON.stringify(line));
      }
    }),
    { numRuns: 3000 },
  );
});

test('an address that is none brings no control character into a response', () => {
  const request = parseMessage(printRequest(invite)) as SipRequest;
  assert.throws(() => new Responder(request, { host: '192.0.2.1\r\nX: y', port: 5060 }), TypeError);
});
