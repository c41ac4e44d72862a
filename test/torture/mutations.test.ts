/**
 * A million messages that were valid once, spoilt at random, through the parsers: never an exception, never a value with a control
 * character, never an answer that is malformed itself. `TORTURE_SEED=N` for others, `TORTURE_CASES=N` for more.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GatewayError, type NamingPointer, type ServiceRecord } from '../../src/io/index.ts';
import { parseSdp, remoteAudio } from '../../src/media/index.ts';
import { Challenger, DigestClient } from '../../src/sip/auth/index.ts';
import { Framer, parseMessage, parseNameAddress, parseUri, Responder } from '../../src/sip/message/index.ts';
import { locate } from '../../src/sip/target/locate.ts';
import { anomalies } from './anomalies.ts';
import { Dice } from './dice.ts';

const seed = Number(process.env['TORTURE_SEED'] ?? 20_261_125);
const cases = Number(process.env['TORTURE_CASES'] ?? 1_000_000);

const sdp = [
  'v=0\r\no=a 1 1 IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio 49170 RTP/AVP 0 8 101\r\na=rtpmap:0 PCMU/8000\r\na=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-16\r\na=sendrecv\r\n',
  'v=0\r\no=- 0 0 IN IP6 2001:db8::1\r\ns= \r\ni=x\r\nb=AS:64\r\nt=0 0\r\nm=video 6000/2 RTP/SAVP 97\r\nc=IN IP6 2001:db8::2\r\na=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:x\r\nm=audio 0 RTP/AVP 18\r\na=inactive\r\n',
];
const messages = [
  `INVITE sip:+49%2030;phone-context=x@gw.example:5061;transport=tls;lr SIP/2.0\r\nVia: SIP/2.0/TLS [2001:db8::9]:5061;branch=z9hG4bK7;rport;received=192.0.2.1, SIP/2.0/UDP h\r\nRecord-Route: <sip:p1;lr>, "x" <sips:p2:5061;lr>\r\nFrom: "A \\" b" <sip:a@h>;tag=f\r\nTo: sip:b@h\r\nCall-ID: c@h\r\nCSeq: 314159 INVITE\r\nMax-Forwards: 70\r\nContact: <sip:a@[::1]:5060>;q=0.7;expires=3600\r\nSupported: 100rel, timer\r\nContent-Type: application/sdp\r\nContent-Length: ${sdp[0]!.length}\r\n\r\n${sdp[0]}`,
  'SIP/2.0 200 OK\r\nv: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx;rport=5060;received=10.0.0.1\r\nf: <sip:a@h>;tag=1\r\nt: <sip:b@h>;tag=2\r\ni: 1\r\nCSeq: 1 INVITE\r\nm: *\r\nl: 0\r\n\r\n',
  'BYE tel:+1-201-555-0123 SIP/2.0\r\nVia : SIP / 2.0 / TCP h ;branch = z9hG4bKq\r\nFrom: <tel:1>;tag=a\r\nTo: <sip:b@h>;tag=b\r\nCall-ID: folded\r\n one\r\nCSeq: 2 BYE\r\nReason: Q.850;cause=16;text="x"\r\n\r\n',
  'REGISTER sips:[::1] SIP/2.0\r\nVia: SIP/2.0/TLS h:5061;branch=z9hG4bKr\r\nFrom: <sips:u@h>;tag=r\r\nTo: <sips:u@h>\r\nCall-ID: r\r\nCSeq: 3 REGISTER\r\nAuthorization: Digest username="u",realm="r",nonce="n",uri="sips:h",response="0",qop=auth,nc=00000001,cnonce="c"\r\nContact: <sips:u@h>;+sip.instance="<urn:uuid:1>"\r\nExpires: 60\r\n\r\n',
];
const values = [
  '"A" <sip:a@h;lr?x=y>;tag=1',
  'sip:a:b@h:1;p=1?x=y',
  '<sips:[::1]:5061>',
  'tel:+49(30)1-2;phone-context=x',
  'A b <sip:%41@h>',
];
const challenges = [
  'Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth,auth-int", opaque="o", stale=TRUE',
  'Digest realm="a \\"b\\"", domain="sip:h", nonce="x==", Digest realm="r2",nonce=n2,algorithm=MD5,qop=auth',
  'Basic realm="r", Digest realm="r",nonce="n",algorithm=SHA-512-256,qop="auth"',
  'Digest realm=r, nonce="n"',
];
/** SRV and NAPTR of a name, a record a line, as a hostile zone may have them. */
const zones = [
  '1 10 5061 a.example\n1 0 5061 b.example\n2 65535 1 c.example\n0 0 0 .\n10 5 s SIPS+D2T _sips._tcp.h.example\n20 5 S sip+d2u _sip._udp.h.example',
  '0 1 5060 x.example\n65535 65535 65535 \n1 1 u E2U+sip h.example\n1 1 s SIPS+D2T .',
];
const spices = Object.values(anomalies)
  .flat()
  .filter((text) => text.length < 300);

