import assert from 'node:assert/strict';
import { test } from 'node:test';
import { login, Screen, serve } from '../../test/ssh-scene.ts';

test('a session echoes exactly what is typed, ends its lines with CR LF, and has its prompt last', async () => {
  const { port, logins } = await serve();
  const screen = await Screen.open(await login(port));
  await screen.until(/gw#$/);
  screen.channel.write('show who\n');
  await screen.until(/here\r\ngw#$/);
  screen.channel.write('exit\r');
  await screen.closed;
  assert.equal(screen.text, 'gw#show who\r\nada is here\r\ngw#exit\r\n');
  assert.deepEqual(logins, [{ user: 'ada', address: '127.0.0.1', line: 0 }]);
});

test('nothing but text, CR and LF reaches a script, and terminal length 0 ends the pager', async () => {
  const { port } = await serve();
  const screen = await Screen.open(await login(port));
  screen.channel.write('show many\n');
  await screen.until(/line 23\r\n --More-- $/);
  screen.channel.write('q');
  await screen.until(/gw#$/);
  screen.text = '';
  screen.channel.write('terminal length 0\nshow many\n');
  await screen.until(/line 100\r\ngw#$/);
  assert.match(screen.text, /^[\r\n\x20-\x7e]*$/);
  assert.ok(!screen.text.includes('More'));
});

test('the screen of the client is the screen of the pager, also after it changed', async () => {
  const { port } = await serve();
  const screen = await Screen.open(await login(port), { cols: 80, rows: 5 });
  screen.channel.write('show many\n');
  await screen.until(/line 4\r\n --More-- $/);
  screen.channel.write('q');
  await screen.until(/gw#$/);
  screen.channel.setWindow(9, 80, 0, 0);
  screen.text = '';
  screen.channel.write('show many\n');
  await screen.until(/line 8\r\n --More-- $/);
});

test('a long line is echoed whole on the width that terminal width gives', async () => {
  const { port } = await serve();
  const screen = await Screen.open(await login(port));
  const long = `show ${'x'.repeat(300)}`;
  screen.channel.write('terminal width 511\n');
  await screen.until(/511\r\ngw#$/);
  screen.text = '';
  screen.channel.write(`${long}\n`);
  await screen.until(/marker\.\r\n\r\ngw#$/);
  assert.ok(screen.text.startsWith(`${long}\r\n`));
});

test('without a terminal the lines of a pipe are typed, and its end ends the session', async () => {
  const { port } = await serve();
  const screen = await Screen.open(await login(port), false);
  screen.channel.end('show who\nask\nyes\n');
  await screen.closed;
  assert.equal(screen.text, 'gw#show who\nada is here\ngw#ask\nWell? yes\nanswered yes\ngw#\n');
});

test('it is switched off and on by its settings, says so, and leaves open sessions alone', async () => {
  const { server, settings, port, entries } = await serve();
  const screen = await Screen.open(await login(port));
  await screen.until(/gw#$/);
  await server.apply(undefined);
  await assert.rejects(login(port), /ECONNREFUSED/);
  screen.channel.write('show who\n');
  await screen.until(/here\r\ngw#$/);
  await server.apply(settings);
  await server.apply({ ...settings, attempts: 1 });
  assert.deepEqual(
    entries.filter(({ facility }) => facility === 'SSH').map(({ mnemonic }) => mnemonic),
    ['ENABLED', 'DISABLED', 'ENABLED'],
  );
});
