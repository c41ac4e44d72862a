import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Command, command, Language } from '../cli/index.ts';
import { SimulatedClock } from '../io/memory/clock.ts';
import { ConsoleLine } from './console-line.ts';
import { FakeTerminal, settled } from './fake-terminal.ts';

const rows: readonly Command<undefined>[] = [
  command<string, undefined>('show one', 'One line', (_, { terminal }) => terminal.print('one'), { privilege: 1 }),
  command<string, undefined>('hang', 'Waits', () => new Promise(() => {}), { privilege: 1 }),
  command<string, undefined>('ask', 'Asks', async (_, { terminal }) => {
    terminal.print(`answer: ${await terminal.ask('? ')}`);
  }),
];
const language = new Language<undefined>([
  { name: 'exec', kind: 'exec', prompt: '', commands: rows },
  { name: 'config', parent: 'exec', prompt: 'config', commands: [] },
]);

/** A line with a keyboard or a pipe that is one and the same for every session. */
function open(interactive: boolean, { execTimeoutMs = 0, typedAhead = '' } = {}) {
  const clock = new SimulatedClock(0);
  const terminal = new FakeTerminal(interactive);
  const seated: boolean[] = [];
  const base = { language, world: undefined, hostname: () => 'gw', onFault: assert.fail };
  const line = new ConsoleLine<undefined>({
    idle: base,
    terminal: () => terminal,
    clock,
    typedAhead,
    session: () => {
      seated.push(true);
      return { ...base, greeting: ['Welcome'], execTimeoutMs };
    },
    left: () => void seated.push(false),
  });
  const done = line.run();
  return { terminal, line, done, clock, seated };
}

function pass(clock: SimulatedClock, milliseconds: number): void {
  const until = clock.monotonic() + milliseconds;
  while (clock.step(until));
  clock.moveTo(until);
}

const between = '\n\ngw con0 is now available\n\n\nPress RETURN to get started.\n\n';
const offered = `${between.replaceAll('\n', '\r\n').slice(2)}(Ctrl-C here stops the gateway.)\r\n`;

test('exit leaves the session and not the router: Return begins the next one, as user', async () => {
  const { terminal, line, done, seated } = open(true);
  await terminal.type('enable\r');
  await terminal.type('exit\r');
  assert.equal(terminal.written, `Welcome\r\ngw>enable\r\ngw#exit\r\n${offered}`);
  assert.deepEqual(seated, [true, false]);
  terminal.written = '';
  await terminal.type('x');
  assert.equal(terminal.written.trim(), '');
  await terminal.type('\r');
  assert.match(terminal.written, /Welcome\r\ngw>$/);
  assert.deepEqual(seated, [true, false, true]);
  line.close();
  await done;
  assert.ok(terminal.closed);
});

test('Ctrl-C between two sessions ends the line, and within one it does not', async () => {
  const { terminal, done } = open(true);
  await terminal.type('\x03');
  await terminal.type('logout\r');
  assert.match(terminal.written, /Press RETURN/);
  await terminal.type('\x03');
  await done;
});

test('a pipe goes straight on behind exit, and its end ends the line', async () => {
  const { terminal, done } = open(false);
  await terminal.type('enable\nexit\nshow one\nquit\n');
  terminal.end();
  await done;
  const first = 'Welcome\ngw>enable\ngw#exit\n';
  assert.equal(
    terminal.written,
    `${first}${between.slice(1)}\nWelcome\ngw>show one\none\ngw>quit\n${between.slice(1)}\nWelcome\ngw>\n`,
  );
});

test('a session that nobody types at ends, a key starts the time anew, and a pipe is not hurried', async () => {
  const { terminal, line, done, clock } = open(true, { execTimeoutMs: 60_000 });
  await terminal.type('enable\r');
  pass(clock, 59_000);
  await terminal.type('s');
  pass(clock, 59_000);
  await settled();
  assert.ok(terminal.written.endsWith('gw#s'));
  pass(clock, 1000);
  await settled();
  assert.match(terminal.written, /gw con0 is now available/);
  await terminal.type('\r');
  assert.ok(terminal.written.endsWith('gw>'));
  line.close();
  await done;

  const pipe = open(false, { execTimeoutMs: 60_000 });
  await pipe.terminal.type('enable\n');
  pass(pipe.clock, 3_600_000);
  await pipe.terminal.type('show one\n');
  assert.match(pipe.terminal.written, /gw#show one\none\ngw#$/);
  pipe.terminal.end();
  await pipe.done;
});

test('a session that is cleared ends, in a dialog too', async () => {
  const { terminal, line, done } = open(true);
  await terminal.type('enable\r');
  await terminal.type('ask\r');
  line.clear();
  await settled();
  assert.match(terminal.written, /answer: undefined\r\n[\s\S]*gw con0 is now available/);
  line.close();
  await done;
});

test('log lines are shown between two sessions as within one', async () => {
  const { terminal, line, done } = open(true);
  line.log('one');
  assert.match(terminal.written, /one\r\ngw>$/);
  await terminal.type('exit\r');
  line.log('two');
  assert.ok(terminal.written.endsWith('two\r\n'));
  line.close();
  await done;
});

test('what a pipe delivered and nobody read is given back when the line closes', async () => {
  const { terminal, line } = open(false, { typedAhead: 'hang\n' });
  await terminal.type('show one\n');
  assert.ok(terminal.written.endsWith('gw>hang\n'));
  assert.equal(line.close(), 'show one\n');
});
