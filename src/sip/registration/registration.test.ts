import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessage, printRequest, type SipResponse } from '../message/index.ts';
import type { RegistrarSettings } from '../settings.ts';
import type { Row } from '../transaction/index.ts';
import { backOffMs, exhaustedMs, lateRetryMs, refreshMs, retryAfterMs } from './back-off.ts';
import { Failures } from './failures.ts';
import { Pacer } from './pacer.ts';
import { outcomeOf } from './register-outcome.ts';
import { registrarPlace } from './register-place.ts';
import { registerFields } from './register-request.ts';
import { registerTarget, registerTransport } from './register-target.ts';
import {
  type RegistrationAction,
  type RegistrationEvent,
  type RegistrationState,
  registrationMachine,
} from './registration-machine.ts';

const registrar: RegistrarSettings = {
  secondary: false,
  target: 'dns:example.com',
  expiresSeconds: 3600,
  transport: 'udp',
  scheme: 'sip',
  aorDomain: false,
  randomContact: false,
  refreshRatio: 80,
};

function walk(...events: readonly RegistrationEvent[]): readonly string[] {
  let state: RegistrationState = 'queued';
  const done: string[] = [];
  for (const event of events) {
    const row: Row<RegistrationState, RegistrationAction> | undefined = registrationMachine[state][event];
    done.push(...(row?.do ?? []));
    state = row?.to ?? state;
  }
  return [...done, `(${state})`];
}

test('a registration waits for its turn, is refreshed, and backs off when it fails', () => {
  const table: readonly (readonly [readonly RegistrationEvent[], readonly string[]])[] = [
    [
      ['due', 'accepted'],
      ['send', 'schedule refresh', 'tell registered', '(registered)'],
    ],
    [
      ['due', 'challenged', 'too brief', 'accepted', 'due'],
      ['send', 'send', 'send', 'schedule refresh', 'tell registered', 'take turn', '(queued)'],
    ],
    [
      ['due', 'failed', 'due'],
      ['send', 'schedule retry', 'tell failed', 'take turn', '(queued)'],
    ],
    [
      ['due', 'refused'],
      ['send', 'schedule late retry', 'tell failed', '(waiting)'],
    ],
    [
      ['due', 'exhausted'],
      ['send', 'schedule after exhaustion', 'tell failed', '(waiting)'],
    ],
    [
      ['due', 'accepted', 'lost', 'lost', 'due'],
      ['send', 'schedule refresh', 'tell registered', 'schedule recovery', 'take turn', '(queued)'],
    ],
    [['drop'], ['end', '(over)']],
    [
      ['due', 'drop', 'failed'],
      ['send', 'end', '(over)'],
    ],
    [
      ['due', 'drop', 'accepted', 'due', 'challenged', 'accepted'],
      ['send', 'take turn', 'send removal', 'send removal', 'tell removed', 'end', '(over)'],
    ],
    [
      ['due', 'accepted', 'withdraw', 'due', 'exhausted'],
      ['send', 'schedule refresh', 'tell registered', 'take turn', 'send removal', 'tell kept', 'end', '(over)'],
    ],
  ];
  for (const [events, expected] of table) assert.deepEqual(walk(...events), expected, events.join());
});

test('from every state a registration that nobody wants comes to its end', () => {
  const wishes: readonly RegistrationEvent[] = ['withdraw', 'drop'];
  for (const state of Object.keys(registrationMachine) as RegistrationState[]) {
    for (const wish of wishes) {
      let at: RegistrationState = state;
      for (const event of [wish, 'failed', 'due', 'failed'] as const) at = registrationMachine[at][event]?.to ?? at;
      assert.equal(at, 'over', `${state} after ${wish}`);
    }
  }
});

const outcomes: readonly RegistrationEvent[] = [
  'accepted',
  'challenged',
  'redirected',
  'too brief',
  'no outbound',
  'failed',
  'exhausted',
  'refused',
  'lost',
];

test('what the registrar holds is taken back, whatever becomes of the refresh that was under way', () => {
  for (const event of outcomes) {
    assert.deepEqual(walk('due', 'withdraw', event, 'due'), ['send', 'take turn', 'send removal', '(removing)'], event);
  }
});

test('what the registrar did not hold is taken back only where it has just taken it', () => {
  for (const event of outcomes) {
    const end = event === 'accepted' ? ['take turn', '(leaving)'] : ['end', '(over)'];
    assert.deepEqual(walk('due', 'drop', event), ['send', ...end], event);
  }
});

