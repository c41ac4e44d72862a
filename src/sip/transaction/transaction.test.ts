import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inviteClient } from './invite-client.ts';
import { inviteServer } from './invite-server.ts';
import type { Machine } from './machine.ts';
import { nonInviteClient } from './non-invite-client.ts';
import { nonInviteServer } from './non-invite-server.ts';
import { defaultTimers } from './timers.ts';
import { Transaction, type TransactionEvent, type TransactionKind } from './transaction.ts';

const make = (kind: TransactionKind, isReliable = false, resends = Number.POSITIVE_INFINITY) =>
  new Transaction(kind, 'X', undefined, { ...defaultTimers, resends }, isReliable, 'k');

/** Feeds `event@time` in order, firing every timer that is due before, then all the rest; tells what happened when. */
function play(transaction: Transaction<undefined>, script: string): string[] {
  const seen: string[] = [];
  const note = (at: number, actions: readonly string[]) => {
    for (const action of actions) seen.push(`${at} ${action}`);
  };
  const run = (until: number) => {
    for (let at = transaction.deadline; at <= until && at < Number.POSITIVE_INFINITY; at = transaction.deadline) {
      note(at, transaction.tick(at));
    }
  };
  for (const part of script.split(', ')) {
    const [event = '', time = '0'] = part.split('@');
    run(Number(time) - 1);
    note(Number(time), transaction.receive(event as TransactionEvent, Number(time)));
  }
  const held = transaction.state;
  run(1e9);
  seen.push(`${held} -> ${transaction.state}`);
  return seen;
}

