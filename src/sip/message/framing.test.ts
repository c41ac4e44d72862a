import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Frame, Framer } from './framing.ts';

const one = 'OPTIONS sip:h SIP/2.0\r\nContent-Length : 4\r\n\r\nab\r\n';
const two = 'SIP/2.0 200 OK\r\nContent-Type: text/plain\r\nl:\r\n 0\r\n\r\n';
const told = (frames: readonly Frame[]): string[] =>
  frames.map((frame) => (frame.kind === 'message' ? frame.text : frame.kind));
const push = (framer: Framer, text: string): string[] => told(framer.push(Buffer.from(text, 'latin1')));

test('messages are cut however the bytes arrive', () => {
  const bytes = Buffer.from(`${one}\r\n\r\n${two}${one}\r\n${two}${one}`, 'latin1');
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (sizes) => {
      const framer = new Framer();
      const frames: string[] = [];
      let at = 0;
      for (const size of [...sizes, bytes.length]) {
        const chunk = Buffer.from(bytes.subarray(at, at + size));
        frames.push(...told(framer.push(chunk)));
        chunk.fill(0);
        at += size;
      }
      assert.deepEqual(
        frames.filter((text) => text !== 'ping' && text !== 'pong'),
        [one, two, one, two, one],
      );
      assert.equal(framer.isPartial, false);
    }),
  );
});

test('byte by byte gives the same', () => {
  const framer = new Framer();
  const frames = [...`${one}${two}`].flatMap((byte) => push(framer, byte));
  assert.deepEqual(frames, [one, two]);
});

test('keepalives are told from each other, and a flood of them is one', () => {
  for (const [chunks, expected] of [
    [['\r\n\r\n'], ['ping']],
    [['\r\n'], ['pong']],
    [
      ['\r', '\n\r', '\n'],
      ['pong', 'ping'],
    ],
    [['\r\n\r\n'.repeat(1000)], ['ping']],
    [[`\r\n${two}`], ['pong', two]],
  ] as const) {
    const framer = new Framer();
    assert.deepEqual(
      chunks.flatMap((chunk) => push(framer, chunk)),
      expected,
    );
  }
});

test('a stream that cannot be trusted ends, for good', () => {
  for (const text of [
    'A b SIP/2.0\r\n\r\n',
    'A b SIP/2.0\r\nContent-Length: x\r\n\r\n',
    'A b SIP/2.0\r\nContent-Length: -1\r\n\r\n',
    'A b SIP/2.0\r\nContent-Length: 0x1\r\n\r\n',
    'A b SIP/2.0\r\nContent-Length: 1 1\r\n\r\n',
    'A b SIP/2.0\r\nContent-Length:\r\n\r\n',
    'A b SIP/2.0\r\nContent-Length: 1\r\nL: 2\r\n\r\n',
    'A b SIP/2.0\r\nContent-Length: 65537\r\n\r\n',
    'A b SIP/2.0\r\nContent-Length: 4294967296\r\n\r\n',
    'A b SIP/2.0\r\nContent-Length: 18446744073709551616\r\n\r\n',
    `A b SIP/2.0\r\nX: ${'y'.repeat(16_384)}`,
    `A b SIP/2.0\r\nX: ${'y'.repeat(16_384)}\r\nl: 0\r\n\r\n`,
    '\rA',
  ]) {
    for (const chunks of [[text], [...text]]) {
      const framer = new Framer();
      const frames = chunks.flatMap((chunk) => push(framer, chunk));
      assert.deepEqual(frames, ['fatal'], text);
      assert.deepEqual(push(framer, one), []);
    }
  }
});

test("limits are the owner's, equal duplicates pass, and a begun message is known", () => {
  const framer = new Framer({ head: 60, body: 4 });
  assert.deepEqual(push(framer, `A b SIP/2.0\r\nl: 4\r\nl:4\r\n\r\nab`), []);
  assert.equal(framer.isPartial, true);
  assert.deepEqual(push(framer, `cd${two}`), ['A b SIP/2.0\r\nl: 4\r\nl:4\r\n\r\nabcd', two]);
  assert.deepEqual(push(framer, 'A b SIP/2.0\r\nl: 5\r\n\r\n'), ['fatal']);
});
