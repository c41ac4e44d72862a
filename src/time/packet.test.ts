import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodePacket, encodeQuestion, referenceText, timestampMs, timestampOf } from './packet.ts';

/** An answer of a stratum 2 server, as RFC 5905 lays it out. */
const answer = Buffer.from(
  '240206e9 00000a3d 00000148 0a100202 dfa02517d2f7b9f6 1122334455667788 dfa0251800000000 dfa0251880000000'.replaceAll(
    ' ',
    '',
  ),
  'hex',
);

test('an answer is read field by field', () => {
  assert.deepEqual(decodePacket(answer), {
    leap: 0,
    version: 4,
    mode: 4,
    stratum: 2,
    pollExponent: 6,
    precision: -23,
    rootDelayMs: (0x0a3d / 65_536) * 1000,
    rootDispersionMs: (0x148 / 65_536) * 1000,
    referenceId: Buffer.from([10, 16, 2, 2]),
    reference: 0xdfa02517d2f7b9f6n,
    originate: 0x1122334455667788n,
    receive: 0xdfa0251800000000n,
    transmit: 0xdfa0251880000000n,
  });
});

test('what is too short is no packet, and what follows the header is not looked at', () => {
  for (let length = 0; length < 48; length++) assert.equal(decodePacket(answer.subarray(0, length)), undefined);
  const longer = decodePacket(Buffer.concat([answer, Buffer.alloc(20, 9)]));
  assert.deepEqual(longer, decodePacket(answer));
});

test('a question tells its version, its mode and the nonce, and nothing else', () => {
  const question = encodeQuestion(3, 0x0102030405060708n);
  assert.equal(question.toString('hex'), `1b${'00'.repeat(39)}0102030405060708`);
});

test('a timestamp is a time between 1968 and 2104, in either era', () => {
  const table: readonly (readonly [bigint, string])[] = [
    [0xdfa02517d2f7b9f6n, '2018-11-21T18:40:23.824Z'],
    [0x8000000000000000n, '1968-01-20T03:14:08.000Z'],
    [0xffffffff80000000n, '2036-02-07T06:28:15.500Z'],
    [0x0000000000000000n, '2036-02-07T06:28:16.000Z'],
    [0x7fffffff00000000n, '2104-02-26T09:42:23.000Z'],
  ];
  for (const [timestamp, text] of table) assert.equal(new Date(timestampMs(timestamp)).toISOString(), text);
});

test('a time becomes a timestamp and comes back', () => {
  for (const text of ['1999-12-31T23:59:59.999Z', '2026-01-01T00:00:00.250Z', '2040-06-01T12:00:00.001Z']) {
    const at = Date.parse(text);
    assert.ok(Math.abs(timestampMs(timestampOf(at)) - at) < 0.001, text);
  }
});

test('a reference is an address, or a name between dots where it is one', () => {
  assert.equal(referenceText(2, Buffer.from([10, 16, 2, 2])), '10.16.2.2');
  assert.equal(referenceText(1, Buffer.from('GPS\0', 'latin1')), '.GPS.');
  assert.equal(referenceText(0, Buffer.from('\x1bRA\xff', 'latin1')), '.RA.');
});
