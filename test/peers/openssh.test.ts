import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { run } from './child.ts';
import type { Gateway } from './gateway.ts';
import { needs } from './peer.ts';
import { bound } from './port.ts';
import { Scene } from './scene.ts';
import { at, passwords, sshOptions, startWithSsh } from './ssh.ts';

suite('OpenSSH logs in and runs single commands', needs('ssh', 'sshpass', 'ssh-keygen', 'ssh-keyscan'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let port = 0;

  before(async () => {
    ({ gateway, port } = await startWithSsh(scene));
  });
  after(() => scene.close());

  /** Runs one command as a user does; gives what it printed and its exit status. */
  async function ssh(user: 'admin' | 'oper', command: string, password: string = passwords[user]) {
    const words = ['-p', password, 'ssh', ...sshOptions(port), '-o', 'NumberOfPasswordPrompts=1', at(user), command];
    const child = scene.start('sshpass', words);
    const status = await child.exit();
    return { status, output: child.output };
  }

  test('a command is carried out, and the exit status says so', async () => {
    const { status, output } = await ssh('admin', 'show users');
    assert.equal(status, 0);
    assert.match(output, /^ {4}Line[^\n]*\n[\s\S]*\* {2}2 vty 0 {5}admin/);
  });

  test('a command that is refused, or is above the privilege of the user, ends with 1', async () => {
    for (const [user, command] of [
      ['admin', 'show nothing'],
      ['oper', 'show running-config'],
    ] as const) {
      const { status, output } = await ssh(user, command);
      assert.equal(status, 1);
      assert.match(output, /% Invalid input detected/);
    }
  });

  test('a command that is given to the level of the user is carried out', async () => {
    await gateway.type('configure terminal');
    await gateway.type('privilege exec level 1 show run');
    assert.match((await ssh('oper', 'show running-config')).output, /^privilege exec level 1 show running-config\r?$/m);
    await gateway.type('no privilege exec level 1 show run');
    await gateway.type('end');
    assert.equal((await ssh('oper', 'show running-config')).status, 1);
  });

  test('a wrong password is refused', async () => {
    const { status, output } = await ssh('admin', 'show users', 'wrong');
    assert.equal(status, 5);
    assert.doesNotMatch(output, /Line/);
  });

  test('a terminal shows banner, echo and prompt, enable asks, and exit ends with 0', async () => {
    const words = ['-p', passwords.oper, 'ssh', ...sshOptions(port), '-tt', at('oper')];
    const child = scene.start('sshpass', words);
    await child.waitFor(/Property of the test\r\n\r\ngw>$/);
    child.write('enable\r');
    await child.waitFor(/gw>enable\r\nPassword: $/);
    child.write(`${passwords.enable}\r`);
    await child.waitFor(/Password: \r\ngw#$/);
    child.write('terminal monitor\r');
    await child.waitFor(/gw#terminal monitor\r\ngw#$/);
    child.write('configure terminal\r');
    await child.waitFor(/\(config\)#$/);
    child.write('\x1a');
    await child.waitFor(/%SYS-5-CONFIG_I: Configured from console by oper on vty0 \(127\.0\.0\.1\)/);
    child.write('exit\r');
    assert.equal(await child.exit(), 0);
  });

  test('a session is seen in show line and ended by clear line', async () => {
    const words = ['-p', passwords.oper, 'ssh', ...sshOptions(port), '-tt', at('oper')];
    const child = scene.start('sshpass', words);
    await child.waitFor(/gw>$/);
    assert.match(await gateway.type('show line'), /^\* {4}2 VTY .* [1-9]\d* +0 +0\/0 /m);
    await gateway.type('clear line vty 0', /\[confirm\]$/);
    assert.match(await gateway.type(''), /^ \[OK\]$/m);
    assert.equal(await child.exit(), 0);
  });

  for (const type of ['rsa', 'ed25519', 'ecdsa'] as const) {
    test(`a key of type ${type} lets its user in without a password`, async () => {
      const file = scene.path(`id_${type}`);
      await run('ssh-keygen', ['-q', '-t', type, '-N', '', '-f', file]);
      await gateway.type('configure terminal');
      for (const line of ['ip ssh pubkey-chain', 'username admin', 'key-string']) await gateway.type(line);
      await gateway.type(readFileSync(`${file}.pub`, 'utf8').trim());
      for (const line of ['exit', 'end']) await gateway.type(line);
      const only = ['-o', 'PreferredAuthentications=publickey', '-o', 'IdentitiesOnly=yes', '-i', file];
      assert.match(await run('ssh', [...sshOptions(port), ...only, at('admin'), 'show privilege']), /level is 15\n$/);
    });
  }

  test('the host key is the one show ip ssh shows', async () => {
    const scanned = await run('ssh-keyscan', ['-t', 'rsa', '-p', String(port), '127.0.0.1']);
    const [key = ''] = /ssh-rsa \S+/.exec(scanned) ?? [];
    assert.notEqual(key, '');
    assert.ok((await gateway.type('show ip ssh')).includes(key));
  });

  for (const keysize of [256, 384, 521]) {
    test(`without an RSA pair the host key is the EC one of ${keysize} bits`, async () => {
      await gateway.type('configure terminal');
      if (keysize === 256) {
        await gateway.type('crypto key zeroize rsa', /\[yes\/no\]: /);
        await gateway.type('yes');
        await gateway.type('crypto key generate ec keysize 256', /\[OK\]/);
      } else {
        await gateway.type(`crypto key generate ec keysize ${keysize}`, /\[yes\/no\]: /);
        await gateway.type('yes', /\[OK\]/);
      }
      await gateway.type('end');
      await bound('tcp', port);
      const scanned = await run('ssh-keyscan', ['-t', 'ecdsa', '-p', String(port), '127.0.0.1']);
      const [key = ''] = new RegExp(`ecdsa-sha2-nistp${keysize} \\S+`).exec(scanned) ?? [];
      assert.notEqual(key, '', scanned);
      assert.ok((await gateway.type('show ip ssh')).includes(key));
      assert.equal((await ssh('admin', 'show users')).status, 0);
    });
  }
});
