import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { run } from './child.ts';
import { gatewayConfig, program } from './gateway.ts';
import { needs } from './peer.ts';
import { freePort } from './port.ts';
import { Scene } from './scene.ts';
import { at, passwords, sshOptions, startWithSsh } from './ssh.ts';

const script = join(import.meta.dirname, 'scripts', 'keys.exp');

suite('the keys of a terminal do what they do on IOS', needs('expect', 'ssh'), () => {
  const scene = new Scene();
  after(() => scene.close());

  /** Gives what the operator noted; he exits with 1 at the first step that did not work. */
  const operate = (...command: readonly string[]): Promise<string> =>
    run('expect', [script, passwords.oper, passwords.enable, ...command], { cwd: scene.folder }, 90_000);

  test('at the console', async () => {
    const config = gatewayConfig({ port: await freePort(), securePort: await freePort(), routes: [] });
    const noted = await operate(program, 'run', '--config', scene.write('keys.cfg', config), '--nvram', 'nv-keys');
    assert.match(noted, /all steps done/);
  });

  test('over SSH', async () => {
    const { port } = await startWithSsh(scene);
    assert.match(await operate('ssh', ...sshOptions(port), at('oper')), /all steps done/);
  });
});
