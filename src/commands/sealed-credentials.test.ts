import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from './test-console.ts';

test('credentials sealed as type 6 are kept, and said to have no effect', async () => {
  const console = new TestConsole();
  await console.configure(
    'sip-ua',
    'credentials number 5551 username alice password 6 AbC^d realm a',
    'authentication username alice password 6 XyZ realm a',
    'authentication username alice password opensesame',
    'dial-peer voice 1 pots',
    'authentication username carol password 6 dEf',
  );
  const shown = (await console.type('show configuration inert')).join('\n');
  assert.equal(shown.match(/the configuration key it was sealed with is missing/g)?.length, 3);
  assert.match(shown, /credentials username alice/);
  assert.match(shown, /authentication username carol/);
  assert.doesNotMatch(shown, /AbC|XyZ|dEf|opensesame/);
  assert.ok(console.running.includes(' authentication username alice password 6 XyZ realm a'));
});
