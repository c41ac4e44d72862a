/**
 * RFC 4475, "SIP Torture Test Messages": each of its messages written anew in its own spirit, sent to a whole gateway, with the verdict the
 * RFC gives for a user agent. Names are those of the RFC. Methods that a gateway does not serve are well-formed all the same: 405.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { parseMessage, SipResponse } from '../../src/sip/message/index.ts';
import { Wire } from './wire.ts';

interface Parts {
  readonly start?: string;
  readonly via?: string | readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly callId?: string;
  readonly cseq?: string;
  readonly more?: readonly string[];
  readonly body?: string;
  readonly type?: string;
  readonly length?: string;
}

let count = 0;

/** A message that is in order where the parts do not say otherwise. */
function message(parts: Parts): string {
  const id = ++count;
  const { start = 'OPTIONS sip:777@10.0.0.1 SIP/2.0', body = '' } = parts;
  const method = start.slice(0, start.indexOf(' '));
  const vias = [parts.via ?? `SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKt${id}`].flat();
  const type = parts.type ?? (body === '' ? undefined : 'application/sdp');
  const lines = [
    start,
    ...vias.map((via) => `Via: ${via}`),
    `From: ${parts.from ?? `<sip:caller@example.net>;tag=f${id}`}`,
    `To: ${parts.to ?? '<sip:777@10.0.0.1>'}`,
    `Call-ID: ${parts.callId ?? `torture-${id}@example.net`}`,
    `CSeq: ${parts.cseq ?? `7 ${method}`}`,
    ...(method === 'INVITE' || method === 'REGISTER' ? ['Contact: <sip:caller@10.0.0.9>'] : []),
    ...(parts.more ?? []),
    ...(type === undefined ? [] : [`Content-Type: ${type}`]),
    `Content-Length: ${parts.length ?? body.length}`,
  ];
  return bytes(`${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** UTF-8, a character a byte. */
function bytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

const sdp = (host = '10.0.0.9', family = 'IP4'): string =>
  `v=0\r\no=caller 1 1 IN ${family} ${host}\r\ns=-\r\nc=IN ${family} ${host}\r\nt=0 0\r\nm=audio 49170 RTP/AVP 0\r\n`;
const long = (character: string, times: number): string => character.repeat(times);
const invite = 'INVITE sip:nobody@10.0.0.1 SIP/2.0';
const register = 'REGISTER sip:example.com SIP/2.0';

/** Section, name, message, what comes back: the first three digits of each answer, in order; none when nothing does. */
type Row = readonly [section: string, name: string, message: string, verdict: string];

const valid: readonly Row[] = [
  [
    '3.1.1.1',
    'wsinv: an INVITE with every odd thing the grammar allows',
    bytes(
      [
        'INVITE sip:nobody@10.0.0.1;strange=parameter SIP/2.0',
        'TO :',
        ' sip:nobody@10.0.0.1 ;   tag    = ',
        'From   : "J Rosenberg \\\\\\""       <sip:caller@example.net>',
        '  ;',
        '  tag = 98asjd8',
        'MaX-fOrWaRdS: 0068',
        'Call-ID: wsinv.odd@10.0.0.9',
        'Content-Length   : 0',
        'cseq: 0009',
        '  INVITE',
        'Via  : SIP  /   2.0',
        ' /UDP',
        '    10.0.0.9;branch=390skdjuw',
        's :',
        'NewFangledHeader:   newfangled value',
        ' continued newfangled value',
        'UnknownHeaderWithUnusualValue: ;;,,;;,;',
        'Route:',
        ' <sip:services.example.com;lr;unknownwith=value;unknown-no-value>',
        'v:  SIP  / 2.0  / TCP     spindle.example.com   ;',
        '  branch  =   z9hG4bK9ikj8  ,',
        ' SIP  /    2.0   / UDP  192.168.255.111   ; branch=',
        ' z9hG4bK30239',
        'm:"Quoted string \\"\\"" <sip:caller@example.net> ; newparam =',
        '      newvalue ;',
        '  secondparam ; q = 0.33',
        '',
        '',
      ]
        .join('\r\n')
        // The RFC's has a tag of its own there; a To tag would make it a request in a dialog.
        .replace(' ;   tag    = ', ''),
    ),
    '100 404',
  ],
  [
    '3.1.1.2',
    'intmeth: a method and a user of every character they may have',
    message({
      start:
        "!interesting-Method0123456789_*+`.%indeed'~ sip:1_unusual.URI~(to-be!sure)&isn't+it$/crazy?,/;;*:&it+has=1,weird!*pas$wo~d_too.(doesn't-it)@10.0.0.1 SIP/2.0",
      to: '"A\\" quote" <sip:1_unusual.URI~(to-be!sure)&isn\'t+it$/crazy?,/;;*@10.0.0.1>',
      from: "token1~` token2'+_ token3*%!.- <sip:mundane@example.com>;fromParam''~+*_!.-%=\"\u{440}\u{430}\u{431}\u{43e}\u{442}\u{430}\u{44e}\u{449}\u{438}\u{439}\";tag=_token~1'+`*%!-.",
      callId: 'intmeth.word%ZK-!.*_+\'@word`~)(><:\\/"][?}{',
      cseq: "139122385 !interesting-Method0123456789_*+`.%indeed'~",
      more: ["extensionHeader-!.%*+_`'~:\u{fe}bf\u{ff}", 'Max-Forwards: 255'],
    }),
    '405',
  ],
  [
    '3.1.1.2',
    'intmeth: control characters, which its grammar lets a display name quote, are refused here, by what is left of the headers',
    message({ to: '"BEL:\\\x07 NUL:\\\x00 DEL:\\\x7f" <sip:777@10.0.0.1>' }),
    '400',
  ],
  [
    '3.1.1.3',
    'esc01: escapes where they are allowed',
    message({
      start: 'INVITE sip:sips%3Auser%40example.com@10.0.0.1 SIP/2.0',
      to: 'sip:%75se%72@10.0.0.1',
      more: ['Supported: %5Bnothing%5D'],
    }),
    '100 404',
  ],
  [
    '3.1.1.4',
    'escnull: escaped NUL octets in a user',
    message({ start: register, to: 'sip:null-%00-null@example.com', more: ['Contact: <sip:%00@host5.example.com>'] }),
    '405',
  ],
  [
    '3.1.1.5',
    'esc02: a percent sign in a method is no escape',
    message({ start: 'RE%47IST%45R sip:example.com SIP/2.0' }),
    '405',
  ],
  [
    '3.1.1.6',
    'lwsdisp: nothing between a display name and <',
    message({ from: 'caller<sip:caller@example.com>;tag=323' }),
    '200',
  ],
  [
    '3.1.1.7',
    'longreq: long values',
    message({
      start: invite,
      to: `"I have a user name of ${long('extremely ', 60)}length" <sip:nobody@10.0.0.1>`,
      from: `sip:${long('amazinglylongcallername', 20)}@example.net;tag=${long('x', 400)};unknown${long('h', 100)}=${long('v', 100)}`,
      callId: `${long('long', 60)}id@example.net`,
      via: [
        'SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKlongreq',
        ...Array.from(
          { length: 33 },
          (_, i) => `SIP/2.0/TCP sip${i}.example.com;branch=z9hG4bK${i}${long('0123', 20)}`,
        ),
      ],
    }),
    '100 404',
  ],
  [
    '3.1.1.8',
    'dblreq: what follows the body in a datagram is no second request',
    message({ start: register }) + message({ start: invite }),
    '405',
  ],
  [
    '3.1.1.9',
    'semiuri: a semicolon in the user part begins no parameter of the URI',
    message({ start: 'OPTIONS sip:user;par=u%40example.net@10.0.0.1 SIP/2.0', to: 'sip:j_user@example.com' }),
    '200',
  ],
  [
    '3.1.1.10',
    'transports: known and unknown ones in Via',
    message({
      via: ['UDP', 'SCTP', 'TLS', 'UNKNOWN', 'TCP'].map((t, i) => `SIP/2.0/${t} 10.0.0.9;branch=z9hG4bKtr${i}${t}`),
    }),
    '200',
  ],
  [
    '3.1.1.11',
    'mpart01: a body of several parts',
    message({
      start: 'MESSAGE sip:777@10.0.0.1 SIP/2.0',
      type: 'multipart/mixed;boundary=7a9cbec02ceef655',
      body: '--7a9cbec02ceef655\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\n\r\nHello\r\n--7a9cbec02ceef655\r\nContent-Type: application/octet-stream\r\n\r\n\x00\x01\x7f\r\n--7a9cbec02ceef655--',
    }),
    '405',
  ],
  [
    '3.1.1.12',
    'unreason: a reason phrase in UTF-8 and of every punctuation',
    message({
      start:
        'SIP/2.0 200 = 2**3 * 5**2 \u{43d}\u{43e} \u{441}\u{442}\u{43e} \u{434}\u{435}\u{432}\u{44f}\u{43d}\u{43e}',
      cseq: '35 INVITE',
    }),
    '',
  ],
  ['3.1.1.13', 'noreason: an empty reason phrase', message({ start: 'SIP/2.0 100 ', cseq: '35 INVITE' }), ''],
];

