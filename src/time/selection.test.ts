import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filterSamples } from './filter.ts';
import { decodePacket, encodeQuestion } from './packet.ts';
import { PollInterval } from './poll-interval.ts';
import type { Sample } from './reply.ts';
import { type Candidate, selectServer } from './selection.ts';
import { answerTo } from './test-server.ts';

const base = Date.UTC(2026, 0, 1);
const one = (key: string, offset: number, more: Partial<Candidate> = {}): Candidate => ({
  key,
  base: base + offset,
  distanceMs: 10,
  stratum: 2,
  prefer: false,
  ...more,
});

test('of the servers that agree, when they are more than half, the preferred or the nearest is followed', () => {
  const year = 31_536_000_000;
  const table: readonly (readonly [readonly Candidate[], string])[] = [
    [[], 'none'],
    [[one('a', year)], 'a of a'],
    [[one('a', 0), one('b', 5, { stratum: 1 })], 'b of a b'],
    [[one('a', 0), one('b', 5, { distanceMs: 5 })], 'b of a b'],
    [[one('a', 0), one('b', 5, { stratum: 1 }), one('c', 3, { prefer: true, stratum: 5 })], 'c of a b c'],
    [[one('a', 0), one('b', year)], 'disagreement'],
    [[one('a', 0), one('b', year, { prefer: true })], 'disagreement'],
    [[one('a', 0), one('b', year, { prefer: true, stratum: 1 }), one('c', -8)], 'a of a c'],
    [[one('a', 0), one('b', 2000), one('c', 4000)], 'disagreement'],
    [[one('a', 0, { distanceMs: 1200 }), one('b', 1000), one('c', 1030)], 'b of a b c'],
    [[one('a', 0), one('b', 1), one('c', year), one('d', year + 1)], 'disagreement'],
  ];
  for (const [candidates, expected] of table) {
    const selection = selectServer(candidates);
    const shown =
      selection.kind === 'chosen' ? `${selection.key} of ${[...selection.survivors].join(' ')}` : selection.kind;
    assert.equal(shown, expected);
  }
});

function sample(offset: number, delayMs: number, at: number): Sample {
  const packet = decodePacket(answerTo(encodeQuestion(4, 1n), base));
  assert.ok(packet);
  return { base: base + offset, delayMs, errorMs: 1, at, packet };
}

test('of the last measurements the one that travelled quickest counts, and age makes it count less', () => {
  const samples = [sample(30, 100, 0), sample(2, 8, 1000), sample(20, 60, 2000)];
  const filtered = filterSamples(samples, 3000);
  assert.equal(filtered?.best.base, base + 2);
  assert.ok((filtered?.jitterMs ?? 0) > 20);
  const later = filterSamples([sample(2, 8, 0), sample(5, 9, 10_000_000)], 10_000_000);
  assert.equal(later?.best.base, base + 5);
  assert.equal(filterSamples([], 0), undefined);
});

test('places of the filter that are empty count sixteen seconds', () => {
  const shown = (count: number): number =>
    Math.round(
      filterSamples(
        Array.from({ length: count }, () => sample(0, 1, 0)),
        0,
      )?.dispersionMs ?? 0,
    );
  assert.deepEqual([1, 2, 4, 8].map(shown), [7938, 3938, 938, 1]);
});

test('a server is asked every 64 seconds, and while it answers less and less often, down to 1024', () => {
  const poll = new PollInterval();
  const asked: number[] = [];
  for (let i = 0; i < 40; i++) {
    poll.answered();
    asked.push(poll.nextMs() / 1000);
  }
  assert.deepEqual([...new Set(asked)], [64, 128, 256, 512, 1024]);
  poll.missed();
  assert.equal(poll.nextMs(), 64_000);
});

test('a server that never answered is asked soon again at first, and no more often than every 64 seconds then', () => {
  const poll = new PollInterval();
  const asked = Array.from({ length: 7 }, () => {
    poll.missed();
    return poll.nextMs() / 1000;
  });
  assert.deepEqual(asked, [4, 8, 16, 32, 64, 64, 64]);
});

test('a server that asked to be asked less is never asked as often again', () => {
  const poll = new PollInterval();
  poll.slowed();
  assert.equal(poll.nextMs(), 128_000);
  poll.missed();
  assert.equal(poll.nextMs(), 128_000);
});
