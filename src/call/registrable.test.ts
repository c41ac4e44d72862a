import assert from 'node:assert/strict';
import { test } from 'node:test';
import { registrableNumbers } from './registrable.ts';
import { type DialPeer, type PotsPeer, potsDefaults, voipDefaults } from './settings.ts';

function numbers(...peers: readonly Partial<PotsPeer>[]): readonly string[] {
  const all = peers.map((more, i): DialPeer => ({ ...potsDefaults, tag: i + 1, port: '0/0/0', ...more }));
  return registrableNumbers(new Map(all.map((peer) => [peer.tag, peer]))).map(
    ({ number, peer }) => `${number} ${peer}`,
  );
}

test('a POTS peer with a port is registered under a pattern that is one whole number', () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ['5551234', ['5551234 1']],
    ['+4930123456', ['+4930123456 1']],
    ['5551234$', ['5551234 1']],
    ['555....', []],
    ['555T', []],
    ['55[12]', []],
    ['5551%', []],
    ['*70', []],
    ['1234567890123456', []],
  ];
  for (const [destinationPattern, expected] of table) {
    assert.deepEqual(numbers({ destinationPattern }), expected, destinationPattern);
  }
});

test('no number without a port, of a peer that is shut or told not to register', () => {
  const { port: _, ...portless } = { ...potsDefaults, tag: 1, port: '', destinationPattern: '100' };
  assert.deepEqual(registrableNumbers(new Map([[1, portless]])), []);
  assert.deepEqual(numbers({ destinationPattern: '100', shutdown: true }), []);
  assert.deepEqual(numbers({ destinationPattern: '100', sipRegister: false }), []);
  assert.deepEqual(numbers({}), []);
  assert.deepEqual(registrableNumbers(new Map([[1, { ...voipDefaults, tag: 1, destinationPattern: '100' }]])), []);
});

test('a number of two ports is registered once', () => {
  const both = numbers({ destinationPattern: '100', port: '0/0/1' }, { destinationPattern: '100', port: '0/0/2' });
  assert.deepEqual(both, ['100 1']);
});