/** One to four small damages. */
function spoil(dice: Dice, text: string): string {
  let out = text;
  for (let times = dice.between(1, 4); times > 0; times--) {
    const at = dice.roll(out.length + 1);
    const length = Math.min(dice.pick([1, 1, 2, 8, 64]), out.length - at);
    switch (dice.roll(6)) {
      case 0:
        out = out.slice(0, at) + String.fromCharCode(dice.roll(256)) + out.slice(at + 1);
        break;
      case 1:
        out = out.slice(0, at) + out.slice(at + length);
        break;
      case 2:
        out = out.slice(0, at) + out.slice(at, at + length).repeat(dice.between(2, 6)) + out.slice(at + length);
        break;
      case 3:
        out = out.slice(0, at) + dice.pick(spices) + out.slice(at);
        break;
      case 4:
        out = out.slice(0, at) + dice.pick(spices) + out.slice(at + length);
        break;
      default: {
        const from = dice.roll(out.length + 1);
        out = out.slice(0, at) + out.slice(from, from + dice.between(1, 80)) + out.slice(at);
      }
    }
  }
  return out;
}

const control = /[\x00-\x08\x0a-\x1f\x7f]/;

/** What every reader of a parsed message would ask of it. */
function readMessage(text: string): 'taken' | 'refused' {
  const parsed = parseMessage(text);
  const request = parsed.kind === 'failure' ? parsed.request : parsed.kind === 'request' ? parsed : undefined;
  if (request !== undefined) {
    const printed = new Responder(request, { host: '192.0.2.7', port: 5060 }).print(400, { toTag: 'x' });
    assert.doesNotMatch(printed.replaceAll('\r\n', ''), control);
    assert.ok(printed.endsWith('\r\n\r\n') && !printed.slice(0, -4).includes('\r\n\r\n'));
  }
  if (parsed.kind === 'failure') return 'refused';
  const { callId, fromTag, toTag, contact, contentType, expires, require, supported, maxForwards, body } = parsed;
  for (const value of [callId, fromTag, toTag, contact?.uri, contentType, ...require, ...supported]) {
    if (value !== undefined) assert.doesNotMatch(value, control);
  }
  for (const number of [expires, maxForwards]) assert.ok(number === undefined || number >= 0);
  for (const route of [...parsed.routes, ...parsed.recordRoutes]) parseUri(route.uri);
  parseSdp(body);
  return 'taken';
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** What is held after a collection, in bytes. */
function held(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Runs a share of the cases; a failure names the case that replays it. */
function torture(share: number, corpus: readonly string[], run: (text: string, dice: Dice) => 'taken' | 'refused') {
  const seen = { taken: 0, refused: 0 };
  for (let i = 0; i < cases * share; i++) {
    const dice = new Dice(seed + i);
    const text = spoil(dice, dice.pick(corpus));
    try {
      seen[run(text, dice)]++;
    } catch (error) {
      throw new Error(`case TORTURE_SEED=${seed + i}: ${JSON.stringify(text).slice(0, 2000)}`, { cause: error });
    }
  }
  assert.ok(seen.taken > 0 && seen.refused > 0, JSON.stringify(seen));
}

test('spoilt messages are taken or refused', () => {
  torture(0.45, messages, readMessage);
});

test('spoilt session descriptions are taken or refused', () => {
  torture(0.2, sdp, (text) => {
    const parsed = parseSdp(text);
    if (!('sdp' in parsed)) return 'refused';
    remoteAudio(parsed.sdp);
    return 'taken';
  });
});

test('spoilt addresses and URIs are taken or refused', () => {
  torture(0.15, values, (text) => {
    // The walk over the lines of a message lets no control character through to these.
    if (control.test(text)) return 'refused';
    const address = parseNameAddress(text);
    const uri = parseUri(text);
    for (const value of [address?.uri, address?.display, address?.tag, uri?.user, uri?.host, uri?.parameters]) {
      if (value !== undefined) assert.doesNotMatch(value, control);
    }
    return address === undefined && uri === undefined ? 'refused' : 'taken';
  });
});

test('spoilt streams are cut into messages or end, however their bytes arrive', () => {
  torture(0.05, messages, (text, dice) => {
    const framer = new Framer();
    const bytes = Buffer.from(text.repeat(2), 'latin1');
    for (let at = 0; at < bytes.length; ) {
      const next = at + dice.between(1, 400);
      for (const frame of framer.push(bytes.subarray(at, next))) {
        if (frame.kind === 'fatal') return 'refused';
      }
      at = next;
    }
    return 'taken';
  });
});

test('spoilt challenges are answered or refused, and never answered with another header than ours', () => {
  const head =
    'Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:a@h>;tag=1\r\nTo: <sip:a@h>;tag=2\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\n';
  torture(0.05, challenges, (text) => {
    const response = parseMessage(`SIP/2.0 401 x\r\n${head}WWW-Authenticate: ${text}\r\nContent-Length: 0\r\n\r\n`);
    if (response.kind !== 'response') return 'refused';
    const client = new DigestClient(() => 'c');
    const answer = client.challenged(response, (realm) => ({ username: `u${realm.length}`, password: 'opensesame' }));
    if (answer.kind === 'refused') return 'refused';
    for (const line of client.headers({ method: 'REGISTER', uri: 'sip:h' })) {
      assert.match(line, /^Authorization: Digest username="u\d+", /);
      assert.doesNotMatch(line, control);
      assert.doesNotMatch(line, /opensesame/);
    }
    return 'taken';
  });
});

test('spoilt answers to a challenge of ours prove nothing', () => {
  const challenger = new Challenger(Buffer.alloc(32, 7));
  const source = '192.0.2.7';
  const [challenge = ''] = challenger.challenge('r', source, 0, false);
  const nonce = /nonce="([^"]*)"/.exec(challenge)?.[1] ?? '';
  const corpus = [
    `Digest username="u",realm="r",nonce="${nonce}",uri="sip:1@h",algorithm=SHA-256,response="${'0'.repeat(64)}",qop=auth,nc=00000001,cnonce="c"`,
    `Digest username="u",realm="r",nonce="${nonce}",uri="sip:1@h",response="${'a'.repeat(32)}"`,
  ];
  const entries = [{ username: 'u', password: { clear: 'opensesame' }, challenge: true }];
  torture(0.05, corpus, (text) => {
    const request = { method: 'INVITE', uri: 'sip:1@h', user: '1', authorizations: [text], source };
    const proof = challenger.judge(request, entries, 1);
    assert.notEqual(proof.kind, 'proved');
    return proof.kind === 'missing' ? 'taken' : 'refused';
  });
});

