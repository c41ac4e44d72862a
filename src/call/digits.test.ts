import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digitsToSend } from './digits.ts';
import { compilePattern } from './pattern.ts';
import type { PotsPeer } from './settings.ts';

type Digits = Pick<PotsPeer, 'digitStrip' | 'forwardDigits' | 'prefix'>;

const table: readonly [string, string, Digits, string][] = [
  ['9011T', '90113227045555', { digitStrip: true }, '3227045555'],
  ['9011T', '90113227045555', { digitStrip: false }, '90113227045555'],
  ['777', '777', { digitStrip: true }, ''],
  ['9...', '9123', { digitStrip: true, prefix: '5,' }, '5,123'],
  ['9...', '9123', { digitStrip: true, forwardDigits: 'all' }, '9123'],
  ['9...', '9123', { digitStrip: true, forwardDigits: 2 }, '23'],
  ['9...', '9123', { digitStrip: true, forwardDigits: 0 }, ''],
  ['9...', '9123', { digitStrip: true, forwardDigits: 32 }, '9123'],
  ['9...', '9123456', { digitStrip: true, forwardDigits: 'extra' }, '456'],
  ['9...', '9123456', { digitStrip: true, forwardDigits: 'extra', prefix: '1' }, '1456'],
];
for (const [pattern, called, peer, sent] of table) {
  test(`${called} by ${pattern} and ${JSON.stringify(peer)} sends "${sent}"`, () => {
    const match = compilePattern(pattern)?.match(called);
    assert.ok(match);
    assert.equal(digitsToSend(peer, called, match), sent);
  });
}
