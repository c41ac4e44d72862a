import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { defaultLimits } from './limits.ts';
import type { SipRequest } from './message.ts';
import { parseMessage } from './parse.ts';
import { printRequest, Responder } from './print.ts';

const head = {
  start: 'INVITE sip:b@h SIP/2.0',
  via: 'Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1',
  from: 'From: <sip:a@h>;tag=f',
  to: 'To: <sip:b@h>',
  callId: 'Call-ID: c1',
  cseq: 'CSeq: 1 INVITE',
};
type Head = Partial<Record<keyof typeof head | 'more', string>>;
const message = (changes: Head = {}, body = ''): string =>
  `${Object.values({ ...head, ...changes })
    .filter((line) => line !== '')
    .join('\r\n')}\r\n\r\n${body}`;

function request(text: string): SipRequest {
  const parsed = parseMessage(text);
  assert.equal(parsed.kind, 'request', parsed.kind === 'failure' ? parsed.reason : '');
  return parsed as SipRequest;
}

test('a request is read with compact names, any case, blanks before the colon, folds and lists', () => {
  const read = request(
    [
      '',
      'INVITE sip:b@h;x=1 SIP/2.0',
      'v: SIP/2.0/TLS gw:5061;branch=z9hG4bKa;rport, SIP/2.0/UDP far',
      'VIA : SIP/2.0/UDP farther',
      'f: "A"',
      '\t<sip:a@h>  ',
      ' ;tag=f',
      'To\t:sip:b@h;tag=t',
      'i: c@x',
      'CSEQ: 7  INVITE',
      'm: <sip:a@g>',
      'max-forwards: 0',
      'Record-Route: <sip:p1;lr>, <sip:p2>',
      'record-route:<sip:p3>',
      'k: timer , 100rel',
      'x: 1800',
      'c: Application / SDP ;charset=x',
      'l: 3',
      '',
      'abcdef',
    ].join('\r\n'),
  );
  assert.deepEqual(
    [read.topVia.transport, read.topVia.branch, read.topVia.wantsRport, read.from.display, read.fromTag, read.toTag],
    ['TLS', 'z9hG4bKa', true, 'A', 'f', 't'],
  );
  assert.deepEqual([read.cseqNumber, read.cseqMethod, read.callId, read.maxForwards], [7, 'INVITE', 'c@x', 0]);
  assert.deepEqual(
    read.recordRoutes.map((route) => route.uri),
    ['sip:p1;lr', 'sip:p2', 'sip:p3'],
  );
  assert.deepEqual(
    [read.supported, read.require, read.contentType, read.body],
    [['timer', '100rel'], [], 'application/sdp', 'abc'],
  );
  assert.deepEqual(
    [read.header('Session-Expires'), read.headers('via').length, read.header('none')],
    ['1800', 2, undefined],
  );
  assert.deepEqual([read.contact?.uri, read.contact?.parsedUri?.host], ['sip:a@g', 'g']);
});

test('a response is read, an empty reason included', () => {
  for (const [start, status, reason] of [
    ['SIP/2.0 200 OK', 200, 'OK'],
    ['sip/2.0 486 Busy  Here', 486, 'Busy  Here'],
    ['SIP/2.0 180 ', 180, ''],
    ['SIP/2.0 100', 100, ''],
  ] as const) {
    const parsed = parseMessage(message({ start }));
    assert.deepEqual(parsed.kind === 'response' && [parsed.status, parsed.reason], [status, reason]);
  }
});

