import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TestConsole } from './test-console.ts';

/** What was answered to the last line typed, without the prompt behind it. */
async function answer(console: TestConsole, ...typed: readonly string[]): Promise<readonly string[]> {
  const screen = await console.type(...typed);
  const last = typed.at(-1) ?? '';
  return screen.slice(screen.findLastIndex((line) => line.endsWith(`#${last}`)) + 1);
}

function object(console: TestConsole, when: (hostname: string) => boolean): void {
  console.store.register({
    name: 'objector',
    check: ({ hostname }) => (when(hostname) ? '% Not this name' : undefined),
    reconfigure: () => 'applied',
  });
}

test('configure replace makes the file the configuration: what it lacks goes, what it has comes', async () => {
  const console = new TestConsole();
  await console.configure('hostname west', 'interface Loopback0', 'ip address 10.0.0.1 255.0.0.0');
  await console.type('copy running-config flash:old.cfg', '');
  await console.configure('hostname east', 'no interface Loopback0', 'dial-peer voice 5 pots', 'port 0/3/1');
  const screen = await console.type('configure replace flash:old.cfg list', 'y');
  assert.deepEqual(screen, [
    'east#configure replace flash:old.cfg list',
    'This will apply all necessary additions and deletions',
    'to replace the current running configuration with the',
    'contents of the specified configuration file, which is',
    'assumed to be a complete configuration, not a partial',
    'configuration. Enter Y if you are sure you want to proceed. ? [no]: y',
    '!Pass 1',
    '',
    '!List of Commands:',
    'no hostname east',
    'no dial-peer voice 5 pots',
    'hostname west',
    'interface Loopback0',
    ' ip address 10.0.0.1 255.0.0.0',
    'end',
    '',
    '',
    'Total number of passes: 1',
    'Rollback Done',
    '',
  ]);
  assert.equal(console.store.running.interfaces.size, 1);
  assert.equal(console.store.running.dialPlan.peers.size, 0);
});

test('configure replace asks first, and does nothing unless the answer is yes', async () => {
  const console = new TestConsole();
  await console.type('write memory');
  await console.configure('hostname east');
  await console.type('configure replace nvram:startup-config', '');
  assert.equal(console.store.running.hostname, 'east');
  await console.type('configure replace nvram:startup-config force');
  assert.equal(console.store.running.hostname, 'Router');
});

test('configure replace with what runs already touches no service', async () => {
  const console = new TestConsole();
  await console.configure(
    'ip host a 10.0.0.1',
    'dial-peer voice 1 voip',
    'crypto pki trustpoint t',
    'sip-ua',
    'retry bye 3',
  );
  await console.type('write memory');
  const { running } = console.store;
  const shown = await answer(console, 'configure replace nvram:startup-config force');
  assert.deepEqual(shown, ['', 'Total number of passes: 0', 'Rollback Done', '']);
  assert.equal(console.store.running, running);
});

test('configure replace leaves the parts of the tree that the file does not change as they are', async () => {
  const console = new TestConsole();
  await console.configure('dial-peer voice 1 voip', 'sip-ua', 'retry bye 3');
  await console.type('write memory');
  await console.configure('hostname east');
  const { sip, dialPlan } = console.store.running;
  await console.type('configure replace nvram:startup-config force');
  assert.equal(console.store.running.sip, sip);
  assert.equal(console.store.running.dialPlan, dialPlan);
});

test('a file with a wrong line replaces nothing', async () => {
  const console = new TestConsole();
  await console.files.write('files/flash/bad.cfg', 'hostname west\nnonsense here\n');
  const shown = await answer(console, 'configure replace flash:bad.cfg force');
  assert.deepEqual(shown, [
    'Line 2: nonsense here',
    '        ^',
    "% Invalid input detected at '^' marker.",
    '%Rollback aborted: the file has wrong lines. Nothing was changed.',
  ]);
  assert.equal(console.store.running.hostname, 'Router');
});

