import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type SipSettings, sipDefaults } from '../settings.ts';
import { answered, headersSent, nothingIsLeft, pair, sent } from './fake/pair.ts';

for (const transport of ['udp', 'tcp', 'tls'] as const) {
  test(`a call over ${transport} rings, is answered and is ended by the caller`, () => {
    const t = pair(transport);
    const { caller, called } = answered(t);
    assert.deepEqual(caller.heard, ['progressed 180 -', 'answered answer']);
    assert.equal(t.east.calls[0]!.invite.sdp, 'offer');
    assert.equal(t.east.calls[0]!.invite.calling, '777');
    assert.equal(t.east.calls[0]!.invite.called, '9001');
    assert.equal(called.session.state, 'confirmed');
    caller.session.release();
    t.clock.advance(5);
    assert.deepEqual(called.heard, ['ended bye']);
    assert.deepEqual(sent(t.west), [
      `INVITE sip:9001@10.0.0.2:${transport === 'tls' ? '5061' : '5060'} SIP/2.0`,
      `PRACK sip:9001@10.0.0.2:5060${transport === 'udp' ? '' : `;transport=${transport}`} SIP/2.0`,
      `ACK sip:9001@10.0.0.2:5060${transport === 'udp' ? '' : `;transport=${transport}`} SIP/2.0`,
      `BYE sip:9001@10.0.0.2:5060${transport === 'udp' ? '' : `;transport=${transport}`} SIP/2.0`,
    ]);
    assert.deepEqual(sent(t.east), [
      'SIP/2.0 100 Trying',
      'SIP/2.0 180 Ringing',
      'SIP/2.0 200 OK',
      'SIP/2.0 200 OK',
      'SIP/2.0 200 OK',
    ]);
    nothingIsLeft(t);
  });
}

for (const isOver of [false, true]) {
  const when = isOver ? 'after the call is over' : 'during the call';
  test(`a 2xx that comes again ${when} is acknowledged again, one of another branch also ended`, () => {
    const t = pair('tcp');
    const { caller } = answered(t);
    if (isOver) caller.session.release();
    t.clock.advance(5);
    const ok = t.east.wire.sent.find((text) => text.startsWith('SIP/2.0 200') && text.includes('INVITE'))!;
    const before = t.west.wire.sent.length;
    t.west.agent.received(ok, t.west.wire);
    t.west.agent.received(ok.replace(/^(To: .*;tag=).*\r$/m, '$1another\r'), t.west.wire);
    const late = t.west.wire.sent.slice(before);
    assert.deepEqual(
      late.map((text) => [text.split(' ')[0], text.includes(';tag=another')]),
      [
        ['ACK', false],
        ['ACK', true],
        ['BYE', true],
      ],
    );
    caller.session.release();
    nothingIsLeft(t);
  });
}

test('the called side may end the call', () => {
  const t = pair('tcp');
  const { caller, called } = answered(t);
  called.session.release();
  t.clock.advance(5);
  assert.deepEqual(caller.heard.at(-1), 'ended bye');
  nothingIsLeft(t);
});

test('a refusal carries its status to the caller and is acknowledged', () => {
  const t = pair();
  const caller = t.call();
  t.clock.advance(5);
  t.east.calls[0]!.leg.session.release(486);
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 486 Busy Here']);
  assert.ok(sent(t.west).includes('ACK sip:9001@10.0.0.2:5060 SIP/2.0'));
  nothingIsLeft(t);
});

test('a caller who hangs up while it rings sends CANCEL, and both legs end once', () => {
  const t = pair();
  const caller = t.call();
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  called.session.progress(180);
  t.clock.advance(5);
  caller.session.release();
  t.clock.advance(5);
  assert.deepEqual(called.heard, ['ended cancelled']);
  assert.equal(caller.heard.at(-1)?.startsWith('failed 487'), true);
  nothingIsLeft(t);
});

