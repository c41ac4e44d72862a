import assert from 'node:assert/strict';
import { test } from 'node:test';
import { callMachine } from './call-machine.ts';

test('every state but the last can be left by the caller and by the gateway', () => {
  for (const [state, rows] of Object.entries(callMachine)) {
    const ends = rows['caller ends']?.to === 'over' && rows['gateway ends']?.to === 'over';
    assert.equal(ends, state !== 'over', state);
  }
});

test('every way to the end writes exactly one record, and writes it last', () => {
  for (const rows of Object.values(callMachine)) {
    for (const row of Object.values(rows)) {
      const writes = row.do.filter((action) => action === 'write record').length;
      assert.equal(writes, row.to === 'over' ? 1 : 0);
      if (writes === 1) assert.equal(row.do.at(-1), 'write record');
    }
  }
});