test('what is wrong gets the status it deserves, and an answer where one can be made', () => {
  for (const [text, status, answerable] of [
    ['', 400, false],
    ['\r\n\r\n', 400, false],
    [message({ more: 'X: \u0141' }), 400, false],
    [message({ via: '' }), 400, false],
    [message({ from: '' }), 400, true],
    [message({ via: 'Via: nonsense' }), 400, false],
    [message({ cseq: 'CSeq: x INVITE' }), 400, true],
    [message({ cseq: 'CSeq: 1' }), 400, true],
    [message({ cseq: '' }), 400, true],
    [message({ cseq: 'CSeq:' }), 400, true],
    [message({ cseq: `CSeq: ${'x'.repeat(1000)} INVITE` }), 400, true],
    [message({ cseq: 'CSeq: 4294967296 INVITE' }), 400, true],
    [message({ start: 'INVITE sip:b@h?Subject=x SIP/2.0' }), 400, true],
    [message({ cseq: 'CSeq: 1 BYE' }), 400, true],
    [message({ callId: 'Call-ID: a b' }), 400, true],
    [message({ more: 'To: <sip:x@h>' }), 400, true],
    [message({ more: 'Bad Name: x' }), 400, true],
    [message({ more: ': x' }), 400, true],
    [message({ more: 'No colon' }), 400, true],
    [message({ more: 'X: a\nY: b' }), 400, true],
    [message({ more: 'X: a\rb' }), 400, true],
    [message({ more: 'X: \0' }), 400, true],
    [message({ more: 'X: \x7f' }), 400, true],
    [message({ from: 'From: <sip:a@h>;tag=\x01' }), 400, true],
    [message({ start: 'ACK sip:b@h SIP/2.0', cseq: '' }), 400, false],
    [message({ more: 'Max-Forwards: 256' }), 400, true],
    [message({ more: 'Max-Forwards: -1' }), 400, true],
    [message({ more: 'Contact: <sip:a@h' }), 400, true],
    [message({ more: 'Content-Length: 1' }), 400, true],
    [message({ more: 'Content-Length: 0\r\nl: 1' }, 'x'), 400, true],
    [message({ more: 'Content-Length: +1' }, 'x'), 400, true],
    [message({ more: 'Content-Length: 65537' }), 413, true],
    [message({ start: `INVITE sip:${'b'.repeat(1100)}@h SIP/2.0` }), 414, true],
    [message({ start: 'INVITE sip:b@h SIP/7.0' }), 505, true],
    [message({ start: 'INVITE  sip:b@h SIP/2.0' }), 400, true],
    [message({ start: 'INVITE sip:b@h; lr SIP/2.0' }), 400, true],
    [message({ start: 'INVITE <sip:b@h> SIP/2.0' }), 400, true],
    [message({ start: 'INVITE sip:b@h' }), 400, true],
    [message({ start: 'ACK sip:b@h SIP/7.0', cseq: 'CSeq: 1 ACK' }), 505, false],
    [message({ start: 'SIP/3.0 200 OK' }), 505, false],
    [message({ start: 'SIP/2.0 4294967301 OK' }), 400, false],
    [message({ start: 'SIP/2.0 99 Low' }), 400, false],
    [message({ more: 'X: y\r\n'.repeat(130).trim() }), 513, true],
    [message({ more: `X: ${'y'.repeat(5000)}` }), 513, true],
    [message({ via: `${head.via}\r\n`.repeat(71).trim() }), 513, true],
    [message().slice(0, -2), 400, true],
    [message().slice(0, -4), 400, true],
  ] as const) {
    const parsed = parseMessage(text);
    assert.equal(parsed.kind, 'failure', text);
    if (parsed.kind !== 'failure') continue;
    assert.deepEqual([parsed.status, parsed.request !== undefined], [status, answerable], `${text}${parsed.reason}`);
  }
});

