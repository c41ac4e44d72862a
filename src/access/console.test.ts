import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, command, Language } from '../cli/index.ts';
import { Console } from './console.ts';
import { FakeTerminal } from './fake-terminal.ts';

interface World {
  release: () => void;
}

const rows: readonly Command<World>[] = [
  command<string, World>('wait', 'Waits', (_, { world, terminal }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    world.release = () => {
      terminal.print('released');
      resolve();
    };
    return promise;
  }),
  command<string, World>('show many', 'Nine lines', (_, { terminal }) => {
    for (let i = 1; i < 10; i++) terminal.print(`${i}`);
  }),
  command<string, World>('login', 'Asks', async (_, { terminal }) => {
    const word = await terminal.ask('Password: ', { hidden: true });
    terminal.print(`${word?.length} characters`);
  }),
];

const language = new Language<World>([
  { name: 'exec', kind: 'exec', prompt: '', commands: rows },
  { name: 'config', parent: 'exec', prompt: 'config', commands: [] },
]);

function open(interactive: boolean) {
  const terminal = new FakeTerminal(interactive);
  const world: World = { release: () => {} };
  const console = new Console({
    terminal,
    language,
    world,
    hostname: () => 'Router',
    privilege: 15,
    onFault: assert.fail,
  });
  return { terminal, world, console, done: console.run() };
}

test('piped input reads as a session on a terminal would, and its end ends the console', async () => {
  const { terminal, done } = open(false);
  await terminal.type('show many\nlogin\nsecret\nconf t\nen');
  await terminal.type('d\nwat\n');
  terminal.end();
  await done;
  assert.equal(
    terminal.written,
    [
      'Router#show many',
      ...['1', '2', '3', '4', '5', '6', '7', '8', '9'],
      'Router#login',
      'Password: ',
      '6 characters',
      'Router#conf t',
      'Enter configuration commands, one per line.  End with CNTL/Z.',
      'Router(config)#end',
      'Router#wat',
      '% Unknown command or computer name, or unable to find computer address',
      'Router#',
      '',
    ].join('\n'),
  );
  assert.ok(terminal.closed);
});

test('a last line without its end is carried out', async () => {
  const { terminal, done } = open(false);
  await terminal.type('show many');
  terminal.end();
  await done;
  assert.match(terminal.written, /^Router#show many\n1\n/);
});

test('what is typed while a command runs is kept for the next prompt', async () => {
  const { terminal, world, done } = open(true);
  await terminal.type('wait\r');
  await terminal.type('exit\r');
  assert.equal(terminal.written, 'Router#wait\r\n');
  world.release();
  await done;
  assert.equal(terminal.written, 'Router#wait\r\nreleased\r\nRouter#exit\r\n');
});

test('log lines appear above the line being typed', async () => {
  const { terminal, console, done } = open(true);
  await terminal.type('sho');
  console.log('%SYS-5-CONFIG_I: \x1b[2J');
  assert.ok(terminal.written.endsWith('\r%SYS-5-CONFIG_I: \\x1b[2J\r\nRouter#sho'));
  console.close();
  await done;
  assert.ok(terminal.closed);
});

test('a keyboard stops long output and goes on with a blank', async () => {
  const { terminal, console, done } = open(true);
  await terminal.type('show many\r');
  assert.ok(terminal.written.endsWith('4\r\n --More-- '));
  await terminal.type(' ');
  assert.ok(terminal.written.endsWith('8\r\n --More-- '));
  await terminal.type('q');
  assert.ok(terminal.written.endsWith('Router#'));
  console.close();
  await done;
});

test('typing ahead is bounded', async () => {
  const { terminal, world, console, done } = open(true);
  await terminal.type('wait\r');
  await terminal.type('x'.repeat(70_000));
  assert.equal(console.dropped, 70_000 - 65_536);
  console.close();
  world.release();
  await done;
});

test('terminal monitor shows the log in a session that is not the console, until it is taken back or the session ends', async () => {
  const terminal = new FakeTerminal(false);
  const watchers = new Set<(line: string) => void>();
  const watched = new Console({
    terminal,
    language,
    world: { release: () => {} },
    hostname: () => 'Router',
    privilege: 15,
    onFault: assert.fail,
    watchLog: (show) => {
      watchers.add(show);
      return () => void watchers.delete(show);
    },
  });
  const done = watched.run();
  await terminal.type('terminal monitor\n');
  assert.equal(watchers.size, 1);
  for (const show of watchers) show('a line of the log');
  assert.match(terminal.written, /a line of the log\n/);
  await terminal.type('terminal monitor\nterminal no monitor\n');
  assert.equal(watchers.size, 0);
  await terminal.type('terminal monitor\n');
  terminal.end();
  await done;
  assert.equal(watchers.size, 0);
});

test('the console monitors anyhow', async () => {
  const { terminal, done } = open(false);
  await terminal.type('terminal monitor\n');
  terminal.end();
  await done;
  assert.match(terminal.written, /% Console already monitors/);
});