test('a change while a REGISTER is under way has the number registered anew once that is answered, whatever the answer', () => {
  for (const event of outcomes) {
    const told = event === 'accepted' ? ['tell registered'] : [];
    assert.deepEqual(
      walk('due', 'changed', 'changed', event, 'due'),
      ['send', ...told, 'take turn', 'send', '(registering)'],
      event,
    );
    assert.deepEqual(walk('due', 'changed', 'withdraw', event), ['send', 'take turn', '(leaving)'], event);
  }
});

test('a removal is sent again where it is challenged, sent on or must go without asking for calls; else only one that is taken is told as done', () => {
  const again: readonly RegistrationEvent[] = ['challenged', 'redirected', 'no outbound'];
  for (const event of outcomes) {
    const row = registrationMachine.removing[event];
    if (again.includes(event)) assert.deepEqual(row, { do: ['send removal'] }, event);
    else assert.deepEqual(row, { to: 'over', do: [event === 'accepted' ? 'tell removed' : 'tell kept', 'end'] }, event);
  }
});

test('the wait doubles from 30 seconds to half an hour, and half of it is chance', () => {
  const seconds = (failures: number) => [0, 1].map((random) => backOffMs(failures, random) / 1000);
  assert.deepEqual([0, 1, 2, 5, 6, 100].map(seconds), [
    [15, 30],
    [30, 60],
    [60, 120],
    [480, 960],
    [900, 1800],
    [900, 1800],
  ]);
  assert.deepEqual([lateRetryMs(0), lateRetryMs(1)], [900_000, 1_800_000]);
  assert.deepEqual(
    [retryAfterMs(120, 0), retryAfterMs(120, 1), retryAfterMs(0, 0), retryAfterMs(9e9, 0)],
    [120_000, 132_000, 1000, 86_400_000],
  );
  assert.deepEqual(
    [0, 0.5, 1].map((random) => exhaustedMs({ minimum: 1, maximum: 3 }, random)),
    [60_000, 120_000, 180_000],
  );
  assert.deepEqual([refreshMs(3600, 80), refreshMs(10, 50), refreshMs(1, 80)], [2_880_000, 5000, 5000]);
});

test('the first failure is followed by 30 to 60 seconds (RFC 5626 appendix A), each further one by twice as much', () => {
  const failures = new Failures();
  for (const [least, most] of [
    [30, 60],
    [60, 120],
    [120, 240],
  ] as const) {
    assert.deepEqual([failures.retryMs(0), failures.retryMs(1)], [least * 1000, most * 1000]);
    failures.counted();
  }
});

test('turns lie apart as the spike allows, and none that passed unused is kept', () => {
  const pacer = new Pacer(10);
  assert.deepEqual(
    [0, 0, 0, 1000, 1000].map((now) => pacer.turn(now)),
    [0, 100, 200, 1000, 1100],
  );
  pacer.reconfigure(1000);
  assert.deepEqual(
    [1000, 1000].map((now) => pacer.turn(now)),
    [1200, 1201],
  );
});

test('a target is read as the command takes it', () => {
  const table: readonly (readonly [string, unknown])[] = [
    ['dns:example.com', { host: 'example.com', isName: true, port: undefined }],
    ['dns:example.com:5070', { host: 'example.com', isName: true, port: 5070 }],
    ['ipv4:10.0.0.1', { host: '10.0.0.1', isName: false, port: undefined }],
    ['ipv4:10.0.0.1:5061', { host: '10.0.0.1', isName: false, port: 5061 }],
    ['ipv6:[2001:db8::1]', { host: '2001:db8::1', isName: false, port: undefined }],
    ['ipv6:[2001:db8::1]:5062', { host: '2001:db8::1', isName: false, port: 5062 }],
  ];
  for (const [text, expected] of table) assert.deepEqual(registerTarget(text), expected, text);
  assert.equal(registerTransport({ ...registrar, scheme: 'sips' }), 'tls');
});

const attempt = {
  uri: 'sip:example.com',
  via: 'SIP/2.0/UDP h;branch=z9hG4bK1',
  maxForwards: 70,
  cseqNumber: 3,
  contact: '<sip:100@h:5060>',
  expiresSeconds: 60,
  headers: ['User-Agent: x'],
};

