import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { answerDirection, type LocalAudio, printAnswer, printOffer, remoteAudio } from './audio.ts';
import { type Direction, parseSdp } from './sdp.ts';

const head = 'v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n';
function remote(media: string, before = head) {
  const parsed = parseSdp(before + media);
  return parsed.kind === 'sdp' ? remoteAudio(parsed.sdp) : parsed.reason;
}

const malformed: readonly [string, string][] = [
  ['', 'empty description'],
  ['v=1\r\n', 'not version 0'],
  ['o=x\r\n', 'not version 0'],
  [`${head}x\r\n`, 'line without type'],
  [`${head}m=audio\r\n`, 'bad media line'],
  [`${head}m=audio 99999 RTP/AVP 0\r\n`, 'bad media port'],
  [`${head}m=audio 1x RTP/AVP 0\r\n`, 'bad media port'],
  [`${head}c=IN IP5 1\r\n`, 'bad connection line'],
  [head + 'm=audio 1 RTP/AVP 0\r\n'.repeat(17), 'too many media'],
  [head + 'a=x\r\n'.repeat(129), 'too many attributes'],
  [head + 'b=x\r\n'.repeat(600), 'too many lines'],
  [`${head}m=audio 1 RTP/AVP${' 0'.repeat(65)}\r\n`, 'too many formats'],
  ['v'.repeat(20_000), 'description too large'],
];
for (const [text, reason] of malformed) {
  test(`a description is refused: ${reason}`, () => {
    assert.deepEqual(parseSdp(text), { kind: 'malformed', reason });
  });
}

test('any text is read or refused, never thrown over', () => {
  fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => remote(text) !== null));
});

test('the first audio stream over RTP that is in use and has a codec of ours is found', () => {
  const found = remote(
    'm=video 4000 RTP/AVP 31\r\nm=audio 0 RTP/AVP 0\r\nm=audio 5000 RTP/SAVP 0\r\nm=audio 6000 RTP/AVP 9\r\n' +
      'm=audio 7000 RTP/AVP 18 8 96 97\r\nc=IN IP4 192.0.2.7\r\na=rtpmap:96 pcmu/8000\r\na=rtpmap:97 telephone-event/8000\r\na=sendonly\r\n',
  );
  assert.deepEqual(found, {
    index: 4,
    codecs: ['g729r8', 'g711alaw', 'g711ulaw'],
    payloadTypes: [18, 8, 96],
    telephoneEvent: 97,
    address: { host: '192.0.2.7', port: 7000 },
    direction: 'sendonly',
  });
});

test('a mapping of a static payload type decides over the static meaning', () => {
  assert.equal(remote('m=audio 7000 RTP/AVP 0\r\na=rtpmap:0 OPUS/48000\r\n'), undefined);
});

test('lines may end in LF alone, and IPv6 addresses are read', () => {
  const found = remote('m=audio 7000 RTP/AVP 0\nc=IN IP6 2001:db8::1\n', head.replaceAll('\r', ''));
  assert.ok(typeof found === 'object');
  assert.deepEqual(found.address, { host: '2001:db8::1', port: 7000 });
});

test('the old form of hold has no address and only sends', () => {
  const found = remote('m=audio 7000 RTP/AVP 0\r\nc=IN IP4 0.0.0.0\r\n');
  assert.ok(typeof found === 'object');
  assert.equal(found.address, undefined);
  assert.equal(found.direction, 'sendonly');
});

test('a name instead of an address leaves the address open', () => {
  const found = remote('m=audio 7000 RTP/AVP 0\r\nc=IN IP4 media.example.com\r\n');
  assert.ok(typeof found === 'object');
  assert.equal(found.address, undefined);
});

const directions: readonly [Direction, Direction][] = [
  ['sendrecv', 'sendrecv'],
  ['sendonly', 'recvonly'],
  ['recvonly', 'sendonly'],
  ['inactive', 'inactive'],
];
for (const [offered, answered] of directions)
  test(`${offered} is answered with ${answered}`, () => assert.equal(answerDirection(offered), answered));

const local: LocalAudio = {
  host: '192.0.2.1',
  port: 16_384,
  sessionId: 42,
  version: 7,
  codec: 'g711ulaw',
  payloadType: 0,
  alternatives: [],
  bytes: 160,
  telephoneEvent: 101,
  direction: 'sendrecv',
};

test('an offer has the layout of Cisco', () => {
  assert.deepEqual(printOffer(local).split('\r\n'), [
    'v=0',
    'o=CiscoSystemsSIP-GW-UserAgent 42 7 IN IP4 192.0.2.1',
    's=SIP Call',
    'c=IN IP4 192.0.2.1',
    't=0 0',
    'm=audio 16384 RTP/AVP 0 101',
    'c=IN IP4 192.0.2.1',
    'a=rtpmap:0 PCMU/8000',
    'a=rtpmap:101 telephone-event/8000',
    'a=fmtp:101 0-16',
    'a=ptime:20',
    '',
  ]);
});

test('G.729 is offered without annex B, and its packet time follows the bytes', () => {
  const text = printOffer({ ...local, codec: 'g729r8', payloadType: 18, bytes: 30, telephoneEvent: undefined });
  assert.match(text, /m=audio 16384 RTP\/AVP 18\r\n/);
  assert.match(text, /a=fmtp:18 annexb=no\r\na=ptime:30\r\n/);
});

test('an answer has the m-lines of the offer, all but one refused', () => {
  const parsed = parseSdp(`${head}m=video 4000 RTP/AVP 31\r\nm=audio 7000 RTP/AVP 0\r\n`);
  assert.ok(parsed.kind === 'sdp');
  const answer = printAnswer({ ...local, direction: 'recvonly' }, parsed.sdp, 1);
  assert.deepEqual(
    answer.split('\r\n').filter((line) => line.startsWith('m=')),
    ['m=video 0 RTP/AVP 31', 'm=audio 16384 RTP/AVP 0 101'],
  );
  assert.match(answer, /a=recvonly\r\n$/);
});

test('what we print we can read', () => {
  const parsed = parseSdp(printOffer(local));
  assert.ok(parsed.kind === 'sdp');
  const found = remoteAudio(parsed.sdp);
  assert.deepEqual(found?.address, { host: '192.0.2.1', port: 16_384 });
  assert.deepEqual(found?.codecs, ['g711ulaw']);
  assert.equal(found?.telephoneEvent, 101);
});
