/** Every anomaly of every family in every part of an INVITE, sent to a whole gateway; after each family in each the gateway takes a call. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { anomalies, families } from './anomalies.ts';
import { Wire } from './wire.ts';

/** A request with `@` where the anomaly goes; `#` is a number of its own for each message. */
const template = `INVITE sip:777@10.0.0.1:5060;transport=udp SIP/2.0\r
Via: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKp#;rport\r
From: "Caller" <sip:caller@example.net:5060;user=phone>;tag=f#\r
To: "Called" <sip:777@10.0.0.1>\r
Call-ID: p#@example.net\r
CSeq: 1 INVITE\r
Contact: <sip:caller@10.0.0.9:5060>;expires=60\r
Max-Forwards: 70\r
Expires: 60\r
Record-Route: <sip:10.0.0.9;lr>\r
Require: x\r
Supported: x\r
Allow: INVITE, ACK\r
Accept: application/sdp\r
Date: Sat, 13 Nov 2010 23:29:00 GMT\r
Subject: none\r
User-Agent: torture\r
Authorization: Digest username="a", realm="b", nonce="c", uri="sip:d", response="e"\r
Proxy-Authorization: Digest username="a", realm="b", nonce="c", uri="sip:d", response="e", qop=auth, nc=00000001, cnonce="f"\r
Remote-Party-ID: "Caller" <sip:caller@example.net>;party=calling\r
P-Asserted-Identity: "Caller" <sip:caller@example.net>, <tel:+4930123>\r
Diversion: "First" <sip:first@example.net>;reason=unconditional;counter=1\r
Route: <sip:10.0.0.1;lr>\r
Reason: Q.850;cause=16;text="done"\r
Session-Expires: 1800;refresher=uac\r
Min-SE: 90\r
Proxy-Require: y\r
Content-Disposition: session;handling=required\r
Content-Encoding: identity\r
Content-Type: application/sdp\r
Content-Length: 117\r
\r
v=0\r
o=caller 1 1 IN IP4 10.0.0.9\r
s=-\r
c=IN IP4 10.0.0.9\r
t=0 0\r
m=audio 49170 RTP/AVP 0\r
a=rtpmap:0 PCMU/8000\r
`;

