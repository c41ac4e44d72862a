import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from '../test-console.ts';

const vty = { kind: 'vty', number: 0, user: 'ada' } as const;
const at = (level: number): string => `Current privilege level is ${level}`;
const invalid = "% Invalid input detected at '^' marker.";

/** A router with a secret for level 5 and one for 15, and a user at a vty. */
async function guarded(): Promise<TestConsole> {
  const console = new TestConsole({ line: vty, privilege: 1, access: { enableRefused: async () => {} } });
  const typed = ['enable secret level 5 Five-5', 'enable password level 7 Seven-7', 'enable secret Fifteen-15'];
  const setting = new TestConsole({ tree: console.store.running });
  await setting.configure(...typed);
  console.store.commit(setting.store.running);
  return console;
}

test('each level has a secret of its own, and reads back', async () => {
  const console = await guarded();
  const lines = console.running.filter((line) => line.startsWith('enable'));
  assert.equal(lines.length, 3);
  assert.match(lines[0] ?? '', /^enable secret level 5 9 \$9\$/);
  assert.match(lines[1] ?? '', /^enable password level 7 7 [0-9A-F]+$/);
  assert.match(lines[2] ?? '', /^enable secret 9 \$9\$/);
  const screen = await console.type('enable 5', 'Five-5', 'show privilege', 'enable 7', 'Seven-7', 'show privilege');
  assert.deepEqual(
    screen.filter((line) => line.startsWith('Current')),
    [at(5), at(7)],
  );
});

test("another level's secret opens none, and a level without one cannot be entered", async () => {
  const console = await guarded();
  const screen = await console.type('enable 5', 'Fifteen-15', 'Seven-7', 'nothing', 'enable 9', 'show privilege');
  assert.deepEqual(screen.slice(4), [
    '% Bad secrets',
    'Router>enable 9',
    '% No password set',
    'Router>show privilege',
    at(1),
  ]);
});

test('a level is taken back by its own no, and the others stay', async () => {
  const console = new TestConsole();
  await console.configure(
    'enable secret level 5 a',
    'enable password level 5 b',
    'enable secret c',
    'no enable secret',
  );
  await console.configure('no enable secret level 5');
  assert.deepEqual(
    console.running.filter((line) => line.startsWith('enable')).map((line) => line.replace(/7 \w+$/, '')),
    ['enable password level 5 '],
  );
});

test('enable and disable go down without asking, and disable goes no further up', async () => {
  const screen = await new TestConsole().type(
    ...['disable 7', 'show privilege', 'enable 3', 'show privilege', 'disable 9', 'disable', 'show privilege'],
  );
  assert.deepEqual(screen, [
    'Router#disable 7',
    'Router#show privilege',
    at(7),
    'Router#enable 3',
    'Router#show privilege',
    at(3),
    'Router#disable 9',
    '% New privilege level must be less than current privilege level',
    'Router#disable',
    'Router>show privilege',
    at(1),
  ]);
});

test('privilege exec level gives a command to a level, with shortened words written out, and takes it back', async () => {
  const console = new TestConsole();
  const asked = ['disable 5', 'show running-config', 'enable'];
  const refused = async (): Promise<boolean> => (await console.type(...asked)).includes(invalid);
  assert.equal(await refused(), true);
  await console.configure('privilege exec level 5 sh run');
  assert.ok(console.running.includes('privilege exec level 5 show running-config'));
  assert.equal(await refused(), false);
  await console.configure('privilege exec level 6 show running-config');
  assert.equal(await refused(), true);
  await console.configure('privilege exec level 4 show', 'no privilege exec level 6 show running-config');
  assert.equal(await refused(), false);
  await console.configure('no privilege exec level 4 show');
  assert.equal(await refused(), true);
});

test('a command may be given to a higher level, and configuration stays where it was', async () => {
  const console = new TestConsole();
  await console.configure(
    'privilege exec level 10 show clock',
    'privilege exec level 5 configure',
    'privilege exec level 5 enable',
  );
  const screen = await console.type(
    'disable 5',
    'show clock',
    'configure terminal',
    'enable secret x',
    'do show clock',
  );
  assert.equal(screen.filter((line) => line === invalid).length, 3);
  assert.ok(screen.includes('Router(config)#enable secret x'));
  assert.deepEqual(console.store.running.access.enable, new Map());
});

test('what a router has and this gateway has not is kept, and so are the levels of other modes', async () => {
  const console = new TestConsole();
  const lines = ['privilege exec level 2 traceroute', 'privilege configure level 5 interface'];
  assert.deepEqual(await console.configure(...lines), []);
  for (const line of lines) assert.ok(console.running.includes(line), line);
});
