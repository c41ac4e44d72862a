import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TransportName } from '../settings.ts';
import { headersSent, nothingIsLeft, pair, sent } from './fake/pair.ts';

function invite(transport: TransportName, number: number): string {
  return [
    'INVITE sip:9001@10.0.0.2:5060 SIP/2.0',
    `Via: SIP/2.0/${transport.toUpperCase()} 10.0.0.1:5060;branch=z9hG4bKflood${number}`,
    'Max-Forwards: 70',
    `From: <sip:777@10.0.0.1>;tag=f${number}`,
    'To: <sip:9001@10.0.0.2>',
    `Call-ID: flood-${number}`,
    'CSeq: 1 INVITE',
    'Contact: <sip:777@10.0.0.1:5060>',
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n');
}

/** Two hundred calls in two seconds reach a gateway that rests, or never does. Returns how many were refused. */
function flood(transport: TransportName, rests: boolean) {
  const t = pair(transport, [], (clock) => (rests ? clock.monotonic() : 0));
  for (let number = 0; number < 200; number++) {
    t.east.agent.received(invite(transport, number), t.east.wire);
    t.clock.advance(10);
  }
  const refused = sent(t.east).filter((line) => line === 'SIP/2.0 503 Service Unavailable').length;
  return { t, refused };
}

test('without a rest more and more calls over UDP are refused, each at once and with when to try again, and some are taken', () => {
  const { t, refused } = flood('udp', false);
  assert.ok(refused > 100 && refused < 180, `${refused}`);
  assert.equal(t.east.calls.length, 200 - refused);
  assert.equal(t.east.agent.counters().busyRefusals, refused);
  assert.equal(headersSent(t.east, 'SIP/2.0 503', 'Retry-After').length, refused);
  assert.equal(t.east.log.filter((line) => line.startsWith('OVERLOAD')).length, 1);
  assert.equal(t.east.agent.transactionCount, t.east.calls.length);
  for (const { leg } of t.east.calls) leg.session.release(486);
  nothingIsLeft(t);
});

for (const [title, transport, rests] of [
  ['with rests every call is taken', 'udp', true],
  ['over a connection every call is taken, since its sender is held back', 'tcp', false],
] as const) {
  test(title, () => {
    const { t, refused } = flood(transport, rests);
    assert.deepEqual([refused, t.east.calls.length], [0, 200]);
    for (const { leg } of t.east.calls) leg.session.release(486);
    nothingIsLeft(t);
  });
}
