import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegistrationRow } from '../sip/index.ts';
import { TestConsole } from './test-console.ts';

function row(number: string, peer: number, more: Partial<RegistrationRow> = {}): RegistrationRow {
  const fixed = { secondary: false, registrar: 'dns:a', state: 'registered', failures: 0 };
  return { number, peer, registered: false, expiresSeconds: 596, ...fixed, ...more };
}

async function shown(rows: readonly RegistrationRow[], words = ''): Promise<readonly string[]> {
  const screen = await new TestConsole({ sip: { registrations: () => ({ rows }) } }).type(
    `show sip-ua register status${words}`,
  );
  return screen.slice(1);
}

test('registrations are shown in the columns of IOS', async () => {
  const rows = [row('4001', 20_001), row('5100', 1), row('9998', 2, { registered: true }), row('5551234', -1)];
  assert.deepEqual(await shown(rows), [
    'Line peer expires(sec) registered',
    '4001 20001 596         no',
    '5100 1     596         no',
    '9998 2     596         yes',
    '5551234 -1    596         no',
  ]);
});

test('nothing is shown when nothing registers, and each registrar apart', async () => {
  assert.deepEqual(await shown([]), []);
  const rows = [row('1000', 1), row('1000', 1, { secondary: true, registered: true }), row('1000', 1, { index: 2 })];
  assert.deepEqual(await shown(rows), [
    'Line peer expires(sec) registered',
    '1000 1     596         no',
    '---------------------Registrar-Index  2 ---------------------',
    'Line peer expires(sec) registered',
    '1000 1     596         no',
  ]);
  assert.deepEqual(await shown(rows, ' secondary'), [
    'Line peer expires(sec) registered',
    '1000 1     596         yes',
  ]);
});