const invalid: readonly Row[] = [
  [
    '3.1.2.1',
    'badinv01: separators that separate nothing; a Via that cannot be read leads nowhere',
    message({
      start: invite,
      via: 'SIP/2.0/UDP 10.0.0.9:5060;;,;,,',
      more: ['Contact: "" <> ;,"Joe" <sip:joe@example.org>;;,,;;'],
    }),
    '',
  ],
  [
    '3.1.2.2',
    'clerr: Content-Length larger than the datagram',
    message({ start: invite, body: sdp(), length: '9999' }),
    '400',
  ],
  ['3.1.2.3', 'ncl: a negative Content-Length', message({ start: invite, body: sdp(), length: '-999' }), '400'],
  [
    '3.1.2.4',
    'scalar02: numbers of a request that are too large',
    message({
      start: register,
      cseq: '36893488147419103232 REGISTER',
      more: ['Max-Forwards: 300', 'Expires: 10000000000'],
    }),
    '400',
  ],
  [
    '3.1.2.5',
    'scalarlg: numbers of a response that are too large',
    message({
      start: 'SIP/2.0 503 Service Unavailable',
      cseq: '9292394834772304023312 OPTIONS',
      more: ['Retry-After: 949302838503028349304023988'],
    }),
    '',
  ],
  [
    '3.1.2.6',
    'quotbal: a quote that does not end',
    message({ start: invite, to: '"Mr. J. User <sip:nobody@10.0.0.1>' }),
    '400',
  ],
  [
    '3.1.2.7',
    'ltgtruri: a request URI in angle brackets',
    message({ start: 'INVITE <sip:nobody@10.0.0.1> SIP/2.0' }),
    '400',
  ],
  [
    '3.1.2.8',
    'lwsruri: a blank in the request URI',
    message({ start: 'INVITE sip:nobody@10.0.0.1; lr SIP/2.0' }),
    '400',
  ],
  [
    '3.1.2.9',
    'lwsstart: two blanks in the request line',
    message({ start: 'INVITE  sip:nobody@10.0.0.1  SIP/2.0', cseq: '1 INVITE' }),
    '400',
  ],
  ['3.1.2.10', 'trws: blanks behind the request line', message({ start: 'OPTIONS sip:777@10.0.0.1 SIP/2.0  ' }), '400'],
  [
    '3.1.2.11',
    'escruri: headers in the request URI',
    message({ start: 'INVITE sip:nobody@10.0.0.1?Route=%3Csip:example.com%3E SIP/2.0' }),
    '400',
  ],
  [
    '3.1.2.12',
    'baddate: a Date that is not in GMT, which nobody here reads',
    message({ more: ['Date: Fri, 01 Jan 2010 16:00:00 EST'] }),
    '200',
  ],
  [
    '3.1.2.13',
    'regbadct: a Contact whose headers want angle brackets',
    message({ start: register, more: ['Contact: sip:user@example.com?Route=%3Csip:sip.example.com%3E'] }),
    '400',
  ],
  [
    '3.1.2.14',
    'badaspec: blanks around an addr-spec, which the RFC lets a receiver pass over',
    message({ to: '"Watson, Thomas" < sip:t.watson@example.org >' }),
    '200',
  ],
  [
    '3.1.2.15',
    'baddn: a comma in a display name without quotes',
    message({ from: 'Bell, Alexander <sip:a.g.bell@example.com>;tag=43' }),
    '400',
  ],
  ['3.1.2.16', 'badvers: another version of SIP', message({ start: 'OPTIONS sip:777@10.0.0.1 SIP/7.0' }), '505'],
  ['3.1.2.17', 'mismatch01: CSeq of another method', message({ cseq: '8 INVITE' }), '400'],
  [
    '3.1.2.18',
    'mismatch02: an unknown method, CSeq of another',
    message({ start: 'NEWMETHOD sip:777@10.0.0.1 SIP/2.0', cseq: '8 INVITE' }),
    '400',
  ],
  [
    '3.1.2.19',
    'bigcode: a status code that is none',
    message({ start: 'SIP/2.0 4294967301 better not break the receiver', cseq: '35 INVITE' }),
    '',
  ],
];

