import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NewWork } from './new-work.ts';

/** How many of a hundred pieces of work a second are begun in each of some seconds, as long as the program rests so much in each. */
function begun(work: NewWork, restsMs: readonly number[], from = 1000): readonly number[] {
  let waited = from;
  return restsMs.map((rest, second) => {
    let taken = 0;
    for (let i = 0; i < 100; i++) {
      waited += rest / 100;
      if (work.take(from + second * 1000 + i * 10, waited)) taken++;
    }
    return taken;
  });
}

test('all of it is begun as long as there are rests', () => {
  assert.deepEqual(begun(new NewWork(), [500, 20, 20]), [100, 100, 100]);
});

test('without rests less and less of it is begun, and never nothing; with them more again, until it is all', () => {
  const [first = 0, second = 0, third, , fifth = 0, sixth] = begun(new NewWork(), [0, 0, 0, 0, 50, 50]);
  assert.ok(first < 70 && first > 30, `${first}`);
  assert.ok(second < first && second >= 20, `${second}`);
  assert.equal(third, 20);
  assert.ok(fifth > 30 && fifth < 70, `${fifth}`);
  assert.equal(sixth, 100);
});

test('what is waited between two pieces of work that are both there already is no rest', () => {
  assert.deepEqual(begun(new NewWork(), [0.1, 0.1, 0.1]).slice(2), [20]);
});

test('one long piece of work is not held against what waited for its end', () => {
  const work = new NewWork();
  begun(work, [500]);
  const waited = 1500;
  const afterwards = Array.from({ length: 100 }, (_, i) => work.take(2600 + i / 10, waited + i / 100));
  assert.ok(afterwards.every((isBegun) => isBegun));
});

test('a rest without new work is one too: after a flood, work that comes now and then is all begun', () => {
  const work = new NewWork();
  begun(work, [0, 0, 0, 0]);
  const rare = [1, 2, 3, 4].map((hour) => work.take(4000 + hour * 3_600_000, hour * 3_500_000));
  assert.deepEqual(rare, [true, true, true, true]);
});

test('a few now and then are begun in the worst of floods, which they are not', () => {
  const work = new NewWork();
  begun(work, [0, 0, 0, 0]);
  const few = Array.from({ length: 60 }, (_, i) => work.take(5000 + i * 50, 0));
  assert.ok(few.every((isBegun) => isBegun));
});
