import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TelephoneEvents } from './telephone-event.ts';

function packet(timestamp: number, event: number, duration: number, isEnd = false): Buffer {
  const bytes = Buffer.alloc(16);
  bytes[0] = 0x80;
  bytes.writeUInt32BE(timestamp, 4);
  bytes[12] = event;
  bytes[13] = isEnd ? 0x8a : 0x0a;
  bytes.writeUInt16BE(duration, 14);
  return bytes;
}

test('a key is told once, with its first end and its whole duration', () => {
  const events = new TelephoneEvents();
  const told = [packet(1, 5, 160), packet(1, 5, 800), packet(1, 5, 1280, true), packet(1, 5, 1280, true)];
  assert.deepEqual(
    told.flatMap((one) => events.read(one)),
    [{ key: '5', durationMs: 160 }],
  );
});

test('a key whose ends are all lost is told before the next one', () => {
  const events = new TelephoneEvents();
  assert.deepEqual(events.read(packet(1, 10, 400)), []);
  assert.deepEqual(events.read(packet(9, 11, 800, true)), [
    { key: '*', durationMs: 50 },
    { key: '#', durationMs: 100 },
  ]);
});

test('the same key twice is two keys', () => {
  const events = new TelephoneEvents();
  const told = [packet(1, 1, 800, true), packet(9, 1, 800, true)].flatMap((one) => events.read(one));
  assert.deepEqual(
    told.map(({ key }) => key),
    ['1', '1'],
  );
});

test('what is no key and what is cut off tells nothing', () => {
  const events = new TelephoneEvents();
  for (const bytes of [Buffer.alloc(0), packet(1, 5, 800, true).subarray(0, 15), packet(1, 16, 800, true)])
    assert.deepEqual(events.read(bytes), []);
});

test('a packet that was overtaken by the next key presses nothing again', () => {
  const events = new TelephoneEvents();
  const told = [
    packet(1000, 1, 800, true),
    packet(3000, 2, 160),
    packet(1000, 1, 800, true),
    packet(3000, 2, 800, true),
  ];
  assert.deepEqual(
    told.flatMap((one) => events.read(one)),
    [
      { key: '1', durationMs: 100 },
      { key: '2', durationMs: 100 },
    ],
  );
});