const beyondGrammar: readonly Row[] = [
  [
    '3.2.1',
    'badbranch: a branch that is the cookie alone',
    message({ via: 'SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bK' }),
    '200',
  ],
  [
    '3.3.1',
    'insuf: required headers are missing, those of an answer too',
    `${invite}\r\nCSeq: 193942 INVITE\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKinsuf\r\nContent-Type: application/sdp\r\nl: 0\r\n\r\n`,
    '',
  ],
  [
    '3.3.2',
    'unkscm: a request URI of an unknown scheme',
    message({ start: 'OPTIONS nobodyKnowsThisScheme:totallyopaquecontent SIP/2.0' }),
    '416',
  ],
  [
    '3.3.3',
    'novelsc: a request URI of a scheme of something else',
    message({ start: 'OPTIONS soap.beep://192.0.2.103:3002 SIP/2.0' }),
    '416',
  ],
  [
    '3.3.4',
    'unksm2: unknown schemes in From, To and Contact',
    message({
      start: register,
      to: 'isbn:2983792873',
      from: '<http://www.example.com>;tag=3234233',
      more: ['Contact: <name:John_Smith>'],
    }),
    '405',
  ],
  [
    '3.3.5',
    'bext01: extensions that nobody supports are required',
    message({
      more: [
        'Proxy-Require: noProxiesSupportThis, norDoAnyProxiesSupportThis',
        'Require: nothingSupportsThis, nothingSupportsThisEither',
      ],
    }),
    '420',
  ],
  [
    '3.3.6',
    'invut: a body of an unknown type',
    message({ start: invite, type: 'application/unknownformat', body: '<audio>' }),
    '415',
  ],
  [
    '3.3.7',
    'regaut01: an unknown scheme of authorization',
    message({ start: register, more: ['Authorization: NoOneKnowsThisScheme opaque-data=here'] }),
    '405',
  ],
  [
    '3.3.8',
    'multi01: headers twice that there may be once',
    message({
      start: invite,
      more: [
        'CSeq: 59 INVITE',
        'Call-ID: multi01.second@example.net',
        'From: <sip:other@example.com>;tag=3413415',
        'To: <sip:other@example.net>',
        'Max-Forwards: 5',
      ],
    }),
    '400',
  ],
  [
    '3.3.9',
    'mcl01: two different Content-Lengths',
    message({ body: 'There is no way', type: 'text/plain', more: ['Content-Length: 5'] }),
    '400',
  ],
  [
    '3.3.10',
    'bcast: a response whose Via names a broadcast address',
    message({
      start: 'SIP/2.0 200 OK',
      via: ['SIP/2.0/UDP 192.0.2.198;branch=z9hG4bK1324923', 'SIP/2.0/UDP 255.255.255.255;branch=z9hG4bK1saber23'],
      cseq: '1 INVITE',
    }),
    '',
  ],
  ['3.3.11', 'zeromf: the end of its hops, at the place it is for', message({ more: ['Max-Forwards: 0'] }), '200'],
  [
    '3.3.12',
    'cparam01: a parameter of the Contact',
    message({ start: register, more: ['Contact: sip:+19725552222@gw1.example.net;unknownparam'] }),
    '405',
  ],
  [
    '3.3.13',
    'cparam02: a parameter of the URI in the Contact',
    message({ start: register, more: ['Contact: <sip:+19725552222@gw1.example.net;unknownparam>'] }),
    '405',
  ],
  [
    '3.3.14',
    'regescrt: escaped headers in the URI of the Contact',
    message({ start: register, more: ['Contact: <sip:user@example.com?Route=%3Csip:sip.example.com%3E>'] }),
    '405',
  ],
  [
    '3.3.15',
    'sdp01: an INVITE that accepts no session description',
    message({ start: 'INVITE sip:777@10.0.0.1 SIP/2.0', more: ['Accept: text/nobodyKnowsThis'] }),
    '406',
  ],
  [
    '3.4.1',
    'inv2543: as RFC 2543 wrote it, without branch and tags',
    message({ start: invite, via: 'SIP/2.0/UDP 10.0.0.9:5060', from: 'sip:caller@example.net', body: sdp() }),
    '100 404',
  ],
];

