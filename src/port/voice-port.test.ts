import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock, Timer } from '../io/index.ts';
import type { VoicePortDevice, VoicePortSettings } from './settings.ts';
import { fxs, portDefaults, VoicePort } from './voice-port.ts';
import { VoicePorts } from './voice-ports.ts';

/** One timer at a time is all a port needs. */
class Hand implements Clock {
  delay = 0;
  #fire: (() => void) | undefined;
  now(): number {
    return 0;
  }
  monotonic(): number {
    return 0;
  }
  after(delayMs: number, fire: () => void): Timer {
    this.delay = delayMs;
    this.#fire = fire;
    return {
      cancel: () => {
        this.#fire = undefined;
      },
    };
  }
  get pending(): boolean {
    return this.#fire !== undefined;
  }
  pass(): void {
    const fire = this.#fire;
    this.#fire = undefined;
    fire?.();
  }
}

function settings(device: VoicePortDevice, shutdown = false): VoicePortSettings {
  return { name: '0/3/1', device, shutdown, translation: {} };
}
function plugged(device: VoicePortDevice) {
  const clock = new Hand();
  const heard: string[] = [];
  const user = {
    portAnswered: () => heard.push('answered'),
    portUnanswered: () => heard.push('unanswered'),
    portHungUp: () => heard.push('hung up'),
  };
  return { clock, heard, user, port: new VoicePort(settings(device), clock, portDefaults) };
}

const rings: readonly [VoicePortDevice, number, string, string][] = [
  ['answer', 1000, 'answered', 'off-hook'],
  ['no-answer', 180_000, 'unanswered', 'on-hook'],
  ['none', 180_000, 'unanswered', 'on-hook'],
];
for (const [device, delay, told, state] of rings) {
  test(`with device ${device} a ring is ${told} after ${delay} ms`, () => {
    const { clock, heard, user, port } = plugged(device);
    assert.equal(port.ring(user), true);
    assert.equal(port.report().outStatus, 'ringing');
    assert.equal(clock.delay, delay);
    clock.pass();
    assert.deepEqual(heard, [told]);
    assert.equal(port.state, state);
  });
}

for (const [ringing, delay] of [
  [30, 30_000],
  ['infinity', 0],
] as const) {
  test(`a telephone that nobody answers rings for ${ringing} as timeouts ringing says`, () => {
    const { clock, heard, user, port } = plugged('no-answer');
    port.configure({ ...settings('no-answer'), ringing });
    port.ring(user);
    assert.equal(clock.delay, delay);
    if (delay > 0) clock.pass();
    assert.deepEqual(heard, delay > 0 ? ['unanswered'] : []);
    port.release(user);
  });
}

test('a busy device takes no call', () => {
  const { user, port } = plugged('busy');
  assert.equal(port.ring(user), false);
  assert.equal(port.report().inStatus, 'off-hook');
});

test('a port with a call takes no other, and the release of a stranger changes nothing', () => {
  const { clock, user, port } = plugged('answer');
  port.ring(user);
  assert.equal(port.ring({ ...user }), false);
  assert.equal(port.dial({ ...user }), false);
  port.release({ ...user });
  assert.equal(port.state, 'ringing');
  port.release(user);
  assert.equal(port.state, 'on-hook');
  assert.equal(clock.pending, false);
});

test('a caller dials, is answered, and hangs up', () => {
  const { user, port } = plugged('answer');
  assert.equal(port.dial(user), true);
  assert.equal(port.state, 'dialling');
  port.farEndAnswered();
  assert.equal(port.state, 'off-hook');
  port.release(user);
  assert.equal(port.state, 'on-hook');
  assert.equal(port.report().dialled, 1);
});

test('a shut port drops its call, takes none, and comes back', () => {
  const { clock, heard, user, port } = plugged('answer');
  port.ring(user);
  clock.pass();
  port.configure(settings('answer', true));
  assert.deepEqual(heard, ['answered', 'hung up']);
  assert.equal(port.ring(user), false);
  assert.deepEqual([port.report().admin, port.report().operational], ['down', 'down']);
  port.configure(settings('answer'));
  assert.equal(port.ring(user), true);
});

test('no state but the idle ones lets go of its user silently or keeps the bell ringing', () => {
  for (const [state, rows] of Object.entries(fxs)) {
    for (const row of Object.values(rows)) {
      const ends = row.to === 'on-hook' || row.to === 'shut';
      const had = state !== 'on-hook' && state !== 'shut';
      assert.equal(row.do.includes('forget user'), ends && had);
      if (state === 'ringing') assert.ok(row.do.includes('stop ringing'));
    }
  }
});

test('ports appear and go with the configuration', () => {
  const ports = new VoicePorts(new Hand());
  ports.configure(new Map([['0/3/1', settings('none')]]));
  assert.deepEqual(
    ports.report().map(({ name, operational }) => [name, operational]),
    [['0/3/1', 'dorm']],
  );
  ports.configure(new Map());
  assert.deepEqual(ports.report(), []);
});
