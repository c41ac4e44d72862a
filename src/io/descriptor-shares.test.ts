import assert from 'node:assert/strict';
import { test } from 'node:test';
import { descriptorShares } from './descriptor-shares.ts';

test('connections of peers and RTP have shares of the descriptors that leave something to everything else', () => {
  const rows = [
    [20, 1, 32],
    [128, 64, 32],
    [1024, 768, 128],
    [20_000, 16_000, 12_000],
    [1_048_576, 1_044_576, 1_040_576],
  ] as const;
  for (const [atMost, connections, rtp] of rows) {
    assert.deepEqual(descriptorShares(atMost), { connections, rtp }, String(atMost));
  }
  assert.equal(descriptorShares(undefined).rtp, Number.POSITIVE_INFINITY);
});