test('an answer to what lacks some of From, To, Call-ID and CSeq has what is left of them, and no line that is not theirs', () => {
  const source = { host: '192.0.2.1', port: 5060 };
  const rows: readonly (readonly [Parameters<typeof message>[0], readonly string[]])[] = [
    [{ cseq: '' }, ['Via', 'From', 'To', 'Call-ID', 'Content-Length']],
    [{ from: 'From: <sip:a@h>;tag=\x01' }, ['Via', 'To', 'Call-ID', 'CSeq', 'Content-Length']],
    [{ to: '', callId: 'Call-ID: a b' }, ['Via', 'From', 'CSeq', 'Content-Length']],
    [{ from: '', to: '', callId: '', cseq: '' }, ['Via', 'Content-Length']],
  ];
  for (const [lines, expected] of rows) {
    const failed = parseMessage(message(lines));
    assert.ok(failed.kind === 'failure' && failed.request !== undefined);
    const printed = new Responder(failed.request, source).print(400, { toTag: 'ours' });
    const names = printed
      .slice(0, -4)
      .split('\r\n')
      .slice(1)
      .map((line) => line.slice(0, line.indexOf(':')));
    assert.deepEqual(names, expected);
    assert.equal(/^To: .*;tag=ours\r$/m.test(printed), names.includes('To'));
  }
});

test('of a message that fails, an answer can be printed that reads back', () => {
  const failed = parseMessage(message({ more: 'X: \x07' }));
  assert.ok(failed.kind === 'failure' && failed.request !== undefined);
  const answer = parseMessage(new Responder(failed.request, { host: '192.0.2.1', port: 5060 }).print(failed.status));
  assert.deepEqual(answer.kind === 'response' && [answer.status, answer.callId], [400, 'c1']);
});

test('unusual but valid messages are accepted (after RFC 4475 3.1.1)', () => {
  for (const changes of [
    { start: 'INVITE http://example.com/ SIP/2.0' },
    { start: 'INVITE tel:+1-201 SIP/2.0' },
    { start: "!nv%t.e*_+`'~ sip:b@h SIP/2.0", cseq: "CSeq: 0 !nv%t.e*_+`'~" },
    { from: 'From: "\xc3\xa4\\"," <sip:a@h>;tag=f' },
    { to: 'To: sip:null-%00-null@example.com' },
    { more: 'Unknown: \xff: ;;,,"' },
    { more: 'Empty:' },
    { more: 'l:0\r\nContent-Length: 0' },
    { more: `NewFangled: ${'new '.repeat(200)}` },
    { callId: 'Call-ID: w{o[r]d}<"?>/\\:()@x' },
  ]) {
    request(message(changes));
  }
});

test('no text makes the parser throw, and what it accepts holds no control characters', () => {
  const mutated = fc
    .tuple(fc.nat(), fc.nat(40), fc.string({ unit: 'binary', maxLength: 12 }))
    .map(([at, cut, insert]) => {
      const text = message({ more: 'Contact: <sip:a@h>\r\nRoute: <sip:r;lr>\r\nMax-Forwards: 70' });
      const start = at % text.length;
      return text.slice(0, start) + insert + text.slice(start + cut);
    });
  fc.assert(
    fc.property(fc.oneof(mutated, fc.string({ unit: 'binary' })), (text) => {
      const parsed = parseMessage(text);
      if (parsed.kind === 'failure') return;
      for (const value of [parsed.callId, parsed.from.text, parsed.to.text, parsed.topVia.text]) {
        for (const character of value) assert.ok(character >= ' ' || character === '\t', value);
      }
    }),
    { numRuns: 2000 },
  );
});

