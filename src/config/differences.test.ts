import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandsOf, configurationChanges, printChanges } from './index.ts';

const table: readonly (readonly [title: string, old: string, next: string, shown: string, commands: string])[] = [
  ['the same in another order is no change', 'a\nb\n!\nend\n', '! x\nb\n\na\nend\n', '', ''],
  ['a line that comes and one that goes', 'a\nb\n', 'a\nc\n', '+c\n-b', 'no b\nc'],
  ['the `no` of a line that goes is taken off', 'no a\n', 'a\n', '+a\n-no a', 'a\na'],
  [
    'a change in a block stands under its line',
    'i 0\n x\n y\n',
    'i 0\n x\n z\n',
    'i 0\n +z\n -y',
    'i 0\n no y\ni 0\n z',
  ],
  ['a new block comes with what is in it', '', 'i 0\n x\n', '+i 0\n +x', 'i 0\n x'],
  ['a block that goes takes all with it', 'i 0\n x\n', '', '-i 0\n -x', 'no i 0'],
  ['blocks in blocks', 'v\n s\n  p\n', 'v\n s\n  q\n', 'v\n s\n  +q\n  -p', 'v\n s\n  no p\nv\n s\n  q'],
  [
    'the same line in two blocks is not mixed up',
    'i 0\n x\ni 1\n',
    'i 0\ni 1\n x\n',
    'i 0\n -x\ni 1\n +x',
    'i 0\n no x\ni 1\n x',
  ],
  ['a line that stands twice is counted', 'a\na\n', 'a\n', '-a', 'no a'],
];

for (const [title, old, next, shown, commands] of table) {
  test(`differences: ${title}`, () => {
    const changes = configurationChanges(old, next);
    assert.equal(printChanges(changes).join('\n'), shown);
    assert.equal(commandsOf(changes).join('\n'), commands);
  });
}