const cases: readonly (readonly [title: string, TransactionKind, reliable: boolean, script: string, string[]])[] = [
  [
    'an unanswered INVITE over UDP is sent at doubling intervals and times out after 32 s',
    'invite-client',
    false,
    'start@0',
    [
      ...[0, 500, 1500, 3500, 7500, 15_500, 31_500].map((at) => `${at} send request`),
      '32000 report timeout',
      'calling -> terminated',
    ],
  ],
  [
    'over TCP it is sent once',
    'invite-client',
    true,
    'start@0',
    ['0 send request', '32000 report timeout', 'calling -> terminated'],
  ],
  [
    'a provisional response stops both timers of an INVITE',
    'invite-client',
    false,
    'start@0, 1xx@100, 1xx@90000',
    ['0 send request', '100 pass up', '90000 pass up', 'proceeding -> proceeding'],
  ],
  [
    'a failure is acknowledged for each time it comes, and told once',
    'invite-client',
    false,
    'start@0, 3xx-6xx@100, 3xx-6xx@600, 1xx@700, 2xx@800',
    ['0 send request', '100 send ack', '100 pass up', '600 send ack', 'completed -> terminated'],
  ],
  [
    'a failure over TCP ends the transaction at once',
    'invite-client',
    true,
    'start@0, 1xx@1, 3xx-6xx@2',
    ['0 send request', '1 pass up', '2 send ack', '2 pass up', 'terminated -> terminated'],
  ],
  [
    'every 2xx is passed up, for 32 s (RFC 6026)',
    'invite-client',
    true,
    'start@0, 2xx@10, 2xx@32009, 2xx@32011',
    ['0 send request', '10 pass up', '32009 pass up', 'terminated -> terminated'],
  ],
  [
    'a transport error ends an INVITE',
    'invite-client',
    false,
    'start@0, transport error@5',
    ['0 send request', '5 report error', 'terminated -> terminated'],
  ],
  [
    'another request is repeated up to every T2, once a provisional came always at T2',
    'non-invite-client',
    false,
    'start@0, 1xx@1600',
    [
      '0 send request',
      '500 send request',
      '1500 send request',
      '1600 pass up',
      ...[3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map((at) => `${at} send request`),
      '32000 report timeout',
      'proceeding -> terminated',
    ],
  ],
  [
    'its final response is passed up once and repetitions are absorbed for T4',
    'non-invite-client',
    false,
    'start@0, 2xx@100, 2xx@200',
    ['0 send request', '100 pass up', 'completed -> terminated'],
  ],
  [
    'over TCP it is forgotten with its final response',
    'non-invite-client',
    true,
    'start@0, 3xx-6xx@100',
    ['0 send request', '100 pass up', 'terminated -> terminated'],
  ],
  [
    'a repeated INVITE gets the last provisional response again',
    'invite-server',
    false,
    'send 1xx@0, request@500, send 1xx@600, request@700',
    ['0 send response', '500 send response', '600 send response', '700 send response', 'proceeding -> proceeding'],
  ],
  [
    'a failure is repeated until the ACK, which is not passed up',
    'invite-server',
    false,
    'send 3xx-6xx@0, request@100, ack@600, request@700, ack@800',
    ['0 send response', '100 send response', '500 send response', 'confirmed -> terminated'],
  ],
  [
    'a failure without ACK is repeated up to every T2 and reported after 32 s',
    'invite-server',
    false,
    'send 3xx-6xx@0',
    [
      ...[0, 500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map((at) => `${at} send response`),
      '32000 report timeout',
      'completed -> terminated',
    ],
  ],
  [
    'a failure over TCP is sent once and waits for its ACK',
    'invite-server',
    true,
    'send 3xx-6xx@0, ack@10',
    ['0 send response', 'terminated -> terminated'],
  ],
  [
    'over TCP the ACK to a 2xx ends the transaction: nothing can come late',
    'invite-server',
    true,
    'send 2xx@0, request@1, ack@2',
    ['0 send response', 'terminated -> terminated'],
  ],
  [
    'after a 2xx a repeated INVITE is swallowed, the owner may repeat the 2xx until the ACK (RFC 6026)',
    'invite-server',
    false,
    'send 2xx@0, request@500, send 2xx@500, ack@600',
    ['0 send response', '500 send response', 'confirmed -> terminated'],
  ],
  [
    'another request before its answer is ignored when repeated, after it answered again for 32 s',
    'non-invite-server',
    false,
    'request@10, send 1xx@20, request@30, send 2xx@40, request@32039, send 2xx@32039, request@32041',
    ['20 send response', '30 send response', '40 send response', '32039 send response', 'terminated -> terminated'],
  ],
  [
    'over TCP an answered request is forgotten at once',
    'non-invite-server',
    true,
    'send 3xx-6xx@0',
    ['0 send response', 'terminated -> terminated'],
  ],
];

for (const [title, kind, reliable, script, expected] of cases) {
  test(title, () => assert.deepEqual(play(make(kind, reliable), script), expected));
}

test('a retry limit ends a transaction when the next repetition would be due', () => {
  assert.deepEqual(play(make('invite-client', false, 2), 'start@0'), [
    '0 send request',
    '500 send request',
    '1500 send request',
    '3500 report timeout',
    'calling -> terminated',
  ]);
  assert.deepEqual(play(make('invite-server', false, 1), 'send 3xx-6xx@0').slice(-2), [
    '1500 report timeout',
    'completed -> terminated',
  ]);
});

test('every state but the last can be left, and every state can be reached', () => {
  const machines: readonly Machine<string, string, string>[] = [
    inviteClient,
    nonInviteClient,
    inviteServer,
    nonInviteServer,
  ];
  for (const machine of machines) {
    const states = Object.entries(machine);
    const reached = new Set(states.flatMap(([, rows]) => Object.values(rows).map((row) => row?.to)));
    states.forEach(([state, rows], index) => {
      assert.equal(
        Object.values(rows).some((row) => row?.to !== undefined),
        state !== 'terminated',
        state,
      );
      assert.ok(index === 0 || reached.has(state), state);
    });
  }
});

test('retry invite governs below 64*T1 and beyond it: the timeout follows the last repetition that is wanted', () => {
  const cases = [
    [3, 4, 7500],
    [6, 7, 32_000],
    [Number.POSITIVE_INFINITY, 7, 32_000],
    [7, 8, 64_000],
    [10, 11, 160_000],
  ] as const;
  for (const [resends, sends, end] of cases) {
    const seen = play(make('invite-client', false, resends), 'start@0');
    assert.equal(seen.filter((line) => line.endsWith('send request')).length, sends, `retry invite ${resends}`);
    assert.ok(seen.includes(`${end} report timeout`), seen.join());
  }
  assert.ok(play(make('invite-client', true, 10), 'start@0').includes('32000 report timeout'));
});
