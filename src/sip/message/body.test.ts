import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readBody } from './body.ts';
import { SipMessage } from './message.ts';
import { parseMessage } from './parse.ts';

const sdp = 'v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\n';

function bodyOf(headers: readonly string[], body: string): string {
  const message = parseMessage(
    [
      'INVITE sip:9001@10.0.0.2 SIP/2.0',
      'Via: SIP/2.0/TCP 10.0.0.1;branch=z9hG4bKb',
      'From: <sip:777@10.0.0.1>;tag=f',
      'To: <sip:9001@10.0.0.2>',
      'Call-ID: body',
      'CSeq: 1 INVITE',
      ...headers,
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n'),
  );
  assert.ok(message instanceof SipMessage);
  const read = readBody(message);
  return read.kind === 'sdp' ? `sdp ${read.text}` : read.kind;
}

const multipart = (...parts: readonly string[]): string =>
  `${parts.map((part) => `--next\r\n${part}\r\n`).join('')}--next--\r\n`;
const described = `Content-Type: application/sdp\r\n\r\n${sdp}`;
const isup = (handling: string): string =>
  `Content-Type: application/ISUP;version=itu-t92+\r\nContent-Disposition: signal;handling=${handling}\r\n\r\n\x01\x00\x11`;
const mixed = 'Content-Type: multipart/mixed;boundary=next';
const alternative = 'Content-Type: multipart/alternative; boundary="next"';
const found = `sdp ${sdp}`;

const rows: readonly (readonly [title: string, headers: readonly string[], body: string, expected: string])[] = [
  ['no body', ['Content-Type: application/isup'], '', 'none'],
  ['a session description', ['c: application/SDP ;x=y'], sdp, found],
  [
    'one that is said to be of the session',
    ['Content-Type: application/sdp', 'Content-Disposition: session'],
    sdp,
    found,
  ],
  ['one of something else', ['Content-Type: application/sdp', 'Content-Disposition: early-session'], sdp, 'unknown'],
  [
    'one of something else that need not be understood',
    ['Content-Type: application/sdp', 'Content-Disposition: early-session ; handling=optional'],
    sdp,
    'ignored',
  ],
  ['one behind a coding', ['Content-Type: application/sdp', 'e: gzip'], sdp, 'unknown'],
  ['a body without a type', [], sdp, 'unknown'],
  ['an unknown type', ['Content-Type: application/isup'], 'x', 'unknown'],
  [
    'an unknown type that need not be understood',
    ['Content-Type: application/isup', 'Content-Disposition: signal; Handling=Optional;x=y'],
    'x',
    'ignored',
  ],
  [
    'an unknown type that must be understood',
    ['Content-Type: application/isup', 'Content-Disposition: signal; handling=required'],
    'x',
    'unknown',
  ],
  ['a description among parts that need not be understood', [mixed], multipart(isup('optional'), described), found],
  ['a description before them', [mixed], `preamble\r\n${multipart(described, isup('optional'))}epilogue`, found],
  ['a description beside a part that must be understood', [mixed], multipart(described, isup('required')), 'unknown'],
  ['parts of no meaning to us', [mixed], multipart(isup('optional')), 'ignored'],
  ['alternatives', [alternative], multipart(isup('required'), described), found],
  ['alternatives that are all unknown', [alternative], multipart('\r\nhello', isup('required')), 'unknown'],
  ['parts inside parts', [mixed], multipart(`${mixed}\r\n\r\n${multipart(described)}`), 'unknown'],
  ['parts without an end', [mixed], `--next\r\n${described}`, 'unknown'],
  ['parts without a boundary', ['Content-Type: multipart/mixed'], multipart(described), 'unknown'],
  ['a part without a head', [mixed], '--next\r\nContent-Type: application/sdp\r\n--next--\r\n', 'unknown'],
  ['too many parts', [mixed], multipart(described, ...Array<string>(16).fill(isup('optional'))), 'unknown'],
  [
    'parts that cannot be read and need not be',
    [mixed, 'Content-Disposition: render;handling=optional'],
    'nothing',
    'ignored',
  ],
];
for (const [title, headers, body, expected] of rows) {
  test(`${title}: ${expected.slice(0, 7)}`, () => assert.equal(bodyOf(headers, body), expected));
}