test('a CANCEL that crosses the answer ends the call with BYE', () => {
  const t = pair();
  const caller = t.call();
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  called.session.progress(180);
  t.clock.advance(5);
  called.session.answer('answer');
  caller.session.release();
  t.clock.advance(10);
  assert.deepEqual(called.heard, ['ended bye']);
  assert.equal(caller.heard.at(-1)?.startsWith('failed 487'), true);
  nothingIsLeft(t);
});

test('an INVITE that nobody answers is sent seven times and fails with 408', () => {
  const t = pair();
  t.west.wire.drops = () => true;
  const caller = t.call();
  t.clock.advance(40_000);
  assert.equal(sent(t.west).length, 7);
  assert.deepEqual(caller.heard, ['failed 408 Request Timeout']);
  nothingIsLeft(t);
});

test('a lost 200 is repeated until its ACK arrives', () => {
  const t = pair();
  let losses = 2;
  t.east.wire.drops = (text) => text.includes('INVITE') && text.startsWith('SIP/2.0 200') && losses-- > 0;
  const caller = t.call();
  t.clock.advance(5);
  const called = t.east.calls[0]!.leg;
  called.session.answer('answer');
  t.clock.advance(3000);
  assert.deepEqual(caller.heard, ['answered answer']);
  assert.equal(called.session.state, 'confirmed');
  caller.session.release();
  nothingIsLeft(t);
});

test('an answer that is never acknowledged ends the call with BYE', () => {
  const t = pair();
  t.west.wire.drops = (text) => text.startsWith('ACK');
  const { called } = answered(t);
  t.clock.advance(40_000);
  assert.deepEqual(called.heard, ['ended no-ack']);
  assert.ok(sent(t.east).some((line) => line.startsWith('BYE')));
  nothingIsLeft(t);
});

test('a call whose connection breaks and cannot be opened again is lost on both sides', () => {
  const t = pair('tls');
  const { caller, called } = answered(t);
  t.breakWay();
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'ended lost');
  assert.equal(called.heard.at(-1), 'ended lost');
  assert.ok(t.west.log[0]?.startsWith('CALL_LOST'));
  nothingIsLeft(t);
});

test('a call that is not yet answered fails with 503 when its connection breaks', () => {
  const t = pair('tcp');
  const caller = t.call();
  t.clock.advance(5);
  t.breakWay();
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 503 Connection lost']);
  assert.deepEqual(t.east.calls[0]!.leg.heard, ['ended lost']);
  nothingIsLeft(t);
});

test('a call to a place that cannot be reached fails with 503, and not before invite returns', () => {
  const t = pair('tcp');
  t.west.wire.open = false;
  const caller = t.call();
  assert.deepEqual(caller.heard, []);
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 503 refused']);
  nothingIsLeft(t);
});

/** Promises of names settle; no time passes. */
async function answersCame(): Promise<void> {
  for (let turn = 0; turn < 32; turn++) await undefined;
}

test('a name is resolved, and an unknown one fails with 503', async () => {
  const t = pair('tcp');
  const caller = t.call({ target: { kind: 'dns', host: 'nowhere.test' } });
  await answersCame();
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 503 no such name']);
  nothingIsLeft(t);
});

test('a later offer is answered by the other side, acknowledged, and may be refused', () => {
  const t = pair('tcp');
  const { caller, called } = answered(t);
  caller.session.offer('hold');
  t.clock.advance(5);
  assert.deepEqual(called.heard, ['offered hold']);
  called.session.answerOffer('held');
  t.clock.advance(5);
  assert.equal(caller.heard.at(-1), 'offer answered 200 held');
  called.session.offer('again');
  t.clock.advance(5);
  caller.session.refuseOffer(488);
  t.clock.advance(5);
  assert.equal(called.heard.at(-1), 'offer answered 488 -');
  caller.session.release();
  nothingIsLeft(t);
});