/** What is replaced: the first text that the pattern finds in the template. What a gateway must refuse is gone unless it is the part itself. */
const parts: Readonly<Record<string, RegExp>> = {
  method: /^INVITE/,
  'request URI': /sip:777@10\.0\.0\.1:5060;transport=udp/,
  'scheme of the request URI': /(?<=^INVITE )sip/,
  'user of the request URI': /(?<=^INVITE sip:)777/,
  'host of the request URI': /(?<=^INVITE sip:777@)10\.0\.0\.1/,
  'port of the request URI': /(?<=^INVITE sip:777@10\.0\.0\.1:)5060/,
  'parameter of the request URI': /transport=udp/,
  'a password in the request URI': /(?<=^INVITE sip:777)(?=@)/,
  'headers of the request URI': /(?<=^INVITE sip:777@10\.0\.0\.1:5060;transport=udp)(?= )/,
  version: /(?<=udp )SIP\/2\.0/,
  'line ends': /\r\n/,
  Via: /(?<=Via: ).*(?=\r)/,
  'transport of Via': /(?<=Via: SIP\/2\.0\/)UDP/,
  'sent-by of Via': /(?<=Via: SIP\/2\.0\/UDP )10\.0\.0\.9/,
  'port of Via': /(?<=Via: SIP\/2\.0\/UDP 10\.0\.0\.9:)5060/,
  'branch of Via': /(?<=branch=)z9hG4bKp#/,
  From: /(?<=From: ).*(?=\r)/,
  'display name of From': /(?<=From: )"Caller"/,
  'URI of From': /(?<=From: "Caller" <).*?(?=>)/,
  'tag of From': /(?<=phone>;tag=)f#/,
  To: /(?<=To: ).*(?=\r)/,
  'URI of To': /(?<=To: "Called" <).*?(?=>)/,
  'Call-ID': /p#@example\.net/,
  CSeq: /1 INVITE/,
  'number of CSeq': /(?<=CSeq: )1/,
  'method of CSeq': /(?<=CSeq: 1 )INVITE/,
  Contact: /(?<=Contact: ).*(?=\r)/,
  'URI of Contact': /sip:caller@10\.0\.0\.9:5060/,
  'Max-Forwards': /(?<=Max-Forwards: )70/,
  Expires: /(?<=Expires: )60/,
  'Record-Route': /(?<=Record-Route: ).*(?=\r)/,
  Require: /(?<=Require: )x/,
  Supported: /(?<=Supported: )x/,
  Allow: /(?<=Allow: ).*(?=\r)/,
  Accept: /(?<=Accept: ).*(?=\r)/,
  Date: /(?<=Date: ).*(?=\r)/,
  Subject: /(?<=Subject: )none/,
  'User-Agent': /(?<=User-Agent: )torture/,
  Authorization: /(?<=Authorization: ).*(?=\r)/,
  'response of Authorization': /(?<=response=")e/,
  'Remote-Party-ID': /(?<=Remote-Party-ID: ).*(?=\r)/,
  'Proxy-Authorization': /(?<=Proxy-Authorization: ).*(?=\r)/,
  'nonce count of Proxy-Authorization': /(?<=nc=)00000001/,
  'P-Asserted-Identity': /(?<=P-Asserted-Identity: ).*(?=\r)/,
  Diversion: /(?<=Diversion: ).*(?=\r)/,
  'URI of Diversion': /(?<="First" <).*?(?=>)/,
  Route: /(?<=\nRoute: ).*(?=\r)/,
  'URI of Route': /(?<=\nRoute: <).*?(?=>)/,
  Reason: /(?<=Reason: ).*(?=\r)/,
  'Session-Expires': /(?<=Session-Expires: ).*(?=\r)/,
  'seconds of Session-Expires': /(?<=Session-Expires: )1800/,
  'Min-SE': /(?<=Min-SE: )90/,
  'Proxy-Require': /(?<=Proxy-Require: )y/,
  'Content-Disposition': /(?<=Content-Disposition: ).*(?=\r)/,
  'Content-Encoding': /(?<=Content-Encoding: ).*(?=\r)/,
  'Content-Type': /(?<=Content-Type: ).*(?=\r)/,
  'Content-Length': /(?<=Content-Length: )117/,
  'name of a header': /Subject/,
  SDP: /v=0[\s\S]*$/,
  'version of SDP': /(?<=v=)0/,
  'origin of SDP': /(?<=o=).*(?=\r)/,
  'connection of SDP': /(?<=c=).*(?=\r)/,
  'address of SDP': /(?<=c=IN IP4 )10\.0\.0\.9/,
  'media of SDP': /(?<=m=).*(?=\r)/,
  'port of SDP': /(?<=m=audio )49170/,
  'formats of SDP': /(?<=RTP\/AVP )0/,
  'rtpmap of SDP': /(?<=a=).*(?=\r)/,
};

let count = 0;
/** By the class of their status: what the gateway made of them. */
const answered = new Map<string, number>();

function spoilt(part: string, anomaly: string): string {
  const pattern = parts[part]!;
  const base = ['Require: x\r\n', 'Proxy-Require: y\r\n']
    .filter((line) => !line.startsWith(`${part}:`))
    .reduce((text, line) => text.replace(`\n${line}`, '\n'), template);
  assert.match(base, pattern, part);
  const isBody = part.includes('SDP');
  const text = base.replace(pattern, () => anomaly).replaceAll('#', `${++count}`);
  return isBody
    ? text.replace(/Content-Length: 117/, `Content-Length: ${text.length - text.indexOf('\r\n\r\n') - 4}`)
    : text;
}

/** Calls 777 and hangs up before it answers; the gateway must do as with any caller. */
async function call(wire: Wire): Promise<void> {
  const id = ++count;
  const head = (method: string): string =>
    `${method} sip:777@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.0.9:5060;branch=z9hG4bKok${id}\r\nFrom: <sip:ok@example.net>;tag=${id}\r\nTo: <sip:777@10.0.0.1>\r\nCall-ID: ok${id}\r\nCSeq: 1 ${method}\r\nContact: <sip:ok@10.0.0.9>\r\nContent-Length: 0\r\n\r\n`;
  assert.deepEqual(await wire.ask(head('INVITE')), ['100 Trying', '180 Ringing']);
  const answers = await wire.ask(head('CANCEL'));
  assert.deepEqual(answers, ['200 OK', '487 Request Terminated']);
  await wire.say(head('ACK'));
}

describe('anomalies in every part of an INVITE', () => {
  let wire: Wire;

  before(async () => {
    wire = await Wire.open();
  });

  after(() => wire.close());

  for (const part of Object.keys(parts)) {
    test(`${part}: whatever stands there, every answer is well formed and the gateway goes on`, async () => {
      for (const family of families) {
        for (const anomaly of anomalies[family]!) {
          const text = spoilt(part, anomaly);
          if (text.length > 65_000) continue;
          for (const answer of await wire.say(text)) {
            const kind = answer.slice(0, 9);
            answered.set(kind, (answered.get(kind) ?? 0) + 1);
            const head = answer.slice(0, answer.indexOf('\r\n\r\n'));
            assert.match(
              head,
              /^(?:SIP\/2\.0 [1-6]\d\d [ -~]*|BYE [!-~]+ SIP\/2\.0)\r\n/,
              `${family}: ${JSON.stringify(anomaly.slice(0, 60))}`,
            );
            assert.doesNotMatch(head.replaceAll('\r\n', ''), /[\x00-\x08\x0a-\x1f\x7f]/, family);
          }
        }
        // What still rings or was answered ends; the telephone is free again.
        await wire.scene.pass(100_000);
        await call(wire);
      }
    });
  }

  test('some were taken, most were refused: the anomalies reached what they were made for', () => {
    const of = (kind: string): number => answered.get(kind) ?? 0;
    assert.ok(of('SIP/2.0 4') > 1000 && of('SIP/2.0 1') > 1000, JSON.stringify([...answered]));
  });
});
