import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

const root = join(import.meta.dirname, '..');
const program = join(root, 'bin', 'dialpeer');

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dialpeer-program-'));
});
after(() => rm(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs the program as a user does, with `input` as its piped standard input. */
function dialpeer(args: readonly string[], input = ''): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: folder, timeout: 60_000 });
    const text = { out: '', err: '' };
    child.stdout.on('data', (data: Buffer) => {
      text.out += data.toString();
    });
    child.stderr.on('data', (data: Buffer) => {
      text.err += data.toString();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, ...text }));
    child.stdin.end(input);
  });
}

/** A gateway that opens no socket, so that these tests need no port. */
const silent = 'sip-ua\n no transport udp\n no transport tcp\n no transport tcp tls\n';

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

test('without a command it says how it is used, and fails', async () => {
  const { code, err } = await dialpeer([]);
  assert.equal(code, 2);
  assert.match(err, /a command is needed/);
});

test('a configuration that cannot be read is said, and nothing is started', async () => {
  const { code, err } = await dialpeer(['run', '--config', 'nowhere.cfg']);
  assert.equal(code, 2);
  assert.match(err, /nowhere\.cfg cannot be read/);
});

test("check finds nothing wrong in the seed's configuration, and says what has no effect and where calls go", async () => {
  const { code, out } = await dialpeer(['check', join(root, 'examples', 'seed.cfg')]);
  assert.equal(code, 0);
  assert.match(out, /seed\.cfg: 0 lines wrong/);
  assert.match(out, /123: mgcp behavior rsip-range all/);
  assert.match(out, / 86: application {2}\(scripts are not run\)/);
  assert.match(out, / 88: application: service blind \S+: paramspace english index 0/);
  assert.match(out, /333 voip {2}333 {2}dns:liotta\.com tls {2}incoming called-number 5550100 {2}up/);
});

test('check names each wrong line with its number and sentence, and exits 1', async () => {
  const path = await file('wrong.cfg', 'hostname gw\nnonsense here\nsip-ua\n retry invite 99\n');
  const { code, out } = await dialpeer(['check', path]);
  assert.equal(code, 1);
  assert.match(out, /wrong\.cfg:2: nonsense here\n +\^\n {4}% Invalid input detected at '\^' marker\./);
  assert.match(out, /wrong\.cfg:4: retry invite 99\n +\^\n {4}% Invalid input/);
});