test('spoilt records of names lead to places that can be reached or to a refusal, sixteen places and five questions at most', async () => {
  const seen = { taken: 0, refused: 0 };
  for (let i = 0; i < cases * 0.05; i++) {
    const dice = new Dice(seed + i);
    const lines = spoil(dice, dice.pick(zones))
      .split('\n')
      .map((line) => line.split(' '));
    const services = lines.flatMap(([priority, weight, port, target]): readonly ServiceRecord[] => [
      {
        priority: Number(priority) & 0xffff,
        weight: Number(weight) & 0xffff,
        port: Number(port) & 0xffff,
        target: target ?? '',
      },
    ]);
    const pointers = lines.map(
      ([order, preference, flags = '', service = '', replacement = '']): NamingPointer => ({
        order: Number(order) & 0xffff,
        preference: Number(preference) & 0xffff,
        flags,
        service,
        replacement,
      }),
    );
    const asked: string[] = [];
    const names = {
      addresses: async (name: string) => {
        if (dice.roll(3) === 0) throw new GatewayError('name-not-found', name);
        return Array.from({ length: dice.roll(40) }, (_, n) => `10.0.0.${n}`);
      },
      services: async (name: string) => {
        asked.push(name);
        return services;
      },
      pointers: async () => pointers,
    };
    const random = { bytes: (count: number) => Buffer.from(Array.from({ length: count }, () => dice.roll(256))) };
    try {
      const places = await locate({ host: 'h.example', isName: true, transport: 'tls' }, names, random);
      assert.ok(places.length <= 16 && places.every(({ port }) => port > 0 && port < 65_536));
      seen.taken++;
    } catch (error) {
      if (!(error instanceof GatewayError)) throw new Error(`case TORTURE_SEED=${seed + i}`, { cause: error });
      seen.refused++;
    }
    assert.ok(asked.length <= 5, asked.join());
  }
  assert.ok(seen.taken > 0 && seen.refused > 0, JSON.stringify(seen));
});

test('of a hundred thousand spoilt messages nothing is kept', () => {
  const share = 0.1;
  torture(share / 10, messages, readMessage);
  const before = held();
  torture(share, messages, readMessage);
  assert.ok(held() - before < 4_000_000, `${held() - before} bytes more are held`);
});