test('a sips call leaves over TLS whatever is configured, and says so', () => {
  const t = pair('tls');
  const caller = t.call({ scheme: 'sips', transport: 'udp' });
  assert.equal(caller.session.transport, 'tls');
  assert.ok(t.west.log[0]?.startsWith('SIPS_OVER_TLS'));
  caller.session.release();
  t.clock.advance(60_000);
});

/** Requests from elsewhere, and the first line of the answer. */
const raw = (method: string, more: readonly string[] = [], uri = 'sip:9001@10.0.0.2'): string =>
  [
    `${method} ${uri} SIP/2.0`,
    'Via: SIP/2.0/UDP 10.0.0.1:5060;branch=z9hG4bKraw1',
    'Max-Forwards: 70',
    'From: <sip:777@10.0.0.1>;tag=f1',
    more.some((line) => line.startsWith('To:')) ? '' : 'To: <sip:9001@10.0.0.2>',
    'Call-ID: raw-1',
    `CSeq: 1 ${method}`,
    ...more,
    'Content-Length: 0',
    '',
    '',
  ]
    .filter((line, i, all) => line !== '' || i >= all.length - 2)
    .join('\r\n');

function withSdp(method: string, coding: string): string {
  const head = raw(method, ['Content-Type: application/sdp', coding]);
  return head.replace('Content-Length: 0\r\n\r\n', 'Content-Length: 3\r\n\r\nv=0');
}

const verdicts: readonly (readonly [title: string, text: string, status: string])[] = [
  ['OPTIONS outside a dialog', raw('OPTIONS'), '200'],
  ['OPTIONS in a dialog that is not', raw('OPTIONS', ['To: <sip:9001@10.0.0.2>;tag=none']), '481'],
  ['BYE without a dialog', raw('BYE', ['To: <sip:9001@10.0.0.2>;tag=none']), '481'],
  ['CANCEL of nothing', raw('CANCEL'), '481'],
  ['a method we do not know', raw('SUBSCRIBE'), '405'],
  ['an extension we do not know', raw('OPTIONS', ['Require: telepathy']), '420'],
  ['a scheme we do not know', raw('OPTIONS', [], 'fax:9001@10.0.0.2'), '416'],
  [
    'a body that is no session description',
    raw('INVITE', ['Content-Type: text/plain']).replace('Content-Length: 0\r\n\r\n', 'Content-Length: 2\r\n\r\nhi'),
    '415',
  ],
  ...(['INVITE', 'OPTIONS', 'MESSAGE'] as const).map(
    (method) =>
      [
        `a ${method} whose body is compressed`,
        withSdp(method, 'e: gzip'),
        method === 'MESSAGE' ? '405' : '415',
      ] as const,
  ),
  [
    'a body that need not be understood',
    raw('OPTIONS', ['Content-Type: x/y', 'Content-Disposition: signal;handling=optional']).replace(
      'Content-Length: 0\r\n\r\n',
      'Content-Length: 2\r\n\r\nhi',
    ),
    '200',
  ],
  ['a body with a coding that changes nothing', withSdp('OPTIONS', 'Content-Encoding: Identity'), '200'],
  ['a coding without a body', raw('OPTIONS', ['Content-Encoding: gzip']), '200'],
  ['an INVITE without Contact', raw('INVITE'), '400'],
];
for (const [title, text, status] of verdicts) {
  test(`${title} is answered ${status}`, () => {
    const t = pair();
    t.east.agent.received(text, t.east.wire);
    assert.equal(sent(t.east)[0]?.slice(8, 11), status);
    nothingIsLeft(t);
  });
}

