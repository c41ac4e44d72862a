import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Shares } from './shares.ts';

/** Takes what goes first until nothing is left. */
function emptied(shares: Shares<string>): string {
  const gone: string[] = [];
  for (let item = shares.first; item !== undefined; item = shares.first) {
    gone.push(item);
    shares.remove(item.slice(0, 1), item);
  }
  return gone.join(' ');
}

function sharesOf(items: string): Shares<string> {
  const shares = new Shares<string>();
  for (const item of items.split(' ')) shares.add(item.slice(0, 1), item);
  return shares;
}

test('the source that holds most loses what it used longest ago, until all hold as much', () => {
  assert.equal(emptied(sharesOf('a1 b1 b2 b3 c1 a2')), 'b1 a1 b2 c1 a2 b3');
});

test('what was used stays longest, and so does its source among those that hold as much', () => {
  const shares = sharesOf('a1 b1 c1');
  shares.used('a', 'a1');
  shares.used('x', 'x1');
  assert.equal(emptied(shares), 'b1 c1 a1');
  const more = sharesOf('a1 a2 a3');
  more.used('a', 'a1');
  assert.equal(emptied(more), 'a2 a3 a1');
});

test('adding twice and removing what is not there change nothing', () => {
  const shares = sharesOf('a1 a1 b1');
  shares.remove('b', 'b2');
  shares.remove('c', 'c1');
  assert.deepEqual([shares.of('a'), shares.of('b'), shares.of('c'), shares.most], [1, 1, 0, 1]);
  assert.equal(emptied(shares), 'a1 b1');
  assert.deepEqual([shares.most, shares.first], [0, undefined]);
});
