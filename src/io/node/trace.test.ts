import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HopResult, Probe } from '../trace.ts';
import { nodeTrace, readHop } from './trace.ts';

const heading = 'traceroute to 10.0.0.9 (10.0.0.9), 2 hops max, 60 byte packets\n';
const lost: Probe = { kind: 'lost' };

function reply(from: string, ms: number, mark?: string): Probe {
  return { kind: 'reply', from, ms, mark };
}

const outputs: readonly [output: string, complaint: string, result: HopResult][] = [
  [
    `${heading} 2  10.0.0.1  0.290 ms  0.239 ms *\n`,
    '',
    { kind: 'probes', probes: [reply('10.0.0.1', 0.29), reply('10.0.0.1', 0.239), lost] },
  ],
  [
    `${heading} 2  10.0.0.1  1.5 ms 10.0.0.2  2.5 ms !H 10.0.0.1  3 ms !X\n`,
    '',
    { kind: 'probes', probes: [reply('10.0.0.1', 1.5), reply('10.0.0.2', 2.5, '!H'), reply('10.0.0.1', 3, '!X')] },
  ],
  [`${heading} 2  * * *\n`, '', { kind: 'probes', probes: [lost, lost, lost] }],
  [`${heading} 2  2001:db8::1  1 ms *\n`, '', { kind: 'probes', probes: [reply('2001:db8::1', 1), lost] }],
  [
    heading,
    'bind: Cannot assign requested address\n',
    { kind: 'unusable', reason: 'bind: Cannot assign requested address' },
  ],
  ['', 'traceroute: no privileges\n', { kind: 'unusable', reason: 'no privileges' }],
  ['', '', { kind: 'unusable', reason: 'it ended without a word' }],
];

test('what the traceroute of the host says of a hop is read as its probes, or the reason why none was sent', () => {
  for (const [output, complaint, result] of outputs) assert.deepEqual(readHop(output, complaint, 2), result, output);
});

test('only an address is handed to it: nothing that it could take for an option', async () => {
  for (const host of ['-f', 'localhost', '10.0.0.1 -f', '']) {
    const result = await nodeTrace.hop({ host, hop: 1, probes: 1, timeoutMs: 1000, port: 33_434 });
    assert.deepEqual(result, { kind: 'unusable', reason: 'not an address' });
  }
});

test('the way to this host has one hop, or it is said why it cannot be asked', async () => {
  const result = await nodeTrace.hop({ host: '127.0.0.1', hop: 1, probes: 2, timeoutMs: 1000, port: 33_434 });
  if (result.kind === 'unusable') assert.notEqual(result.reason, '');
  else assert.equal(result.probes.length, 2);
});
