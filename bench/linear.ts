/**
 * How the time of every parser that meets outside text grows with its input: for inputs that repeat what is worst for it, the
 * time for twice and for four times as much, over the time for once. Linear is 2 and 4; a quadratic one would say 4 and 16.
 * `node bench/linear.ts [rounds]`.
 */

import { parseSdp } from '../src/media/index.ts';
import { parseAuthValues } from '../src/sip/auth/auth-value.ts';
import {
  parseMessage,
  parseNameAddress,
  parseUri,
  readBody,
  readReason,
  SipMessage,
} from '../src/sip/message/index.ts';

const rounds = Number(process.argv[2] ?? 15);

/** Growth is looked at beyond the bounds of the gateway too. */
const most = 10_000_000;
const boundless = { head: most, headers: most, line: most, vias: most, uri: most, token: most, body: most };

const head = (lines: string, body = ''): string =>
  `INVITE sip:9001@192.0.2.20 SIP/2.0\r\nVia: SIP/2.0/TCP 192.0.2.10;branch=z9hG4bKl\r\nFrom: <sip:a@b>;tag=1\r\nTo: <sip:c@d>\r\nCall-ID: l\r\nCSeq: 1 INVITE\r\nContact: <sip:a@b>\r\n${lines}Content-Length: ${body.length}\r\n\r\n${body}`;

const read = (text: string, ask: (message: SipMessage) => unknown = () => undefined): void => {
  const message = parseMessage(text, boundless);
  if (message instanceof SipMessage) ask(message);
};

/** A parser, and an input of `n` repetitions. */
const cases: readonly (readonly [title: string, input: (n: number) => string, parse: (text: string) => unknown])[] = [
  ['message: lines', (n) => head('X-Header: value\r\n'.repeat(n)), read],
  ['message: folds', (n) => head(`Subject: x${'\r\n y'.repeat(n)}\r\n`), read],
  ['message: blanks', (n) => head(`Subject:${' '.repeat(n)}x\r\n`), read],
  [
    'message: Via',
    (n) => head('Via: SIP/2.0/UDP h;branch=z9hG4bKx\r\n'.repeat(n)),
    (text) => read(text, (m) => m.lowerBranches),
  ],
  ['message: Record-Route', (n) => head(`Record-Route: ${'<sip:p;lr>,'.repeat(n)}<sip:p;lr>\r\n`), read],
  ['message: Contact', (n) => head(`Contact: ${'"\\"" <sip:p>;q=0.1,'.repeat(n)}<sip:p>\r\n`), read],
  ['message: Require', (n) => head(`Require: ${'a, '.repeat(n)}b\r\n`), (text) => read(text, (m) => m.require)],
  ['reason', (n) => head(`Reason: ${'Q.850 ;cause= '.repeat(n)},SIP;cause=1\r\n`), (text) => read(text, readReason)],
  [
    'body: parts',
    (n) => head('Content-Type: multipart/mixed;boundary=b\r\n', `--b\r\n${'\r\n--c'.repeat(n)}\r\n--b--`),
    (text) => read(text, readBody),
  ],
  [
    'body: disposition',
    (n) => head(`Content-Type: a/b\r\nContent-Disposition: x${'; handling '.repeat(n)}\r\n`, 'x'),
    (text) => read(text, readBody),
  ],
  ['URI: parameters', (n) => `sip:a@b${';x=y'.repeat(n)}`, parseUri],
  ['URI: escapes', (n) => `sip:${'%41'.repeat(n)}@b`, parseUri],
  ['name and address', (n) => `"${'\\"'.repeat(n)}" <sip:a@b>`, parseNameAddress],
  [
    'SDP: attributes',
    (n) => `v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\nm=audio 1 RTP/AVP 0\r\n${'a=rtpmap:96 x/8000\r\n'.repeat(n)}`,
    parseSdp,
  ],
  [
    'SDP: formats',
    (n) => `v=0\r\no=- 1 1 IN IP4 h\r\ns=-\r\nt=0 0\r\nm=audio 1 RTP/AVP${' 0'.repeat(n)}\r\n`,
    parseSdp,
  ],
  ['digest: quotes', (n) => `Digest ${'a="\\"", '.repeat(n)}realm="r"`, parseAuthValues],
  ['digest: values', (n) => `Digest ${'a=b , '.repeat(n)}realm="r"`, parseAuthValues],
  ['digest: blanks', (n) => `Digest a${' '.repeat(n)}`, parseAuthValues],
];

/** Best of the rounds, microseconds. */
function best(text: string, parse: (text: string) => unknown): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < rounds; i++) {
    const before = process.hrtime.bigint();
    for (let j = 0; j < 20; j++) parse(text);
    least = Math.min(least, Number(process.hrtime.bigint() - before) / 20_000);
  }
  return least;
}

console.log('parser                    n       us  2n / n  4n / n');
for (const [title, input, parse] of cases) {
  const n = 500;
  const [once = 0, twice = 0, four = 0] = [n, 2 * n, 4 * n].map((count) => best(input(count), parse));
  const numbers = [
    once.toFixed(1).padStart(8),
    (twice / once).toFixed(1).padStart(7),
    (four / once).toFixed(1).padStart(7),
  ];
  console.log(`${title.padEnd(22)} ${n} ${numbers.join(' ')}`);
}
