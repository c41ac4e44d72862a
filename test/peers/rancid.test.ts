import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { run } from './child.ts';
import type { Gateway } from './gateway.ts';
import { needs } from './peer.ts';
import { loopback } from './port.ts';
import { Scene } from './scene.ts';
import { passwords, startWithSsh } from './ssh.ts';

const backupScript = join(import.meta.dirname, 'scripts', 'backup.exp');

/** RANCID reads its settings, passwords among them, from this file, which nobody else may read. */
const cloginrc = (port: number): string => `add method ${loopback} {ssh:${port}}
add user ${loopback} oper
add password ${loopback} {${passwords.oper}} {${passwords.enable}}
add sshcmd * {ssh\\ -oStrictHostKeyChecking=no\\ -oUserKnownHostsFile=/dev/null}
`;

suite('scripts that back up routers back up the gateway', needs('clogin', 'rancid', 'expect', 'ssh'), () => {
  const scene = new Scene();
  let gateway: Gateway;
  let port = 0;
  /** The lines of the configuration that the console shows, without its heading. */
  let configuration: readonly string[] = [];

  before(async () => {
    ({ gateway, port } = await startWithSsh(scene));
    scene.write('.cloginrc', cloginrc(port));
    chmodSync(scene.path('.cloginrc'), 0o600);
    const shown = (await gateway.type('show running-config')).split('\n');
    configuration = shown.slice(shown.indexOf('version 12.4'), shown.indexOf('end') + 1);
    assert.ok(configuration.length > 20);
  });
  after(() => scene.close());

  /** `HOME` is the scene's folder: RANCID looks there for its settings, and keeps its session's files there. */
  const atHome = (...words: readonly string[]): Promise<string> =>
    run('env', [`HOME=${scene.folder}`, ...words], { cwd: scene.folder }, 60_000);

  test('clogin logs in, enables, and runs a list of commands', async () => {
    const output = await atHome('clogin', '-f', '.cloginrc', '-c', 'show version;show running-config', loopback);
    const lines = output.split(/\r?\n/);
    assert.match(output, /gw#show version\r?\ndialpeer Software \(SIP-GATEWAY\), Version /);
    const start = lines.indexOf('version 12.4');
    assert.deepEqual(lines.slice(start, start + configuration.length), configuration);
    assert.match(output, /gw#exit\r?\n/);
  });

  test('rancid collects the gateway as a Cisco router', async () => {
    await atHome('rancid', '-t', 'cisco', loopback);
    const collected = readFileSync(scene.path(`${loopback}.new`), 'utf8');
    assert.match(collected, /^!RANCID-CONTENT-TYPE: cisco$/m);
    assert.match(collected, /^!Image: dialpeer-\d/m);
    assert.match(collected, /^!PID: DIALPEER$/m);
    assert.match(collected, /^config-register 0x2102$/m);
    const lines = collected.split('\n');
    assert.deepEqual(lines.slice(lines.indexOf('version 12.4'), lines.indexOf('end') + 1), configuration);
  });

  test('a plain expect script writes the configuration to a file', async () => {
    const file = scene.path('backup.cfg');
    await run('expect', [backupScript, String(port), 'oper', passwords.oper, passwords.enable, file], {}, 60_000);
    const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
    assert.deepEqual(lines.slice(lines.indexOf('version 12.4')), configuration);
  });
});
