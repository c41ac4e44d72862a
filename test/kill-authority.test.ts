import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readCertificate } from '../src/pki/index.ts';
import { testPair, testRequest } from '../src/pki/test-request.ts';

const program = join(import.meta.dirname, '..', 'bin', 'dialpeer');
const silent = 'sip-ua\n no transport udp\n no transport tcp\n no transport tcp tls\n';
const server = 'crypto pki server ca\n database level complete\n no shutdown\n';

// Made at once and not in a hook: when no test is chosen `before` does not run, and `after` must remove nothing else.
const folder = await mkdtemp(join(tmpdir(), 'dialpeer-kill-ca-'));
const nvram = join(folder, 'nvram');
before(async () => {
  await mkdir(nvram, { recursive: true });
  await writeFile(join(nvram, 'startup-config'), `${server}${silent}`);
});
after(() => rm(folder, { recursive: true, force: true }));

interface Kill {
  readonly typed: string;
  /** Kills `delayMs` after the output has matched so often, or after its start; it ends by itself when absent. */
  readonly when?: { readonly matches?: RegExp; readonly times: number; readonly delayMs: number };
}

/** Runs a gateway on the NVRAM; gives what it printed. */
function played({ typed, when }: Kill): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ['run', '--nvram', nvram], { timeout: 60_000 });
    let out = '';
    let killing = false;
    const kill = (delayMs: number): void => {
      killing = true;
      setTimeout(() => child.kill('SIGKILL'), delayMs);
    };
    if (when !== undefined && when.matches === undefined) kill(when.delayMs);
    child.stdout.on('data', (data: Buffer) => {
      out += data.toString();
      if (killing || when?.matches === undefined) return;
      if ([...out.matchAll(when.matches)].length >= when.times) kill(when.delayMs);
    });
    // What the gateway has not read when it is killed cannot be written any more.
    child.stdin.on('error', () => {});
    if (when === undefined) child.stdin.end(`enable\n${typed}`);
    else child.stdin.write(`enable\n${typed}`);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if ((when === undefined) === (signal === null)) resolve(out);
      else reject(new Error(`it ended by itself with ${code ?? signal}: ${out.slice(-500)}`));
    });
  });
}

/** Serial numbers of the certificates that were handed out. */
function handedOut(out: string): readonly string[] {
  return [...out.matchAll(/% Granted certificate:\r?\n((?:[A-Za-z0-9+/=]+\r?\n)+)\r?\n/g)].map(([, text = '']) => {
    const read = readCertificate(Buffer.from(text, 'base64'));
    assert.ok(read.ok, 'a certificate was printed that is none');
    return read.value.serial;
  });
}

const request = testRequest('cn=peer', testPair())
  .toString('base64')
  .match(/.{1,64}/g)!
  .join('\n');
const issue = `crypto pki server ca request pkcs10 terminal\n${request}\nquit\n`;

test('a CA killed while it is made, while it issues and while it revokes comes back whole; no number is given twice, no revocation lost', async () => {
  // While key and certificate are made.
  for (let delayMs = 300; delayMs <= 1200; delayMs += 150) await played({ typed: '', when: { times: 0, delayMs } });
  const numbers: string[] = [];
  const revoked = new Set<string>();
  for (let round = 0; round < 5; round++) {
    const revoke = numbers.map((serial) => `crypto pki server ca revoke ${serial}\n${issue}`).join('');
    const when = { matches: /Granted certificate/g, times: 2 + 3 * round, delayMs: round * 4 };
    const out = await played({ typed: `${revoke}${issue.repeat(300)}`, when });
    assert.doesNotMatch(out, /CS_FAULT|CS_REQUEST_UNREADABLE|%Error/);
    numbers.push(...handedOut(out));
    for (const [, serial = ''] of out.matchAll(/Certificate 0x([0-9A-F]+) succesfully revoked/g)) revoked.add(serial);
  }
  assert.ok(numbers.length >= 10 && revoked.size > 0, `${numbers.length} issued, ${revoked.size} revoked`);
  assert.equal(new Set(numbers).size, numbers.length, 'a number was given twice');

  const shown = await played({
    typed: 'terminal length 0\nshow crypto pki server ca\nshow crypto pki server ca crl\n',
  });
  assert.match(shown, /Status: enabled/);
  const last = Number.parseInt(/serial number \(hex\): ([0-9A-F]+)/.exec(shown)?.[1] ?? '', 16);
  for (const serial of numbers) assert.ok(Number.parseInt(serial, 16) <= last, serial);
  for (const serial of revoked) assert.match(shown, new RegExp(`Serial Number: 0x${serial}\\b`));
  const folder = join(nvram, 'ca', 'ca');
  for (const name of (await readdir(folder)).filter((one) => one.endsWith('.cer') && !one.startsWith('.'))) {
    assert.ok(readCertificate(await readFile(join(folder, name))).ok, name);
  }
});