const ipv6: readonly Row[] = [
  [
    '4.1',
    'a request with IPv6 references',
    message({ start: 'OPTIONS sip:[2001:db8::10] SIP/2.0', from: 'sip:user@example.com;tag=81x2' }),
    '200',
  ],
  ['4.2', 'an IPv6 address without brackets', message({ start: 'OPTIONS sip:2001:db8::10 SIP/2.0' }), '400'],
  [
    '4.3',
    'what looks like a port is the end of the address',
    message({ start: 'OPTIONS sip:[2001:db8::10:5070] SIP/2.0' }),
    '200',
  ],
  ['4.4', 'a port behind the brackets', message({ start: 'OPTIONS sip:[2001:db8::10]:5070 SIP/2.0' }), '200'],
  [
    '4.5',
    'received without brackets',
    message({
      via: [
        'SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKv6a',
        'SIP/2.0/UDP [2001:db8::9:1];received=2001:db8::9:255;branch=z9hG4bKas3-111',
      ],
    }),
    '200',
  ],
  [
    '4.5',
    'received with brackets',
    message({
      via: [
        'SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKv6b',
        'SIP/2.0/UDP [2001:db8::9:1];received=[2001:db8::9:255];branch=z9hG4bKas3-111',
      ],
    }),
    '200',
  ],
  ['4.6', 'a session description of IPv6', message({ start: invite, body: sdp('2001:db8::20', 'IP6') }), '100 404'],
  [
    '4.7',
    'addresses of both families in the headers',
    message({
      start: 'OPTIONS sip:user@[2001:db8::10] SIP/2.0',
      via: [
        'SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKv6c',
        'SIP/2.0/UDP [2001:db8::9:1]:6050;branch=z9hG4bKas3-112',
        'SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKjhja8781',
      ],
    }),
    '200',
  ],
  [
    '4.8',
    'addresses of both families in the session description',
    message({ start: invite, body: `${sdp('2001:db8::1', 'IP6')}m=video 6000 RTP/AVP 97\r\nc=IN IP4 192.0.2.1\r\n` }),
    '100 404',
  ],
  [
    '4.9',
    'IPv4 addresses written as IPv6',
    message({ start: 'OPTIONS sip:user@[::ffff:192.0.2.10] SIP/2.0', from: 'sip:user@[::ffff:192.0.2.2];tag=4xd' }),
    '200',
  ],
  [
    '4.10',
    'an IPv4 address at the end of an IPv6 one',
    message({ start: 'OPTIONS sip:user@[2001:db8::192.0.2.1] SIP/2.0' }),
    '200',
  ],
];

