import assert from 'node:assert/strict';
import { test } from 'node:test';
import { reuse } from './index.ts';

interface Sample {
  readonly name: string;
  readonly peers: ReadonlyMap<number, { readonly tag: number; readonly codecs: readonly string[] }>;
  readonly der: Buffer;
  readonly note?: string;
}

function sample(change: Partial<Sample> = {}): Sample {
  const peers = new Map([1, 2].map((tag) => [tag, { tag, codecs: ['a', 'b'] }]));
  return { name: 'west', peers, der: Buffer.from('der'), ...change };
}

test('a tree that says the same is the old tree itself', () => {
  const old = sample();
  assert.equal(reuse(old, sample()), old);
});

test('a part that differs is new, the parts beside it are the old ones', () => {
  const old = sample();
  const peers = new Map(sample().peers).set(2, { tag: 2, codecs: ['a'] });
  const next = reuse(old, sample({ peers }));
  assert.deepEqual(next, sample({ peers }));
  assert.equal(next.peers.get(1), old.peers.get(1));
  assert.equal(next.der, old.der);
});

test('what is added, taken away or put in another order is a difference', () => {
  const turned = new Map([...sample().peers].reverse());
  for (const change of [{ note: 'x' }, { der: Buffer.from('dex') }, { peers: turned }, { peers: new Map() }]) {
    const old = sample();
    const next = reuse(old, sample(change));
    assert.notEqual(next, old);
    assert.deepEqual(next, sample(change));
    assert.deepEqual([...next.peers.keys()], [...sample(change).peers.keys()]);
  }
  const noted = sample({ note: 'x' });
  assert.deepEqual(reuse(noted, sample()), sample());
});
