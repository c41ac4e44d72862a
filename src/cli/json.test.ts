import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { jsonLines } from './json.ts';

test('a record becomes JSON, whatever it is made of', () => {
  const self: Record<string, unknown> = { a: 1 };
  self['self'] = self;
  const table: readonly (readonly [unknown, unknown])[] = [
    [undefined, null],
    [{ n: 12n, gone: undefined, f: () => 1 }, { n: '12' }],
    [new Map<number, unknown>([[1, new Set(['a', 'b'])]]), { '1': ['a', 'b'] }],
    [
      { der: Buffer.from([1, 2, 255]), at: new Date(0) },
      { der: 'AQL/', at: '1970-01-01T00:00:00.000Z' },
    ],
    [{ why: new Error('no way') }, { why: 'no way' }],
    [self, { a: 1 }],
    [{ key: createSecretKey(Buffer.from('c2VjcmV0')), size: 8 }, { size: 8 }],
    [
      [1, null, 'x'],
      [1, null, 'x'],
    ],
  ];
  for (const [record, expected] of table) assert.deepEqual(JSON.parse(jsonLines(record).join('\n')), expected);
});

test('it is laid out in lines', () => {
  assert.deepEqual(jsonLines({ a: [1] }), ['{', '  "a": [', '    1', '  ]', '}']);
});