describe('the messages of RFC 4475 and RFC 5118', () => {
  let wire: Wire;

  before(async () => {
    wire = await Wire.open();
  });

  after(() => wire.close());

  for (const [rfc, rows] of [
    ['4475', [...valid, ...invalid, ...beyondGrammar]],
    ['5118', ipv6],
  ] as const) {
    for (const [section, name, text, verdict] of rows) {
      test(`RFC ${rfc} ${section} ${name}`, async () => {
        const answers = await wire.ask(text);
        assert.equal(answers.map((answer) => answer.slice(0, 3)).join(' '), verdict, answers.join(', '));
      });
    }
  }

  // Nothing comes back for a response, be it right or wrong, nor for what cannot be answered: how each is read tells them apart.
  test('what nothing is sent for is read or refused as the RFC says', () => {
    const unanswered = [...valid, ...invalid, ...beyondGrammar].filter(([, , , verdict]) => verdict === '');
    assert.deepEqual(
      unanswered.map(([section, , text]) => {
        const read = parseMessage(text);
        return `${section} ${read instanceof SipResponse ? `${read.status} ${read.reason}`.trim() : 'refused'}`;
      }),
      [
        bytes(
          '3.1.1.12 200 = 2**3 * 5**2 \u{43d}\u{43e} \u{441}\u{442}\u{43e} \u{434}\u{435}\u{432}\u{44f}\u{43d}\u{43e}',
        ),
        '3.1.1.13 100',
        '3.1.2.1 refused',
        '3.1.2.5 refused',
        '3.1.2.19 refused',
        '3.3.1 refused',
        '3.3.10 200 OK',
      ],
    );
  });

  test('after all of them the gateway takes a call', async () => {
    const call = message({ start: 'INVITE sip:777@10.0.0.1 SIP/2.0', body: sdp() });
    assert.deepEqual(await wire.ask(call), ['100 Trying', '180 Ringing']);
  });
});
