import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from './test-console.ts';

const answers: readonly [answer: string, reloads: number][] = [
  ['', 1],
  ['y', 1],
  ['Y', 1],
  ['yes', 1],
  ['n', 0],
  ['no', 0],
  ['ye', 0],
  ['yess', 0],
  ['show clock', 0],
];

test('reload goes ahead at Return, y and yes, and is silent about any other answer', async () => {
  for (const [answer, reloads] of answers) {
    const console = new TestConsole();
    assert.deepEqual(await console.type('write memory', 'reload', answer, 'show clock'), [
      'Router#write memory',
      'Building configuration...',
      '[OK]',
      'Router#reload',
      `Proceed with reload? [confirm]${answer}`,
      'Router#show clock',
      '18:56:04.554 UTC Mon Oct 17 2016',
    ]);
    assert.equal(console.reloads, reloads, answer);
  }
});