test('a service that objects to a file is quoted, and nothing of the file is in effect', async () => {
  const table = ['configure replace flash:new.cfg force', 'configure replace flash:new.cfg force time 1'];
  for (const line of table) {
    const console = new TestConsole();
    object(console, (hostname) => hostname === 'west');
    await console.files.write('files/flash/new.cfg', 'ip host a 10.0.0.1\nhostname west\n');
    const { running } = console.store;
    assert.equal((await answer(console, line)).at(-1), '% Not this name', line);
    assert.equal(console.store.running, running, line);
    assert.equal((await answer(console, 'configure confirm')).at(-1), '%No Rollback Confirmed Change pending', line);
  }
  const console = new TestConsole();
  object(console, (hostname) => hostname === 'west');
  await console.files.write('files/flash/new.cfg', 'ip host a 10.0.0.1\nhostname west\n');
  const { running } = console.store;
  assert.deepEqual((await console.type('copy flash:new.cfg running-config', '')).at(-1), '% Not this name');
  assert.equal(console.store.running, running);
});

test('copying a file over the running configuration merges it as one change and tells its wrong lines', async () => {
  const console = new TestConsole();
  await console.configure('ip host a 10.0.0.1');
  await console.files.write('files/flash/more.cfg', 'ip host b 10.0.0.2\nbogus thing\nno ip host a\n');
  let commits = 0;
  console.store.register({
    name: 'counter',
    check: () => undefined,
    reconfigure: () => {
      commits++;
      return 'applied';
    },
  });
  const shown = await console.type('copy flash:more.cfg run', '');
  assert.deepEqual(shown.slice(1), [
    'Destination filename [running-config]? ',
    'Line 2: bogus thing',
    '        ^',
    "% Invalid input detected at '^' marker.",
    '44 bytes copied',
  ]);
  assert.deepEqual([...console.store.running.hosts.keys()], ['b']);
  assert.equal(commits, 1);
});

test('what is not confirmed in time is taken back, after a warning', async () => {
  const console = new TestConsole();
  const screen = await console.type('configure terminal revert timer 5', 'hostname east', 'end');
  assert.deepEqual(screen, [
    'Router#configure terminal revert timer 5',
    'Rollback Confirmed Change: The configuration reverts in 5 minutes',
    'Enter "configure confirm" if you wish to keep what you have configured',
    '',
    'Enter configuration commands, one per line.  End with CNTL/Z.',
    'Router(config)#hostname east',
    'east(config)#end',
  ]);
  await console.time.advance(4 * 60_000);
  assert.deepEqual(console.told, ['begun', 'warned']);
  assert.equal(console.store.running.hostname, 'east');
  await console.time.advance(60_000);
  assert.equal(console.store.running.hostname, 'Router');
  assert.deepEqual(console.told, ['begun', 'warned', 'reverted']);
});

test('configure confirm keeps the change; confirming again is refused', async () => {
  const console = new TestConsole();
  await console.type('configure terminal revert timer 1', 'hostname east', 'end');
  assert.deepEqual(await answer(console, 'configure confirm'), []);
  await console.time.advance(600_000);
  assert.equal(console.store.running.hostname, 'east');
  assert.deepEqual(await answer(console, 'configure confirm'), ['%No Rollback Confirmed Change pending']);
});

test('configure revert takes the change back now, or gives it more time', async () => {
  const console = new TestConsole();
  await console.type('configure terminal revert timer 2', 'hostname east', 'end', 'configure revert timer 10');
  await console.time.advance(9 * 60_000);
  assert.equal(console.store.running.hostname, 'east');
  assert.deepEqual(await answer(console, 'configure revert now'), ['Rollback Done']);
  assert.equal(console.store.running.hostname, 'Router');
  await console.configure('hostname west');
  await console.time.advance(600_000);
  assert.equal(console.store.running.hostname, 'west');
});

test('a trial cannot be begun within a trial', async () => {
  const console = new TestConsole();
  await console.type('configure terminal revert timer 2', 'end');
  const shown = await answer(console, 'configure terminal revert timer 9');
  assert.deepEqual(shown, ['%Rollback Confirmed Change is already pending']);
});

