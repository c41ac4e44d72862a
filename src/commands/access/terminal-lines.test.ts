import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from '../test-console.ts';

/** A router with its console and vty 1 in use. */
function router(line?: { kind: 'vty'; number: number }) {
  const cleared: string[] = [];
  const access = {
    users: () => [
      { kind: 'con', number: 0, idleMs: 0 } as const,
      { kind: 'vty', number: 1, user: 'ada', address: '10.0.0.5', idleMs: 3_723_000 } as const,
    ],
    lineUses: () =>
      new Map([
        ['con 0', 1],
        ['vty 1', 12],
      ]),
    clearLine: (kind: string, number: number) => void cleared.push(`${kind} ${number}`),
  };
  return { cleared, console: new TestConsole({ access, ...(line === undefined ? {} : { line }) }) };
}

test('show users and who tell who sits where', async () => {
  const { console } = router();
  const shown = [
    '    Line       User       Host(s)              Idle       Location',
    '*  0 con 0                idle                 00:00:00',
    '   3 vty 1     ada        idle                 01:02:03 10.0.0.5',
    '',
    '  Interface    User               Mode         Idle     Peer Address',
  ];
  for (const typed of ['show users', 'who']) assert.deepEqual((await console.type(typed)).slice(1), shown);
});

test('show line tells the lines there are, which are in use, and how often they were', async () => {
  const { console } = router();
  await console.configure('line aux 0', 'line vty 0 1');
  assert.deepEqual((await console.type('show line')).slice(1), [
    '   Tty Typ     Tx/Rx    A Modem  Roty AccO AccI   Uses   Noise  Overruns   Int',
    '*    0 CTY              -    -      -    -    -      1       0     0/0       -',
    '     1 AUX              -    -      -    -    -      0       0     0/0       -',
    '     2 VTY              -    -      -    -    -      0       0     0/0       -',
    '*    3 VTY              -    -      -    -    -     12       0     0/0       -',
    '',
  ]);
});

test('clear line asks, then ends the session at a line named either way', async () => {
  const { cleared, console } = router();
  assert.deepEqual(await console.type('clear line vty 1', ''), ['Router#clear line vty 1', '[confirm]', ' [OK]']);
  await console.type('clear line 17', 'y', 'clear line 1', '', 'clear line aux 0', '');
  assert.deepEqual(cleared, ['vty 1', 'vty 15']);
  assert.deepEqual(await console.type('clear line 3', 'n'), ['Router#clear line 3', '[confirm]n']);
  assert.deepEqual(cleared, ['vty 1', 'vty 15']);
});

test('nobody clears the line he sits at', async () => {
  const own = '% Not allowed to clear current line';
  for (const typed of ['clear line console 0', 'clear line 0']) {
    assert.deepEqual((await router().console.type(typed)).slice(1), [own]);
  }
  const { cleared, console } = router({ kind: 'vty', number: 1 });
  assert.deepEqual((await console.type('clear line 3')).slice(1), [own]);
  await console.type('clear line console 0', '');
  assert.deepEqual(cleared, ['con 0']);
});
