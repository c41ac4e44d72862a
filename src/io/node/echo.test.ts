import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EchoResult } from '../echo.ts';
import { nodeEcho, readPing } from './echo.ts';

const lost = '--- 10.0.0.9 ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n';

const outputs: readonly [output: string, complaint: string, result: EchoResult][] = [
  ['64 bytes from 10.0.0.9: icmp_seq=1 ttl=64 time=12.5 ms\n', '', { kind: 'reply', ms: 12.5 }],
  ['64 bytes from 10.0.0.9: icmp_seq=1 ttl=64 time<1 ms\n', '', { kind: 'reply', ms: 1 }],
  [lost, '', { kind: 'lost' }],
  [`From 10.0.0.1 icmp_seq=1 Destination Host Unreachable\n${lost}`, '', { kind: 'unreachable' }],
  ['', 'ping: connect: Network is unreachable\n', { kind: 'unreachable' }],
  [
    '',
    'ping: bind: Cannot assign requested address\n',
    { kind: 'unusable', reason: 'bind: Cannot assign requested address' },
  ],
  ['', 'ping: socket: Operation not permitted\nmore', { kind: 'unusable', reason: 'socket: Operation not permitted' }],
  ['', '', { kind: 'unusable', reason: 'it ended without a word' }],
];

test('what the ping of the host says is read as a reply, a loss, or the reason why nothing was sent', () => {
  for (const [output, complaint, result] of outputs) assert.deepEqual(readPing(output, complaint), result);
});

test('only an address is handed to it: nothing that it could take for an option', async () => {
  for (const host of ['-f', 'localhost', '10.0.0.1 -f', '']) {
    const result = await nodeEcho.send({ host, bytes: 100, timeoutMs: 1000 });
    assert.deepEqual(result, { kind: 'unusable', reason: 'not an address' });
  }
});

test('this host answers itself, or it is said why it cannot be asked', async () => {
  const result = await nodeEcho.send({ host: '127.0.0.1', bytes: 100, timeoutMs: 2000 });
  if (result.kind === 'reply') assert.ok(result.ms >= 0);
  else assert.ok(result.kind === 'unusable' && result.reason !== '', JSON.stringify(result));
});
