import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const program = join(import.meta.dirname, '../bin/dialpeer');
const folder = await mkdtemp(join(tmpdir(), 'dialpeer-config-key-'));
const nvram = join(folder, 'nvram');
const keyFile = join(folder, 'key');
after(() => rm(folder, { recursive: true, force: true }));

/** Runs the program as a user does, with or without the file of its key, and returns all that it printed. */
function run(file: string | undefined, ...lines: readonly string[]): Promise<string> {
  const { DIALPEER_CONFIG_KEY_FILE: _, ...env } = process.env;
  const child = spawn(program, ['run', '--nvram', nvram], {
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: 30_000,
    env: file === undefined ? env : { ...env, DIALPEER_CONFIG_KEY_FILE: file },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data;
    });
  }
  child.stdin.end(`${['enable', ...lines].join('\n')}\n`);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => resolve(output));
  });
}

/** Every file below NVRAM: its text and mode. */
async function files(): Promise<readonly (readonly [string, string, number])[]> {
  const names = await readdir(nvram, { recursive: true });
  const found: [string, string, number][] = [];
  for (const name of names) {
    const path = join(nvram, name);
    const { mode } = await stat(path);
    if ((mode & 0o170000) === 0o100000) found.push([name, await readFile(path, 'utf8'), mode & 0o777]);
  }
  return found;
}

test('a gateway that is given its configuration key from a file leaves an NVRAM that is useless without it', async () => {
  await writeFile(keyFile, 'a key of the outside\n', { mode: 0o600 });
  const made = await run(
    keyFile,
    'configure terminal',
    'hostname west',
    'password encryption aes',
    'crypto key generate ec keysize 256 label west',
    'crypto pki trustpoint lab',
    'enrollment terminal',
    'password not-to-be-seen',
    'end',
    'write memory',
    'show crypto key mypubkey ec',
  );
  assert.match(made, /Key name: west/);
  for (const [name, text, mode] of await files()) {
    assert.equal(mode, 0o600, name);
    assert.doesNotMatch(text, /PRIVATE KEY|not-to-be-seen|password 7|a key of the outside/, name);
  }

  const without = await run(undefined, 'show crypto key mypubkey ec', 'show running-config');
  assert.match(without, /%PKI-3-CONFIG_KEY_LOCKED: .*it was given to the gateway from outside, and is not now/);
  assert.match(without, /%PKI-3-KEY_UNREADABLE: Key file keys\/west\+ec\.json is not used: it is encrypted/);
  assert.doesNotMatch(without, /Key name: west/);
  assert.match(without, /password 6 \S+/);

  await writeFile(keyFile, 'another key, a wrong one');
  assert.match(
    await run(keyFile, 'show version'),
    /CONFIG_KEY_LOCKED: .*it is not the one that the keys are encrypted with/,
  );
  await writeFile(keyFile, 'a key of the outside');
  assert.match(await run(keyFile, 'show crypto key mypubkey ec'), /Key name: west/);
});