test('a replacement on trial is taken back as well', async () => {
  const console = new TestConsole();
  await console.files.write('files/flash/new.cfg', 'hostname west\n');
  await console.type('configure replace flash:new.cfg force time 1');
  assert.equal(console.store.running.hostname, 'west');
  await console.time.advance(60_000);
  assert.equal(console.store.running.hostname, 'Router');
});

test('when a service objects to the way back, the change stands and that is told', async () => {
  const console = new TestConsole();
  await console.type('configure terminal revert timer 1', 'hostname east', 'end');
  object(console, (hostname) => hostname === 'Router');
  await console.time.advance(60_000);
  assert.equal(console.store.running.hostname, 'east');
  assert.deepEqual(console.told.at(-1), 'refused: % Not this name');
});

test('the archive keeps the newest configurations, numbered on', async () => {
  const console = new TestConsole();
  assert.deepEqual(await answer(console, 'show archive'), ['Archive feature not enabled']);
  assert.deepEqual(await answer(console, 'archive config'), [
    '%Error archiving the configuration (no archive path is configured)',
  ]);
  await console.configure('archive', 'path flash:west', 'maximum 2');
  for (let i = 0; i < 3; i++) await console.type('archive config');
  assert.deepEqual(await answer(console, 'show archive'), [
    'The maximum archive configurations allowed is 2.',
    'There are currently 2 archive configurations saved.',
    'The next archive file will be named flash:west-4',
    ' Archive #  Name',
    '   1        flash:west-2',
    '   2        flash:west-3 <- Most Recent',
  ]);
  assert.deepEqual(console.running.slice(console.running.indexOf('archive'), -1).slice(0, 3), [
    'archive',
    ' path flash:west',
    ' maximum 2',
  ]);
});

test('write-memory archives what is saved, time-period archives by itself', async () => {
  const console = new TestConsole();
  await console.configure('archive', 'path nvram:saved', 'write-memory', 'time-period 10');
  await console.type('write memory');
  assert.deepEqual(await console.files.list('files/nvram'), ['saved-1']);
  await console.time.advance(20 * 60_000);
  assert.deepEqual(await console.files.list('files/nvram'), ['saved-1', 'saved-2', 'saved-3']);
  await console.configure('archive', 'no time-period');
  await console.time.advance(20 * 60_000);
  assert.equal((await console.files.list('files/nvram')).length, 3);
});

test('differences are shown with the blocks they stand in', async () => {
  const console = new TestConsole();
  await console.configure(
    'interface Loopback0',
    'ip address 10.0.0.1 255.0.0.0',
    'ip host a 10.0.0.9',
    'sip-ua',
    'retry bye 3',
  );
  await console.type('write memory');
  assert.deepEqual(await answer(console, 'show archive config differences'), [
    '!Contextual Config Diffs:',
    '!No changes were found',
    '',
  ]);
  await console.configure(
    'interface Loopback0',
    'shutdown',
    'no ip address',
    'sip-ua',
    'no retry bye',
    'dial-peer voice 1 pots',
    'port 0/1/0',
  );
  assert.deepEqual(await answer(console, 'show archive config differences'), [
    '!Contextual Config Diffs:',
    'interface Loopback0',
    ' +no ip address',
    ' +shutdown',
    ' -ip address 10.0.0.1 255.0.0.0',
    '+dial-peer voice 1 pots',
    ' +port 0/1/0',
    '-sip-ua',
    ' -retry bye 3',
    '',
  ]);
  assert.equal(
    (await answer(console, 'show archive config differences system:running-config nvram:startup-config')).includes(
      '+sip-ua',
    ),
    true,
  );
});

