import assert from 'node:assert/strict';
import { test } from 'node:test';
import { payloadMap, renumber } from './payload-map.ts';

const packet = (second: number): Buffer => Buffer.from([0x80, second, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 7]);

test('numbers that are the same on both sides need no map', () => {
  assert.equal(payloadMap([]), undefined);
  assert.equal(
    payloadMap([
      [0, 0],
      [101, 101],
    ]),
    undefined,
  );
});

const map =
  payloadMap([
    [0, 0],
    [101, 96],
    [96, 110],
    [111, undefined],
  ]) ?? assert.fail('no map');
const table: readonly (readonly [what: string, from: number, to: number | undefined])[] = [
  ['a number that both use stays', 0, 0],
  ['that of one side becomes that of the other', 101, 96],
  ['the marker bit stays', 0x80 | 101, 0x80 | 96],
  ['a number is looked up once, though another is renamed to it', 96, 110],
  ['one that nobody named stays', 13, 13],
  ['what the other side did not agree to is not sent', 111, undefined],
];
for (const [what, from, to] of table) {
  test(what, () => {
    const one = packet(from);
    assert.equal(renumber(one, map), to !== undefined);
    if (to !== undefined) assert.deepEqual(one, packet(to));
  });
}

test('a packet without a second octet is not sent', () => {
  assert.equal(renumber(Buffer.from([0x80]), map), false);
});
