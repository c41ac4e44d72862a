import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultTimers, type Machine, type TimedMachine } from '../transaction/index.ts';
import { type IncomingInviteEvent, IncomingInviteMachine, incomingInvite } from './incoming-invite.ts';
import { type OutgoingInviteEvent, OutgoingInviteMachine, outgoingInvite } from './outgoing-invite.ts';

/** Feeds events a millisecond apart, then fires what timers there are; tells actions and the last state. */
function play<E extends string>(machine: TimedMachine<string, E, string>, events: readonly E[]): string[] {
  const seen = events.flatMap((event, at) => [...machine.receive(event, at)]);
  seen.push(machine.state);
  for (let at = machine.deadline; at < Number.POSITIVE_INFINITY; at = machine.deadline) {
    seen.push(...machine.tick(at).map((action) => `${at} ${action}`));
  }
  return seen;
}

test('a leg we began', () => {
  const cases: readonly (readonly [readonly OutgoingInviteEvent[], string[]])[] = [
    [
      ['100', '18x', '18x', '2xx', '2xx', 'bye', '2xx'],
      [
        'tell progressed',
        'tell progressed',
        'send ack',
        'tell answered',
        'send ack',
        'answer bye',
        'tell ended',
        'send ack',
        'ended',
      ],
    ],
    [
      ['2xx', 'release', 'bye'],
      ['send ack', 'tell answered', 'send bye', 'ended'],
    ],
    [
      ['2xx', '2xx of fork'],
      ['send ack', 'tell answered', 'end fork', 'confirmed'],
    ],
    [
      ['18x', '3xx-6xx'],
      ['tell progressed', 'tell failed', 'ended'],
    ],
    [
      ['no response', '18x'],
      ['tell failed', 'ended'],
    ],
    [
      ['release', '100', '3xx-6xx'],
      ['send cancel', 'tell cancelled', 'ended'],
    ],
    [
      ['release', '2xx'],
      ['send ack', 'send bye', 'tell cancelled', 'ended'],
    ],
    [
      ['100', 'release', '2xx', '3xx-6xx'],
      ['send cancel', 'send ack', 'send bye', 'tell cancelled', 'ended'],
    ],
    [
      ['18x', 'release', 'release'],
      ['tell progressed', 'send cancel', 'cancelling', '32001 tell cancelled'],
    ],
    [
      ['2xx', 'lost'],
      ['send ack', 'tell answered', 'tell lost', 'ended'],
    ],
  ];
  for (const [events, expected] of cases) {
    assert.deepEqual(play(new OutgoingInviteMachine(defaultTimers, false), events), expected, events.join());
  }
});

test('a leg the peer began', () => {
  const cases: readonly (readonly [readonly IncomingInviteEvent[], string[]])[] = [
    [
      ['progress', 'answer', 'ack', 'ack', 'bye'],
      ['send progress', 'send 2xx', 'tell confirmed', 'answer bye', 'tell ended', 'ended'],
    ],
    [
      ['answer', 'ack', 'release'],
      ['send 2xx', 'tell confirmed', 'send bye', 'ended'],
    ],
    [
      ['progress', 'cancel', 'answer'],
      ['send progress', 'answer cancel', 'send 487', 'tell cancelled', 'ended'],
    ],
    [
      ['release', 'cancel'],
      ['send failure', 'answer cancel', 'ended'],
    ],
    [
      ['answer', 'cancel', 'ack'],
      ['send 2xx', 'answer cancel', 'tell confirmed', 'confirmed'],
    ],
    [
      ['answer', 'release', 'ack'],
      ['send 2xx', 'send bye', 'ended'],
    ],
    [
      ['progress', 'bye'],
      ['send progress', 'answer bye', 'send 487', 'tell ended', 'ended'],
    ],
    [
      ['answer'],
      [
        'send 2xx',
        'answered',
        ...[500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map((at) => `${at} send 2xx`),
        '32000 send bye',
        '32000 tell no ack',
      ],
    ],
  ];
  for (const isReliable of [false, true]) {
    for (const [events, expected] of cases) {
      assert.deepEqual(play(new IncomingInviteMachine(defaultTimers, isReliable), events), expected, events.join());
    }
  }
});

test('every state but the last can be left, and every state can be reached', () => {
  const machines: readonly Machine<string, string, string>[] = [outgoingInvite, incomingInvite];
  for (const machine of machines) {
    const states = Object.entries(machine);
    const reached = new Set(states.flatMap(([, rows]) => Object.values(rows).map((row) => row?.to)));
    states.forEach(([state, rows], index) => {
      assert.equal(
        Object.values(rows).some((row) => row?.to !== undefined),
        state !== 'ended',
        state,
      );
      assert.ok(index === 0 || reached.has(state), state);
    });
  }
});