test('what is printed reads back the same', () => {
  const word = fc.stringMatching(/^[a-zA-Z0-9.!%*_+`'~-]{1,20}$/);
  const user = fc.stringMatching(/^[a-zA-Z0-9+]{1,20}$/);
  const body = fc.string({ unit: 'binary-ascii', maxLength: 200 });
  fc.assert(
    fc.property(word, user, word, word, body, fc.nat(0x7fff_ffff), (method, name, tag, callId, text, number) => {
      fc.pre(method.toLowerCase() !== 'sip');
      const printed = printRequest({
        method,
        uri: `sip:${name}@192.0.2.9`,
        via: `SIP/2.0/TLS [2001:db8::1]:5061;branch=z9hG4bK${tag}`,
        maxForwards: 69,
        from: `<sip:${name}@h>;tag=${tag}`,
        to: '<sip:x@h>',
        callId,
        cseqNumber: number,
        routes: ['<sip:r1;lr>', '<sip:r2>'],
        contact: '<sip:me@h>',
        headers: ['Allow: INVITE'],
        body: text,
      });
      const read = request(printed);
      assert.deepEqual(
        [
          read.method,
          read.uri,
          read.topVia.branch,
          read.fromTag,
          read.callId,
          read.cseqNumber,
          read.body,
          read.maxForwards,
        ],
        [method, `sip:${name}@192.0.2.9`, `z9hG4bK${tag}`, tag, callId, number, text, 69],
      );
      assert.deepEqual(
        read.routes.map((route) => route.uri),
        ['sip:r1;lr', 'sip:r2'],
      );
    }),
  );
});

test('a request whose To or From is malformed can be answered with it as it was written', () => {
  for (const [name, value] of [
    ['To', '"unfinished <sip:9001@example.test>'],
    ['From', '<sip:777@example.test>;tag'],
  ] as const) {
    const lines = ['To: <sip:9001@example.test>', 'From: <sip:777@example.test>;tag=1'].map((line) =>
      line.startsWith(name) ? `${name}: ${value}` : line,
    );
    const failure = parseMessage(
      `OPTIONS sip:9001@example.test SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKm\r\n${lines.join('\r\n')}\r\nCall-ID: m\r\nCSeq: 1 OPTIONS\r\n\r\n`,
    );
    assert.ok(failure.kind === 'failure' && failure.request !== undefined);
    assert.equal(failure.reason, `Malformed ${name}`);
    const answer = new Responder(failure.request, { host: '192.0.2.1', port: 5060 }).print(failure.status);
    assert.ok(answer.includes(`\r\n${name}: ${value}\r\n`), answer);
  }
});

test('a CSeq that cannot be read is told back as it came, so that its sender knows which request was refused', () => {
  for (const cseq of ['36893488147419103232 INVITE', 'x INVITE', '-1 INVITE', '0x10', '1 INVITE INVITE']) {
    const parsed = parseMessage(message({ cseq: `CSeq: ${cseq}` }));
    assert.ok(parsed.kind === 'failure' && parsed.request !== undefined, cseq);
    assert.equal(parsed.request.method, 'INVITE');
    const printed = new Responder(parsed.request, { host: '192.0.2.1', port: 5060 }).print(400);
    assert.ok(printed.includes(`\r\nCSeq: ${cseq}\r\n`), printed);
  }
});

test('a head is refused beyond its bound however it came, folded or not; the body does not count', () => {
  const limits = { ...defaultLimits, head: 600 };
  const status = (text: string): number => {
    const parsed = parseMessage(text, limits);
    return parsed.kind === 'failure' ? parsed.status : 200;
  };
  const lines = (count: number, between: string): string =>
    Array.from({ length: count }, () => `X: ${'y'.repeat(20)}`).join(between);
  assert.equal(status(message({ more: lines(3, '\r\n') }, 'z'.repeat(2000))), 200);
  assert.equal(status(message({ more: lines(30, '\r\n') })), 513);
  assert.equal(status(message({ more: `X: y${'\r\n    '.repeat(100)}y` })), 513);
});

test('values of Via count, not its lines; commas in quotes separate nothing', () => {
  const limits = { ...defaultLimits, vias: 3 };
  const via = (value: string): string => `Via: SIP/2.0/UDP h;branch=z9hG4bK1${value}`;
  const cases = [
    [via(', SIP/2.0/UDP a, SIP/2.0/UDP b'), 'request'],
    [via(', SIP/2.0/UDP a, SIP/2.0/UDP b, SIP/2.0/UDP c'), 'failure'],
    [`${via(', SIP/2.0/UDP a')}\r\n${via(', SIP/2.0/UDP b')}`, 'failure'],
    [via(';x=",,,\\",,,"'), 'request'],
    [`${via('')}\r\n${via(';x=",,,,')}`, 'failure'],
  ] as const;
  for (const [lines, kind] of cases) assert.equal(parseMessage(message({ via: lines }), limits).kind, kind, lines);
});