test('files are listed, shown, copied and deleted; nothing else of NVRAM can be named', async () => {
  const console = new TestConsole();
  await console.files.write('keys/west.pem', 'PRIVATE');
  await console.type('write memory', 'copy startup-config flash:copy.cfg', '', 'copy flash:copy.cfg nvram:a/b.cfg', '');
  assert.deepEqual(
    (await answer(console, 'dir')).map((line) => line.replace(/ +\d+ +<no date>/, '')),
    ['Directory of nvram:/', '', '    1  drw-  a', '    2  -rw-  startup-config', ''],
  );
  const saved = await console.startup();
  assert.equal(`${(await answer(console, 'more nvram:a/b.cfg')).join('\n')}\n`, saved);
  const screen = await console.type('delete flash:copy.cfg', '', '');
  assert.deepEqual(screen.slice(1), ['Delete filename [copy.cfg]? ', 'Delete flash:copy.cfg? [confirm]']);
  assert.deepEqual(await console.files.list('files/flash'), []);
  for (const [line, error] of [
    ['more flash:copy.cfg', '%Error opening flash:copy.cfg (No such file or directory)'],
    ['more nvram:keys/west.pem', '%Error opening nvram:keys/west.pem (No such file or directory)'],
    ['more nvram:../keys/west.pem', '%Error opening nvram:../keys/west.pem (Invalid file name)'],
    ['more flash:../../keys/west.pem', '%Error opening flash:../../keys/west.pem (Invalid file name)'],
    ['more http://host/x', '%Error opening http://host/x (Invalid file name)'],
    ['delete /force flash:copy.cfg', '%Error deleting flash:copy.cfg (No such file or directory)'],
    ['configure replace flash:none force', '%Error opening flash:none (No such file or directory)'],
  ] as const) {
    assert.deepEqual(await answer(console, line), [error]);
  }
});

test('a file is not written over unasked', async () => {
  const console = new TestConsole();
  await console.files.write('files/flash/x', 'old\n');
  const screen = await console.type('copy running-config flash:x', '', 'n');
  assert.deepEqual(screen.slice(2), [
    '%Warning:There is a file already existing with this name',
    'Do you want to over write? [confirm]n',
  ]);
  assert.equal((await console.files.read('files/flash/x'))?.toString(), 'old\n');
});

test('erase startup-config asks, and then there is none', async () => {
  const console = new TestConsole();
  await console.type('write memory', 'erase startup-config', 'n');
  assert.notEqual(await console.startup(), undefined);
  const screen = await console.type('erase startup-config', '');
  assert.deepEqual(screen.slice(1), [
    'Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]',
    '[OK]',
    'Erase of nvram: complete',
  ]);
  assert.equal(await console.startup(), undefined);
  assert.deepEqual(await answer(console, 'show startup-config'), ['startup-config is not present']);
});

test('show running-config shows the whole, a part, or every default', async () => {
  const console = new TestConsole();
  await console.configure(
    'interface Loopback0',
    'ip address 10.0.0.1 255.0.0.0',
    'interface Loopback1',
    'dial-peer voice 7 pots',
    'port 0/1/0',
  );
  const part = (shown: readonly string[]): readonly string[] => shown.slice(3);
  assert.deepEqual(part(await answer(console, 'show running-config interface lo0')), [
    '!',
    'interface Loopback0',
    ' ip address 10.0.0.1 255.0.0.0',
    'end',
    '',
  ]);
  assert.deepEqual(await answer(console, 'show running-config interface lo9'), [
    '% Invalid interface type and number: lo9',
  ]);
  assert.deepEqual(part(await answer(console, 'show running-config dial-peer 7')), [
    '!',
    'dial-peer voice 7 pots',
    ' port 0/1/0',
    'end',
    '',
  ]);
  assert.deepEqual(await answer(console, 'show running-config | section sip-ua'), []);
  const all = await answer(console, 'show running-config all | section ^sip-ua|^dial-peer voice');
  for (const line of [
    'sip-ua',
    ' retry invite 6',
    ' timers connection establish tls 20',
    ' transport tcp tls',
    ' digit-strip',
    ' no shutdown',
    ' preference 0',
  ]) {
    assert.ok(all.includes(line), line);
  }
  assert.equal((await answer(console, 'show running-config linenum'))[3], '    1 : !');
});

test('a trial ends with the process: the configuration that was saved is the one that boots', async () => {
  const console = new TestConsole();
  await console.type('write memory', 'configure terminal revert timer 1', 'hostname east', 'end');
  assert.match((await console.startup()) ?? '', /hostname Router/);
});