test('check lists as kept the lines of the file and no others', async () => {
  const kept = /Without effect, and of no concern to calls:\n(.*?)\n\n/s;
  const without = await dialpeer(['check', await file('bare.cfg', 'hostname gw\n')]);
  assert.equal(kept.exec(without.out)?.[1], undefined);
  const versed = await dialpeer(['check', await file('versed.cfg', 'version 12.4\n')]);
  assert.match(kept.exec(versed.out)?.[1] ?? '', /^ {2}1: version 12\.4 {2}\(/);
});

test('check --json prints one document of all files, and exits as without it', async () => {
  const wrong = await file('bad.cfg', 'nonsense here\ndial-peer voice 1 voip\n srtp\n destination dpg 33\n');
  const good = await file('good.cfg', 'hostname gw\n');
  const { code, out } = await dialpeer(['check', '--json', wrong, good]);
  assert.equal(code, 1);
  const { files } = JSON.parse(out);
  assert.equal(files.length, 2);
  const [bad, other] = files;
  assert.deepEqual(bad.wrong, [
    { line: 1, text: 'nonsense here', message: "% Invalid input detected at '^' marker.", column: 0 },
  ]);
  const block = ['dial-peer voice 1 voip'];
  assert.deepEqual(bad.notDefined, [{ line: 4, block, text: 'destination dpg 33', names: 'voice class dpg 33' }]);
  const reason = 'media is not encrypted in this version';
  assert.deepEqual(bad.withoutEffect, [{ line: 3, block, text: 'srtp', reason, isHarmless: false }]);
  assert.equal(bad.dialPeers[0].reason, 'session protocol is not sipv2');
  assert.deepEqual([other.wrong, other.notDefined, other.dialPeers], [[], [], []]);
  assert.equal(other.listensOn.length, 3);
});

test('every example loads without a wrong line', async () => {
  const examples = (await readdir(join(root, 'examples'), { recursive: true })).filter((name) => name.endsWith('.cfg'));
  assert.ok(examples.length >= 4);
  const { code, out } = await dialpeer(['check', ...examples.map((name) => join(root, 'examples', name))]);
  assert.equal(code, 0, out);
});

test('piped lines are typed at the console: prompts, echo and answers come out, and the end of input ends it well', async () => {
  const path = await file('typed.cfg', `hostname gw\n${silent}`);
  const { code, out } = await dialpeer(
    ['run', '--config', path, '--nvram', 'nv-typed'],
    'enable\nshow sun\nshow dial-peer voice summary\n',
  );
  assert.equal(code, 0);
  assert.match(
    out,
    /gw>enable\ngw#show sun\n {8}\^\n% Invalid input detected at '\^' marker\.\n\ngw#show dial-peer voice summary\ndial-peer hunt 0\n/,
  );
});

test('exit at the console leaves the session and not the gateway: the lines behind it are typed at the next one', async () => {
  const path = await file('left.cfg', `hostname gw\n${silent}`);
  const { code, out } = await dialpeer(
    ['run', '--config', path, '--nvram', 'nv-left'],
    'enable\nconfigure terminal\nhostname west\nend\nexit\nshow privilege\n',
  );
  assert.equal(code, 0);
  assert.match(
    out,
    /west\(config\)#end\n.*%SYS-5-CONFIG_I: Configured from console by console\nwest#exit\n\nwest con0 is now available\n\n\nPress RETURN to get started\.\n\n[\s\S]*west>show privilege\nCurrent privilege level is 1\n/,
  );
});

test('a configuration with a bad line boots: the line is reported with its number, the rest is in effect', async () => {
  const path = await file(
    'bad.cfg',
    `hostname gw\nnonsense here\n${silent}dial-peer voice 7 voip\n destination-pattern 7..\n`,
  );
  const { code, out } = await dialpeer(['run', '--config', path, '--nvram', 'nv-bad'], 'enable\nshow running-config\n');
  assert.equal(code, 0);
  assert.match(out, /%SYS-3-CONFIG_LINE: Configuration line 2 refused: "nonsense here": % Invalid input/);
  assert.match(out, /dial-peer voice 7 voip\n destination-pattern 7\.\./);
});

test('a console whose line says login local asks who is there, and gives the user his privilege', async () => {
  const users = 'username ada privilege 15 secret Opal-1\nline con 0\n login local\n';
  const path = await file('login.cfg', `hostname gw\n${users}${silent}`);
  const { code, out } = await dialpeer(
    ['run', '--config', path, '--nvram', 'nv-login'],
    'ada\nguess\nada\nOpal-1\nshow users\n',
  );
  assert.equal(code, 0);
  assert.match(
    out,
    /User Access Verification\n\nUsername: [\s\S]*ada\nPassword: \n[\s\S]*% Login invalid\n\n[\s\S]*Password: \ngw#show users\n.*\n\* {2}0 con 0 {5}ada /,
  );
  assert.match(out, /%SEC_LOGIN-4-LOGIN_FAILED: Login failed \[user: ada\] \[Source: console\]/);
});

test('what was saved is booted by a reload, and lines piped behind it are typed at the new gateway', async () => {
  const path = await file('reload.cfg', `hostname first\n${silent}`);
  const lines = [
    'enable',
    'configure terminal',
    'hostname second',
    'end',
    'write memory',
    'configure terminal',
    'hostname third',
    'end',
    'reload',
    'no',
    '',
    'enable',
    'show clock',
  ];
  const { code, out } = await dialpeer(['run', '--config', path, '--nvram', 'nv-reload'], `${lines.join('\n')}\n`);
  assert.equal(code, 0);
  assert.match(
    out,
    /third#reload\n.*no\nProceed with reload\? \[confirm\]\n.*%SYS-5-RELOAD: Reload requested by console\. .*\nsecond>/s,
  );
  assert.match(out, /second#show clock\n\d\d:\d\d:\d\d\.\d{3} UTC /);
});

test('private keys are files only their owner may read, and are there after a restart', async () => {
  const path = await file('keys.cfg', `hostname gw\n${silent}`);
  const run = (input: string) => dialpeer(['run', '--config', path, '--nvram', 'nv-keys'], input);
  await run('enable\nconfigure terminal\ncrypto key generate rsa label k1 modulus 1024\nend\n');
  const [name = ''] = await readdir(join(folder, 'nv-keys', 'keys'));
  const key = join(folder, 'nv-keys', 'keys', name);
  assert.equal((await stat(key)).mode & 0o777, 0o600);
  assert.match(await readFile(key, 'utf8'), /PRIVATE KEY/);
  const { out } = await run('enable\nshow crypto key mypubkey rsa\n');
  assert.match(out, /Key name: k1\n/);
});

test('the lab enrols both gateways, calls both ways over mutual TLS, shows both tables and exits 0', async () => {
  const { code, out, err } = await dialpeer(['lab', '--once']);
  assert.equal(code, 0, out + err);
  assert.equal(out.match(/csim: loop = 1, failed = 0/g)?.length, 2);
  assert.match(
    out,
    /west#show sip-ua connections tcp tls detail.*Established.*east#show sip-ua connections tcp tls detail.*Established/s,
  );
});

test('a reload with a startup-config that cannot be read boots an empty router and says so', async () => {
  const path = await file('unreadable.cfg', `hostname first\n${silent}`);
  const life = ['run', '--config', path, '--nvram', 'nv-unreadable'];
  await mkdir(join(folder, 'nv-unreadable', 'startup-config'), { recursive: true });
  const { code, out, err } = await dialpeer(life, 'enable\nreload\nno\n\n');
  assert.equal(code, 0, err);
  assert.match(out, /%SYS-2-STARTUP_UNREADABLE: startup-config cannot be read and was left untouched: /);
  assert.match(out, /hostname Router/);
});

test('an NVRAM folder that others may read is said in the log, and boot goes on', async () => {
  const path = await file('nvram.cfg', `hostname gw\n${silent}`);
  const boot = async (nvram: string) => (await dialpeer(['run', '--config', path, '--nvram', nvram], '')).out;
  await mkdir(join(folder, 'nv-open'), { mode: 0o755 });
  const open = await boot('nv-open');
  assert.match(open, /%SYS-4-NVRAM_OPEN: The NVRAM folder has mode 755: /);
  await mkdir(join(folder, 'nv-closed'), { mode: 0o700 });
  assert.doesNotMatch(await boot('nv-closed'), /NVRAM/);
  assert.doesNotMatch(await boot('nv-new'), /NVRAM/);
  assert.match(open, /%SYS-5-RESTART/);
});

test('over an NVRAM folder that there is none or cannot be nothing is started', async () => {
  const path = await file('none.cfg', `hostname gw\n${silent}`);
  const unusable = [
    await file('nv-file', ''),
    join('nv-file', 'below'),
    ...(process.platform === 'linux' ? ['/proc/nvram'] : []),
  ];
  for (const nvram of unusable) {
    const { code, out, err } = await dialpeer(['run', '--config', path, '--nvram', nvram]);
    assert.deepEqual([code, out], [2, ''], nvram);
    assert.match(err, /the NVRAM folder .* cannot be used: E/);
  }
});

test("NVRAM is one gateway's: another one on the same folder is refused, until the first is gone, however it went", async () => {
  const path = await file('one.cfg', `hostname first\n${silent}`);
  const first = spawn(program, ['run', '--config', path, '--nvram', 'nv-one', '--daemon'], {
    cwd: folder,
    timeout: 60_000,
  });
  await once(first.stdout, 'data');
  await symlink('nv-one', join(folder, 'nv-link'));
  for (const nvram of ['nv-one', 'nv-link']) {
    const { code, err } = await dialpeer(['run', '--config', path, '--nvram', nvram], 'enable\nwrite memory\n');
    assert.equal(code, 2);
    assert.ok(err.includes(`the NVRAM folder ${nvram} is in use by process ${first.pid}`), err);
  }
  assert.ok(!(await readdir(join(folder, 'nv-one'))).includes('startup-config'));
  first.kill('SIGKILL');
  await once(first, 'close');
  assert.equal((await dialpeer(['run', '--config', path, '--nvram', 'nv-one'])).code, 0);
});

/** A gateway whose output is closed behind its first line; `typed` goes to its console. Gives the port it hears UDP on. */
async function unread(
  args: readonly string[],
  typed: string,
): Promise<{ child: ChildProcess; port: number; socket: Socket }> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const probe = createSocket('udp4').bind(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  const path = await file(
    'unread.cfg',
    `sip-ua\n no transport tcp\n no transport tcp tls\nvoice service voip\n sip\n  listen-port non-secure ${port}\n`,
  );
  const child = spawn(program, ['run', '--config', path, '--nvram', 'nv-unread', ...args], {
    cwd: folder,
    timeout: 60_000,
  });
  child.stdin?.write(typed);
  await once(child.stdout, 'data');
  child.stdout.destroy();
  return { child, port, socket };
}

for (const [what, args, typed] of [
  ['of a daemon', ['--daemon'], ''],
  ['of a console', [], 'enable\n'],
] as const) {
  test(`a closed output ${what} does not end the gateway`, async () => {
    const { child, port, socket } = await unread(args, typed);
    let said = '';
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString();
    });
    const options = 'OPTIONS sip:a@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1;branch=z9hG4bK1;rport\r\n';
    const whole = `${options}From: <sip:b@c>;tag=1\r\nTo: <sip:a@c>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\nUser-Agent: a stranger is sent no more than it sent, so this one says a little more\r\nContent-Length: 0\r\n\r\n`;
    // What is malformed is logged; what is well-formed is answered, as long as the gateway lives.
    const heard = once(socket, 'message', { signal: AbortSignal.timeout(20_000) });
    for (let i = 0; i < 5; i++) {
      socket.send(`${options}\r\n`, port, '127.0.0.1');
      await pause(50);
    }
    const sending = setInterval(() => socket.send(whole, port, '127.0.0.1'), 100);
    try {
      const [answer] = await heard;
      assert.match(String(answer), /^SIP\/2\.0 /);
      assert.equal(child.exitCode, null, said);
    } finally {
      clearInterval(sending);
      socket.close();
    }
    child.kill('SIGTERM');
    const [code] = child.exitCode === null ? await once(child, 'close') : [child.exitCode];
    assert.equal(code, 0, said);
    assert.equal(said, '');
  });
}
