import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const program = join(import.meta.dirname, '../../../bin/dialpeer');
const nvram = await mkdtemp(join(tmpdir(), 'dialpeer-nvram-'));
after(() => rm(nvram, { recursive: true, force: true }));

/** Runs the program on this NVRAM as a user does, types the lines, and returns all that it printed. */
function run(...lines: readonly string[]): Promise<{ readonly output: string; readonly code: number | null }> {
  const child = spawn(program, ['run', '--nvram', nvram], { stdio: ['pipe', 'pipe', 'pipe'], timeout: 30_000 });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data: Buffer) => {
      output += data;
    });
  }
  child.stdin.end(`${lines.join('\n')}\n`);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ output, code }));
  });
}

const labels = ['open', 'torn', 'whole', 'other'];
const trustpoints = ['whole', 'other'];

/** Key pairs, and two trustpoints with a certificate each: all in NVRAM, the certificates not in startup-config. */
async function fill(): Promise<void> {
  const { output, code } = await run(
    'enable',
    'configure terminal',
    'hostname west',
    ...labels.map((label) => `crypto key generate rsa label ${label} modulus 1024`),
    ...trustpoints.flatMap((name) => [
      `crypto pki trustpoint ${name}`,
      'enrollment selfsigned',
      'serial-number none',
      'ip-address none',
      `subject-name cn=${name}`,
      `rsakeypair ${name}`,
      'exit',
    ]),
    'do write memory',
    ...trustpoints.flatMap((name) => [`crypto pki enroll ${name}`, 'yes']),
    'end',
  );
  assert.equal(code, 0, output);
  assert.equal(output.match(/Self Signed Certificate successfully created/g)?.length, trustpoints.length, output);
}

test('a gateway whose NVRAM is damaged says which file is refused and why, and runs with the rest', async () => {
  await fill();
  const folder = join(nvram, 'certificates/other');
  const [certificate = assert.fail('no certificate was stored')] = await readdir(folder);
  const content = await readFile(join(folder, certificate));
  await writeFile(join(folder, certificate), content.subarray(0, content.length / 2));
  await chmod(join(nvram, 'keys/open.json'), 0o644);
  await writeFile(join(nvram, 'keys/torn.json'), '{"label":"torn", -----BEGIN PRIVATE KEY-----');

  const { output, code } = await run(
    'enable',
    'terminal length 0',
    'show crypto key mypubkey rsa',
    'show crypto pki certificates',
  );

  assert.equal(code, 0, output);
  const refusals = output.split('\n').flatMap((line) => /%PKI-3-(?:KEY|CERT)_UNREADABLE: (.*)/.exec(line)?.[1] ?? []);
  assert.deepEqual(refusals.slice(0, 2), [
    'Key file keys/open.json is not used: mode 644 lets others read it, 600 is needed',
    'Key file keys/torn.json is not used: it is damaged',
  ]);
  assert.match(
    refusals[2] ?? '',
    /^Certificate file certificates\/other\/\S+ is not used: the certificate cannot be decoded/,
  );
  assert.equal(refusals.length, 3);
  assert.deepEqual(
    [...output.matchAll(/^Key name: (.*?)\s*$/gm)].map((found) => found[1]),
    ['other', 'whole'],
  );
  assert.deepEqual(
    [...output.matchAll(/^\s*Associated Trustpoints: (.*?)\s*$/gm)].map((found) => found[1]),
    ['whole'],
  );
  assert.equal(output.includes('PRIVATE KEY'), false, 'what a key file holds is nobody’s to read');
  assert.equal((await stat(join(nvram, 'keys/open.json'))).mode & 0o777, 0o644, 'it was left as it is');
  assert.equal((await readFile(join(folder, certificate))).length, Math.floor(content.length / 2));
});
