import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const program = join(import.meta.dirname, '..', 'bin', 'dialpeer');
const rounds = 4;

// Made at once and not in a hook: when no test is chosen `before` does not run, and `after` must remove nothing else.
const folder = await mkdtemp(join(tmpdir(), 'dialpeer-kill-'));
const nvram = join(folder, 'nvram');
after(() => rm(folder, { recursive: true, force: true }));

/** Large enough that writing it takes a while. */
const hosts = Array.from(
  { length: 30_000 },
  (_, i) => `ip host a-station-with-a-long-name-${i} 10.${i >> 8}.${i & 255}.1`,
);
const silent = 'sip-ua\n no transport udp\n no transport tcp\n no transport tcp tls\n';

/** Two configurations, saved in turn, without end. */
const typed = ['alpha', 'omega'].map((name) => `configure terminal\nhostname ${name}\nend\nwrite memory\n`).join('');

/** Runs a gateway that saves again and again, and kills it `delayMs` after it has saved `saves` times. Gives what it printed. */
function killedWhileSaving(saves: number, delayMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['run', '--nvram', nvram], { timeout: 60_000 });
    let out = '';
    let killing = false;
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      if (killing || out.split('[OK]').length <= saves) return;
      killing = true;
      setTimeout(() => child.kill('SIGKILL'), delayMs);
    });
    // What the gateway has not read when it is killed cannot be written any more.
    child.stdin.on('error', () => {});
    child.stdin.write(`enable\n${typed.repeat(400)}`);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve(out);
      else reject(new Error(`it ended by itself with ${code ?? signal}: ${out.slice(-500)}`));
    });
  });
}

test('a gateway killed while it saves leaves the old or the new startup-config, whole, and boots from it', async () => {
  await mkdir(nvram, { recursive: true });
  await writeFile(join(nvram, 'startup-config'), `hostname alpha\n${hosts.join('\n')}\n${silent}`);
  let whole: string | undefined;
  for (let round = 0; round < rounds; round++) {
    const out = await killedWhileSaving(1 + round, round * 12);
    assert.doesNotMatch(out, /CONFIG_LINE|STARTUP_UNREADABLE|%Error/);
    const saved = await readFile(join(nvram, 'startup-config'), 'utf8');
    assert.match(saved, /^hostname (?:alpha|omega)$/m);
    const neutral = saved.replace(/^hostname (?:alpha|omega)$/m, 'hostname');
    whole ??= neutral;
    assert.equal(neutral, whole, `round ${round}`);
    for (const line of [hosts[0], hosts.at(-1)]) assert.ok(neutral.includes(`\n${line}\n`));
    assert.match(neutral, /\nend\n$/);
    const stray = (await readdir(nvram)).filter((name) => name.includes('startup-config') && name !== 'startup-config');
    assert.ok(stray.length <= 1, 'what a kill leaves behind does not pile up');
  }
});
