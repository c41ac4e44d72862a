import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printDtmfInfo, readDtmfInfo } from './dtmf-info.ts';

const relay = 'application/dtmf-relay';
const rows: readonly (readonly [type: string, body: string, read: string])[] = [
  [relay, 'Signal=5\r\nDuration=160\r\n', '5 160'],
  [relay, 'Signal= *\nDuration= 100', '* 100'],
  [relay, 'Signal=11', '# 250'],
  [relay, 'signal=d\r\nduration=99999', 'D 5000'],
  [relay, 'Signal=55\r\nDuration=160', '-'],
  [relay, 'Duration=160', '-'],
  ['application/dtmf', '7', '7 250'],
  ['application/dtmf', '', '-'],
  ['text/plain', 'Signal=5', '-'],
];

for (const [contentType, body, read] of rows) {
  test(`${contentType} ${JSON.stringify(body)} is the key ${read}`, () => {
    const digit = readDtmfInfo({ method: 'INFO', contentType, body });
    assert.equal(digit === undefined ? '-' : `${digit.key} ${digit.durationMs}`, read);
  });
}

test('every key is read as it was written', () => {
  for (const key of '0123456789*#ABCD')
    assert.deepEqual(readDtmfInfo(printDtmfInfo({ key, durationMs: 160 })), { key, durationMs: 160 });
});
