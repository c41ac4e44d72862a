/**
 * Messages a second on one core: reading an INVITE with SDP and the eight fields a B2BUA needs of it, and printing the
 * INVITE it sends on and the response it sends back. `node bench/parse.ts [seconds]`.
 */
import { Framer, parseMessage, printRequest, Responder } from '../src/sip/message/index.ts';

const sdp = [
  'v=0',
  'o=west 8437 1929 IN IP4 192.0.2.10',
  's=SIP Call',
  'c=IN IP4 192.0.2.10',
  't=0 0',
  'm=audio 16384 RTP/AVP 18 0 101',
  'a=rtpmap:18 G729/8000',
  'a=fmtp:18 annexb=no',
  'a=rtpmap:0 PCMU/8000',
  'a=rtpmap:101 telephone-event/8000',
  'a=fmtp:101 0-15',
  'a=ptime:20',
  '',
].join('\r\n');

const invite = [
  'INVITE sip:9001@192.0.2.20:5060;transport=tcp SIP/2.0',
  'Via: SIP/2.0/TCP 192.0.2.10:5060;branch=z9hG4bK2C419F7;rport',
  'From: "West" <sip:777@192.0.2.10>;tag=581BB98-1663',
  'To: <sip:9001@192.0.2.20>',
  'Call-ID: EB5B1948-770611DA-804F9736-BFA4AC35@192.0.2.10',
  'CSeq: 101 INVITE',
  'Max-Forwards: 70',
  'Contact: <sip:777@192.0.2.10:5060;transport=tcp>',
  'Allow: INVITE, OPTIONS, BYE, CANCEL, ACK, PRACK, UPDATE, REFER, SUBSCRIBE, NOTIFY, INFO',
  'Supported: timer,resource-priority,replaces',
  'User-Agent: dialpeer',
  'Content-Type: application/sdp',
  `Content-Length: ${sdp.length}`,
  '',
  sdp,
].join('\r\n');

/** What else a basic call brings: six messages without a body. */
const others = [
  ['SIP/2.0 100 Trying', 'INVITE'],
  ['SIP/2.0 180 Ringing', 'INVITE', 'Contact: <sip:9001@192.0.2.20:5060;transport=tcp>'],
  ['SIP/2.0 200 OK', 'INVITE', 'Contact: <sip:9001@192.0.2.20:5060;transport=tcp>'],
  ['ACK sip:9001@192.0.2.20:5060;transport=tcp SIP/2.0', 'ACK', 'Max-Forwards: 70'],
  ['BYE sip:9001@192.0.2.20:5060;transport=tcp SIP/2.0', 'BYE', 'Max-Forwards: 70'],
  ['SIP/2.0 200 OK', 'BYE'],
].map(([start, method, ...more]) =>
  [
    start,
    'Via: SIP/2.0/TCP 192.0.2.10:5060;branch=z9hG4bK2C419F7;received=192.0.2.10;rport=5060',
    'From: "West" <sip:777@192.0.2.10>;tag=581BB98-1663',
    'To: <sip:9001@192.0.2.20>;tag=9A3F10C2-77',
    'Call-ID: EB5B1948-770611DA-804F9736-BFA4AC35@192.0.2.10',
    `CSeq: 101 ${method}`,
    ...more,
    'Content-Length: 0',
    '',
    '',
  ].join('\r\n'),
);

const source = { host: '192.0.2.10', port: 5060 };
const bytes = Buffer.from(invite.repeat(8), 'latin1');
const framer = new Framer();
let sink = 0;

function read(text: string): void {
  const message = parseMessage(text);
  if (message.kind !== 'request') throw new TypeError('the INVITE of this measurement does not parse');
  sink += message.topVia.branch!.length + message.callId.length + message.cseqNumber + message.from.tag!.length;
  sink += message.to.uri.length + message.contact!.uri.length + message.maxForwards! + message.body.length;
}

function readOthers(): void {
  for (const text of others) {
    const message = parseMessage(text);
    if (message.kind === 'failure') throw new TypeError('a message of this measurement does not parse');
    sink += message.topVia.branch!.length + message.callId.length + message.cseqNumber + message.cseqMethod.length;
    sink += message.fromTag!.length + message.toTag!.length;
  }
}

function readAndWrite(text: string): void {
  const message = parseMessage(text);
  if (message.kind !== 'request') throw new TypeError('the INVITE of this measurement does not parse');
  sink += new Responder(message, source).print(100).length;
  sink += printRequest({
    method: 'INVITE',
    uri: 'sip:9001@192.0.2.30:5060',
    via: 'SIP/2.0/TCP 192.0.2.20:5060;branch=z9hG4bK00000001',
    maxForwards: message.maxForwards! - 1,
    from: '"West" <sip:777@192.0.2.20>;tag=1',
    to: '<sip:9001@192.0.2.30>',
    callId: '1@192.0.2.20',
    cseqNumber: 101,
    contact: '<sip:777@192.0.2.20:5060;transport=tcp>',
    headers: ['Allow: INVITE, OPTIONS, BYE, CANCEL, ACK, UPDATE', 'User-Agent: dialpeer'],
    body: message.body,
  }).length;
}

function measure(title: string, messages: number, work: () => void, seconds: number): void {
  const end = process.hrtime.bigint() + BigInt(Math.round(seconds * 1e9));
  for (let i = 0; i < 2000; i++) work();
  const cpu = process.cpuUsage();
  let rounds = 0;
  do {
    for (let i = 0; i < 500; i++) work();
    rounds += 500;
  } while (process.hrtime.bigint() < end);
  const { user, system } = process.cpuUsage(cpu);
  const each = (user + system) / (rounds * messages);
  console.log(
    `${title.padEnd(48)} ${Math.round(1e6 / each)
      .toString()
      .padStart(9)} /CPU-s  ${each.toFixed(2)} us`,
  );
}

const seconds = Number(process.argv[2] ?? 2);
const frames = (): void => {
  for (const frame of framer.push(bytes)) if (frame.kind === 'message') sink += frame.text.length;
};
const whole = (): void => {
  for (const frame of framer.push(bytes)) if (frame.kind === 'message') readAndWrite(frame.text);
};
measure('cut from a stream', 8, frames, seconds);
measure('parse, eight fields', 1, () => read(invite), seconds);
measure('parse the others of a call, six fields', others.length, readOthers, seconds);
measure('parse, print 100 and the INVITE sent on', 1, () => readAndWrite(invite), seconds);
measure('cut, parse, print 100 and the INVITE sent on', 8, whole, seconds);
if (sink === 0) throw new TypeError('nothing was measured');