test('a service that is stopped says so to OPTIONS too, outside of calls that go on', () => {
  const ways: readonly SipSettings['stopped'][] = [{ sip: 'graceful' }, { service: 'forced' }];
  for (const stopped of ways) {
    const t = pair();
    t.call();
    t.clock.advance(5);
    t.east.calls[0]?.leg.session.answer('answer');
    t.clock.advance(5);
    t.east.agent.reconfigure({ ...sipDefaults, stopped });
    t.east.agent.received(raw('OPTIONS'), t.east.wire);
    assert.equal(sent(t.east).at(-1), 'SIP/2.0 503 Service Unavailable');
    const ack = t.west.wire.sent.find((text) => text.startsWith('ACK')) ?? '';
    t.east.agent.received(
      ack.replace('CSeq: 101', 'CSeq: 102').replace(/ACK/g, 'OPTIONS').replace('z9hG4bK', 'z9hG4bKasked'),
      t.east.wire,
    );
    assert.equal(sent(t.east).at(-1), 'SIP/2.0 200 OK');
    t.east.agent.reconfigure(sipDefaults);
    t.east.agent.received(
      raw('OPTIONS').replace('z9hG4bKraw1', 'z9hG4bKraw2').replace('CSeq: 1', 'CSeq: 2'),
      t.east.wire,
    );
    assert.equal(sent(t.east).at(-1), 'SIP/2.0 200 OK');
    t.east.calls[0]?.leg.session.release();
    nothingIsLeft(t);
  }
});

test('a refusal for a coding says what may be sent', () => {
  const t = pair();
  t.east.agent.received(withSdp('INVITE', 'Content-Encoding: gzip'), t.east.wire);
  assert.match(t.east.wire.sent[0] ?? '', /\r\nAccept: application\/sdp\r\nAccept-Encoding: identity\r\n/);
});

test('a request to a sips URI that did not come over TLS is refused with 403, and the log says why', () => {
  for (const transport of ['udp', 'tcp'] as const) {
    const t = pair(transport);
    for (const method of ['INVITE', 'OPTIONS'])
      t.east.agent.received(
        raw(method).replace(/ sip:/, ' sips:').replace('z9hG4bKraw1', `z9hG4bK${method}`),
        t.east.wire,
      );
    assert.deepEqual(sent(t.east), ['SIP/2.0 403 SIPS Without TLS', 'SIP/2.0 403 SIPS Without TLS']);
    assert.match(t.east.log[0] ?? '', /^SIPS_WITHOUT_TLS .*"INVITE"/);
    assert.equal(t.east.calls.length, 0);
    t.clock.advance(60_000);
  }
  const t = pair('tls');
  t.east.agent.received(raw('OPTIONS').replace(/ sip:/, ' sips:'), t.east.wire);
  assert.match(sent(t.east)[0] ?? '', /^SIP\/2\.0 200 /);
});

test('a request that came twice by different ways is answered 482', () => {
  const t = pair();
  t.east.agent.received(raw('OPTIONS'), t.east.wire);
  t.east.agent.received(raw('OPTIONS').replace('z9hG4bKraw1', 'z9hG4bKraw2'), t.east.wire);
  assert.deepEqual(
    sent(t.east).map((line) => line.slice(8, 11)),
    ['200', '482'],
  );
  nothingIsLeft(t);
});

test('a message that cannot even be answered ends the stream it came on', () => {
  const t = pair('tcp');
  t.east.agent.received('INVITE sip:9001@10.0.0.2 SIP/2.0\r\nContent-Length: 0\r\n\r\n', t.east.wire);
  assert.deepEqual(sent(t.east), []);
  assert.deepEqual(t.east.wire.aborted, ['Missing Via: it cannot be answered']);
  nothingIsLeft(t);
});

test('a request without CSeq, Call-ID or From is refused with what it has, and its stream goes on', () => {
  for (const name of ['CSeq', 'Call-ID', 'From']) {
    const t = pair('tcp');
    const broken = raw('OPTIONS').replace(new RegExp(`^${name}: .*\r\n`, 'm'), '');
    t.east.agent.received(broken, t.east.wire);
    assert.deepEqual(sent(t.east), [`SIP/2.0 400 Missing ${name}`]);
    assert.deepEqual(headersSent(t.east, 'SIP/2.0 400', name), []);
    assert.equal(headersSent(t.east, 'SIP/2.0 400', 'Via').length, 1);
    t.east.agent.received(raw('OPTIONS'), t.east.wire);
    assert.equal(sent(t.east)[1]?.slice(8, 11), '200');
    assert.deepEqual(t.east.wire.aborted, []);
    nothingIsLeft(t);
  }
});