test('a REGISTER is for the domain, from and to the address of record', () => {
  const identity = { number: '+49#1', registrar, domain: 'gw.example', callId: 'c@h', fromTag: 't' };
  assert.deepEqual(printRequest(registerFields(identity, attempt)).split('\r\n'), [
    'REGISTER sip:example.com SIP/2.0',
    'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
    'Max-Forwards: 70',
    'From: <sip:+49%231@example.com>;tag=t',
    'To: <sip:+49%231@example.com>',
    'Call-ID: c@h',
    'CSeq: 3 REGISTER',
    'Contact: <sip:100@h:5060>;expires=60',
    'Expires: 60',
    'Supported: path',
    'User-Agent: x',
    'Content-Length: 0',
    '',
    '',
  ]);
  const secure = { ...registrar, scheme: 'sips', target: 'ipv6:[2001:db8::1]:5061', aorDomain: true } as const;
  const [start, , , from] = printRequest(
    registerFields({ ...identity, registrar: secure }, { ...attempt, uri: registrarPlace(secure).uri }),
  ).split('\r\n');
  assert.equal(start, 'REGISTER sips:[2001:db8::1]:5061 SIP/2.0');
  assert.equal(from, 'From: <sips:+49%231@gw.example>;tag=t');
});

function response(status: number, ...lines: readonly string[]): SipResponse {
  const head = [
    `SIP/2.0 ${status} Said`,
    'Via: SIP/2.0/UDP h;branch=z9hG4bK1',
    'From: <sip:a@b>;tag=1',
    'To: <sip:a@b>;tag=2',
    'Call-ID: c',
    'CSeq: 1 REGISTER',
  ];
  const message = parseMessage([...head, ...lines, '', ''].join('\r\n'));
  assert.ok(message.kind === 'response', lines.join());
  return message;
}

test('what was granted is that of our own contact, else of the answer, else what was asked', () => {
  const granted = (...lines: readonly string[]) => outcomeOf(response(200, ...lines), 'sip:100@h:5060', 600);
  const table: readonly (readonly [readonly string[], unknown])[] = [
    [[], 600],
    [['Expires: 300'], 300],
    [['Expires: 300', 'Contact: <sip:100@h:5060>;expires=120'], 120],
    [['Contact: <sip:100@other>;expires=9, <sip:100@H:5060;transport=udp>;q=0.5;expires=120'], 120],
    [['Contact: <sip:100@other>;expires=9'], 9],
    [['Contact: <sip:100@h:5060>'], 600],
    [['Contact: <sip:100@h:5060>;expires=9999999999'], 604_800],
    [['Contact: <sip:100@h:5060>;expires=0'], undefined],
  ];
  for (const [lines, seconds] of table) {
    const outcome = granted(...lines);
    assert.equal(outcome.kind === 'accepted' ? outcome.expiresSeconds : undefined, seconds, lines.join());
  }
  assert.deepEqual(outcomeOf(response(200, 'Expires: 300'), 'sip:100@h', 0), { kind: 'accepted', expiresSeconds: 0 });
});

test('a failure says whether and when to try again', () => {
  const failed = (reason: string, retryAfterSeconds?: number) => ({ kind: 'failed', reason, retryAfterSeconds });
  const table: readonly (readonly [SipResponse, unknown])[] = [
    [response(401), { kind: 'challenged' }],
    [response(407), { kind: 'challenged' }],
    [response(403), { kind: 'refused', reason: '403 Said' }],
    [response(404), { kind: 'refused', reason: '404 Said' }],
    [response(423, 'Min-Expires: 1800'), { kind: 'too brief', minimumSeconds: 1800 }],
    [response(423, 'Min-Expires: 600'), failed('423 Said')],
    [response(423, 'Min-Expires: 99999999'), failed('423 Said')],
    [response(423), failed('423 Said')],
    [response(503, 'Retry-After: 120 (soon);duration=5'), failed('503 Said', 120)],
    [response(503, 'Retry-After: soon'), failed('503 Said')],
    [response(302, 'Contact: <sip:elsewhere>'), { kind: 'redirected', contacts: ['sip:elsewhere'] }],
    [response(302), failed('302 Said')],
    [response(600), failed('600 Said')],
  ];
  for (const [answer, expected] of table) assert.deepEqual(outcomeOf(answer, 'sip:100@h', 600), expected);
});
