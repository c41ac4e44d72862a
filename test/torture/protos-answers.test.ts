/** Every anomaly of every family in every part of the answers to an INVITE of ours; after each family in each a call succeeds. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { DatagramSocket } from '../../src/io/index.ts';
import { voip } from '../stories/configurations.ts';
import { type Router, Scene } from '../stories/scene.ts';
import { anomalies, families } from './anomalies.ts';

const sdp =
  'v=0\r\no=far 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 49170 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n';
const ringing = `SIP/2.0 180 Ringing\r
Require: 100rel\r
RSeq: 7\r
Content-Type: application/sdp\r
`;
const answer = `SIP/2.0 200 OK\r
Record-Route: <sip:10.0.0.9;lr>, "x" <sip:10.0.0.8;lr>\r
Session-Expires: 1800;refresher=uas\r
Min-SE: 90\r
Allow: INVITE, UPDATE\r
Supported: timer\r
Server: torture\r
Content-Type: application/sdp\r
`;
const challenge = `SIP/2.0 407 Proxy Authentication Required\r
Proxy-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth,auth-int", opaque="o", stale=true\r
Proxy-Authenticate: Basic realm="b"\r
`;
const refusal = `SIP/2.0 503 Service Unavailable\r
Retry-After: 18 (busy);duration=60\r
Warning: 399 far "no"\r
Reason: Q.850;cause=41;text="t"\r
`;
const moved = `SIP/2.0 302 Moved Temporarily\r
Contact: "A" <sip:9002@10.0.0.9:5060;transport=udp>;q=0.5;expires=60, <sips:9003@far.example>\r
`;

/** Where the anomaly goes: a head, and the text in it that is replaced. */
const parts: Readonly<Record<string, readonly [string, RegExp]>> = {
  version: [answer, /^SIP\/2\.0/],
  status: [answer, /(?<=^SIP\/2\.0 )200/],
  reason: [answer, /(?<=^SIP\/2\.0 200 )OK/],
  Via: [answer, /(?<=Via: ).*(?=\r)/],
  'branch of Via': [answer, /(?<=branch=)[^;\r]*/],
  'tag of From': [answer, /(?<=From: [^\r]*;tag=)[^;\r]*/],
  To: [answer, /(?<=To: ).*(?=\r)/],
  'tag of To': [answer, /(?<=To: [^\r]*;tag=)[^;\r]*/],
  CSeq: [answer, /(?<=CSeq: ).*(?=\r)/],
  'method of CSeq': [answer, /(?<=CSeq: \d+ )INVITE/],
  Contact: [answer, /(?<=\nContact: ).*(?=\r)/],
  'URI of Contact': [answer, /(?<=\nContact: <).*?(?=>)/],
  'Record-Route': [answer, /(?<=Record-Route: ).*(?=\r)/],
  'URI of Record-Route': [answer, /(?<=Record-Route: <).*?(?=>)/],
  'Session-Expires': [answer, /(?<=Session-Expires: ).*(?=\r)/],
  'Min-SE': [answer, /(?<=Min-SE: ).*(?=\r)/],
  Allow: [answer, /(?<=Allow: ).*(?=\r)/],
  Supported: [answer, /(?<=Supported: ).*(?=\r)/],
  'Content-Type': [answer, /(?<=Content-Type: ).*(?=\r)/],
  'Content-Length': [answer, /(?<=Content-Length: ).*(?=\r)/],
  SDP: [answer, /v=0[\s\S]*$/],
  'connection of SDP': [answer, /(?<=c=).*(?=\r)/],
  'media of SDP': [answer, /(?<=m=).*(?=\r)/],
  'Require of 180': [ringing, /(?<=Require: )100rel/],
  RSeq: [ringing, /(?<=RSeq: )7/],
  'Proxy-Authenticate': [challenge, /(?<=Proxy-Authenticate: ).*(?=\r)/],
  'realm of a challenge': [challenge, /(?<=realm=")r/],
  'nonce of a challenge': [challenge, /(?<=nonce=")n/],
  'algorithm of a challenge': [challenge, /SHA-256/],
  'qop of a challenge': [challenge, /auth,auth-int/],
  'Retry-After': [refusal, /(?<=Retry-After: ).*(?=\r)/],
  'Reason of a refusal': [refusal, /(?<=Reason: ).*(?=\r)/],
  'Contact of 302': [moved, /(?<=\nContact: ).*(?=\r)/],
  'URI in the Contact of 302': [moved, /(?<=\nContact: "A" <).*?(?=>)/],
};

const far = { host: '10.0.0.9', port: 5060 };

/** Somebody who is called, and answers as it is told. */
class Answerer {
  readonly scene = new Scene();
  /** What answers an INVITE; undefined: a plain 200. */
  spoils: ((whole: string) => string) | undefined;
  head = answer;
  readonly heard: string[] = [];
  #router!: Router;
  #socket!: DatagramSocket;

  async open(): Promise<void> {
    this.#router = await this.scene.router(
      '10.0.0.1',
      `voice-port 0/3/1
 device answer
dial-peer voice 1 pots
 destination-pattern 777
 port 0/3/1
${voip(10, '9...', '10.0.0.9', 'authentication username alice password opensesame')}sip-ua
 retry invite 1
 retry bye 1
`,
    );
    this.#socket = await this.scene.world.host([far.host]).network.bindUdp(far, {
      received: (bytes, from) => {
        const text = bytes.toString('latin1');
        this.heard.push(text);
        for (const reply of this.#answers(text)) this.#socket.send(reply, from);
      },
      failed: () => undefined,
    });
  }

  #answers(text: string): readonly string[] {
    const method = text.slice(0, text.indexOf(' '));
    if (method === 'ACK' || method === 'SIP/2.0') return [];
    if (method !== 'INVITE') return [reply(text, 'SIP/2.0 200 OK\r\n', '')];
    const plain = reply(text, 'SIP/2.0 200 OK\r\nContent-Type: application/sdp\r\n', sdp);
    if (this.spoils === undefined) return [plain];
    const hasBody = this.head.includes('application/sdp');
    return [this.spoils(reply(text, this.head, hasBody ? sdp : ''))];
  }

  /** Whether a call to it was answered; it is over when this returns. */
  async call(): Promise<boolean> {
    let isAnswered: boolean | undefined;
    const { calls } = this.#router.gateway.world;
    const call = calls.simulate('9001', '0/3/1').then(({ answered }) => {
      isAnswered = answered;
    });
    // Long enough for a call that is answered, else for one that nobody ever answers.
    for (const ms of [2000, 100_000]) if (isAnswered === undefined) await this.scene.pass(ms);
    await call;
    return isAnswered === true;
  }

  async close(): Promise<void> {
    this.#router.assertIdle();
    assert.deepEqual(this.#router.logged('RECEIVER_FAULT'), []);
    this.#socket.close();
    await this.scene.close();
  }
}

/** An answer to `request`; of the head what is not given is as it must be. */
function reply(request: string, head: string, body: string): string {
  const line = (name: string): string => new RegExp(`^${name}: .*\r\n`, 'm').exec(request)?.[0] ?? '';
  const to = line('To').replace(/(?<!;tag=[^\r]*)\r\n$/, ';tag=far\r\n');
  const contact = head.includes('\nContact: ') ? '' : 'Contact: <sip:9001@10.0.0.9:5060>\r\n';
  const known = `${line('Via')}${line('From')}${to}${line('Call-ID')}${line('CSeq')}${contact}`;
  return `${head}${known}Content-Length: ${body.length}\r\n\r\n${body}`;
}

describe('anomalies in every part of the answers to an INVITE of ours', () => {
  const peer = new Answerer();
  before(() => peer.open());
  after(() => peer.close());
  const outcomes = { taken: 0, refused: 0 };

  for (const [part, [head, pattern]] of Object.entries(parts)) {
    test(`${part}: whatever stands there, what we send is well formed and the next call succeeds`, async () => {
      peer.head = head;
      for (const family of families) {
        for (const anomaly of anomalies[family]!) {
          peer.heard.length = 0;
          peer.spoils = (whole) => {
            assert.match(whole, pattern, part);
            return whole.replace(pattern, () => anomaly).slice(0, 65_000);
          };
          outcomes[(await peer.call()) ? 'taken' : 'refused']++;
          for (const text of peer.heard) {
            const ours = text.slice(0, text.indexOf('\r\n\r\n'));
            assert.match(
              ours,
              /^(?:[A-Z]+ [!-~]+ SIP\/2\.0|SIP\/2\.0 \d{3} [ -~]*)\r\n/,
              JSON.stringify(anomaly.slice(0, 60)),
            );
            assert.doesNotMatch(ours.replaceAll('\r\n', ''), /[\x00-\x08\x0a-\x1f\x7f]/, family);
            assert.doesNotMatch(ours, /opensesame/);
          }
        }
        peer.spoils = undefined;
        await peer.scene.pass(100_000);
        assert.equal(await peer.call(), true, `a call after ${family}`);
      }
    });
  }

  test('some calls were taken and some refused: the anomalies reached what they were made for', () => {
    assert.ok(outcomes.taken > 200 && outcomes.refused > 200, JSON.stringify(outcomes));
  });
});