test('a request whose CSeq cannot be read is refused, and its stream goes on', () => {
  const t = pair('tcp');
  t.east.agent.received(raw('OPTIONS').replace('CSeq: 1 OPTIONS', 'CSeq: one OPTIONS'), t.east.wire);
  assert.deepEqual(sent(t.east), ['SIP/2.0 400 Malformed CSeq']);
  assert.deepEqual(headersSent(t.east, 'SIP/2.0 400', 'CSeq'), ['one OPTIONS']);
  t.east.agent.received(raw('OPTIONS'), t.east.wire);
  assert.equal(sent(t.east)[1]?.slice(8, 11), '200');
  assert.deepEqual(t.east.wire.aborted, []);
  nothingIsLeft(t);
});

test('a response or an ACK that cannot be read is passed over, and its stream goes on', () => {
  const t = pair('tcp');
  t.east.agent.received(raw('ACK').replace('CSeq: 1 ACK', 'CSeq: one ACK'), t.east.wire);
  t.east.agent.received(raw('OPTIONS').replace(/^.*/, 'SIP/2.0 99 Low'), t.east.wire);
  assert.deepEqual([sent(t.east), t.east.wire.aborted], [[], []]);
  assert.equal(t.east.agent.counters().malformed, 2);
  nothingIsLeft(t);
});

test('a fault while a named target is called fails that call and nothing else', async () => {
  const t = pair('tcp');
  const caller = t.call({
    target: { kind: 'dns', host: 'east.test' },
    offer: () => {
      throw new Error('no offer');
    },
  });
  await answersCame();
  t.clock.advance(5);
  assert.deepEqual(caller.heard, ['failed 503 no offer']);
  nothingIsLeft(t);
});

/** Header values of a message. */
const headerIn = (text: string | undefined, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'm').exec(text ?? '')?.[1]?.trim() ?? '';

test('localhost stands for our address in From, Remote-Party-ID and Call-ID, in Contact over TLS, and never in Via', () => {
  for (const [transport, contact] of [
    ['udp', '<sip:777@10.0.0.1:5060>'],
    ['tls', '<sip:777@sbc.test:5060;transport=tls>'],
  ] as const) {
    const t = pair(transport, [{ remotePartyId: true }]);
    const caller = t.call({ localName: 'sbc.test' });
    const invite = t.west.wire.sent[0];
    assert.match(headerIn(invite, 'From'), /^<sip:777@sbc\.test>;tag=/);
    assert.match(headerIn(invite, 'Remote-Party-ID'), /^<sip:777@sbc\.test>;/);
    assert.match(headerIn(invite, 'Call-ID'), /@sbc\.test$/);
    assert.match(headerIn(invite, 'Via'), / 10\.0\.0\.1:5060;/);
    assert.equal(headerIn(invite, 'Contact'), contact);
    caller.session.release();
    nothingIsLeft(t);
  }
});

test('a caller over TLS is told our name in Contact, who asks with OPTIONS too', () => {
  const localName = { host: 'gw.test', isPreferred: false };
  const t = pair('tls', [{}, { localName }]);
  t.east.agent.received(raw('OPTIONS'), t.east.wire);
  assert.equal(headerIn(t.east.wire.sent.at(-1), 'Contact'), '<sip:gw.test:5060;transport=tls>');
  const caller = t.call();
  t.clock.advance(5);
  const [{ invite, leg }] = t.east.calls as [(typeof t.east.calls)[0]];
  invite.knowUsAs('sbc.test');
  leg.session.answer('answer');
  assert.equal(headerIn(t.east.wire.sent.at(-1), 'Contact'), '<sip:9001@sbc.test:5060;transport=tls>');
  t.clock.advance(5);
  caller.session.release();
  nothingIsLeft(t);
});
