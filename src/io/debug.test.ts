import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DebugHub, silentTopic } from './debug.ts';
import { SimulatedClock } from './memory/clock.ts';

const limits = { waiting: 4, everyMs: 50, atOnce: 2, tellEvery: 3 };

function pass(clock: SimulatedClock, ms: number): void {
  const until = clock.monotonic() + ms;
  while (clock.step(until));
  clock.moveTo(until);
}

function hubOver() {
  const clock = new SimulatedClock(0);
  const shown: string[] = [];
  const hub = new DebugHub(
    clock,
    {
      debug: (text, { uptime }) => void shown.push(`${uptime} ${text}`),
      instant: () => ({ wall: clock.now(), uptime: clock.monotonic() }),
      limited: (count) => void shown.push(`${count} lost`),
    },
    limits,
  );
  return { clock, hub, shown };
}

test('a topic is off until it is set, and what is written to it then is made by nobody', () => {
  const { clock, hub, shown } = hubOver();
  const topic = hub.topic('ccsip messages');
  const text = (): string => assert.fail('made for nobody');
  assert.equal(topic.on, false);
  topic.write(text);
  silentTopic.write(text);
  pass(clock, 1000);
  assert.deepEqual(shown, []);
});

test('a message is shown by the timer, not by its writer, and bears the time it was written at', () => {
  const { clock, hub, shown } = hubOver();
  hub.set('a', true);
  pass(clock, 7);
  hub.topic('a').write(() => 'first');
  assert.deepEqual(shown, []);
  pass(clock, 50);
  assert.deepEqual(shown, ['7 first']);
  assert.deepEqual(hub.active(), ['a']);
});

test('what is more than may wait is dropped and counted, and a few are shown at a time', () => {
  const { clock, hub, shown } = hubOver();
  hub.set('a', true);
  for (let i = 0; i < 6; i++) hub.topic('a').write(() => String(i));
  pass(clock, 50);
  assert.deepEqual(shown, ['0 0', '0 1']);
  pass(clock, 50);
  assert.deepEqual(shown.slice(2), ['0 2', '0 3', '2 lost']);
});

test('under a flood that does not end the loss is told from time to time', () => {
  const { clock, hub, shown } = hubOver();
  hub.set('a', true);
  for (let i = 0; i < 6; i++) {
    for (let n = 0; n < 10; n++) hub.topic('a').write(() => 'x');
    pass(clock, 50);
  }
  assert.ok(shown.filter((line) => line.endsWith('lost')).length >= 2);
});

test('control characters are made visible, and a maker that throws harms nobody', () => {
  const { clock, hub, shown } = hubOver();
  hub.set('a', true);
  hub.topic('a').write(() => 'a\x1b[2J\nb');
  hub.topic('a').write(() => {
    throw new Error('odd');
  });
  pass(clock, 50);
  assert.equal(shown[0], '0 a\\x1b[2J\nb');
  assert.match(shown[1] ?? '', /could not be made: Error: odd/);
});

test('what waits is shown before all is off, and after close nothing can be switched on', () => {
  const { clock, hub, shown } = hubOver();
  hub.set('a', true);
  for (let i = 0; i < 5; i++) hub.topic('a').write(() => String(i));
  hub.allOff();
  assert.deepEqual(shown, ['0 0', '0 1', '0 2', '0 3', '1 lost']);
  assert.deepEqual(hub.active(), []);
  hub.set('a', true);
  hub.topic('a').write(() => 'waits');
  hub.close();
  assert.deepEqual(shown.slice(5), ['0 waits']);
  hub.set('a', true);
  assert.deepEqual(hub.active(), []);
  pass(clock, 1000);
  assert.equal(shown.length, 6);
  assert.equal(clock.pending, 0);
});
