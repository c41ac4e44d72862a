import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import ssh2 from 'ssh2';
import { exec, login, opened, pass, passwordOf, rsa, Screen, serve, userKey } from '../../test/ssh-scene.ts';
import { SimulatedClock } from '../io/memory/clock.ts';
import { LoginAttempts } from './login-attempts.ts';

test('the host key may be an EC one, of each curve', async () => {
  for (const [namedCurve, algorithm] of [
    ['P-256', 'ecdsa-sha2-nistp256'],
    ['P-384', 'ecdsa-sha2-nistp384'],
    ['P-521', 'ecdsa-sha2-nistp521'],
  ] as const) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve });
    const { port } = await serve({ hostKey: privateKey.export({ type: 'sec1', format: 'pem' }).toString() });
    const client = await login(port, { algorithms: { serverHostKey: [algorithm] } });
    assert.equal((await exec(client, 'show who')).out, 'ada is here\n');
  }
});

test('a user starts with his own privilege', async () => {
  const { port } = await serve();
  const screen = await Screen.open(await login(port, { username: 'bob' }));
  await screen.until(/^gw>$/);
});

test('what is shown before and after the login', async () => {
  const { port } = await serve({ banner: 'Keep out\r\n' }, { greeting: ['', 'Welcome'] });
  const client = new ssh2.Client();
  const banner = once(client, 'banner');
  const ready = once(client, 'ready');
  opened.push({ close: async () => void client.end() });
  client.connect({ host: '127.0.0.1', port, username: 'ada', password: 'ada' });
  assert.deepEqual((await banner)[0], 'Keep out\r\n');
  await ready;
  const screen = await Screen.open(client);
  await screen.until(/^\r\nWelcome\r\ngw#$/);
});

test('a key lets its user in, and nobody else', async () => {
  const { port, during } = await serve();
  const keyOnly = { privateKey: userKey, authHandler: ['publickey' as const] };
  const { out } = await exec(await login(port, keyOnly), 'show who');
  assert.equal(out, 'ada is here\n');
  await assert.rejects(during(login(port, { ...keyOnly, username: 'bob' })), /authentication/);
  await assert.rejects(during(login(port, { ...keyOnly, privateKey: rsa() })), /authentication/);
});

test('a password is also asked for in a dialog', async () => {
  const { port } = await serve();
  const client = new ssh2.Client();
  client.on('keyboard-interactive', (_name, _text, _language, prompts, answer) => {
    assert.deepEqual(prompts, [{ prompt: 'Password: ', echo: false }]);
    answer([passwordOf('ada')]);
  });
  opened.push({ close: async () => void client.end() });
  const ready = once(client, 'ready');
  client.connect({
    host: '127.0.0.1',
    port,
    username: 'ada',
    authHandler: ['keyboard-interactive'],
    tryKeyboard: true,
  });
  await ready;
});

test('wrong passwords are logged, counted and answered ever later, and the last one ends the connection', async () => {
  const { server, port, entries, clock } = await serve();
  const client = new ssh2.Client();
  const answers: number[] = [];
  const closed = once(client, 'close');
  client.on('error', () => {});
  let tries = 0;
  client.connect({
    host: '127.0.0.1',
    port,
    username: 'ghost',
    authHandler: (_left, _partial, next) => {
      answers.push(clock.monotonic());
      tries++;
      next({ type: 'password', username: 'ghost', password: `guess ${tries}` });
    },
  });
  let over = false;
  closed.then(() => {
    over = true;
  });
  while (!over) {
    await sleep(5);
    pass(clock, 250);
  }
  assert.equal(server.report().refused.logins, 3);
  assert.equal(entries.filter(({ mnemonic }) => mnemonic === 'LOGIN_FAILED').length, 3);
  assert.match(entries.find(({ mnemonic }) => mnemonic === 'LOGIN_FAILED')?.text ?? '', /user: ghost.*127\.0\.0\.1/);
  const [first = 0, second = 0, third = 0] = answers;
  assert.ok(second - first >= 1000, `${second - first}`);
  assert.ok(third - second >= 2000, `${third - second}`);
  assert.ok(!entries.some(({ text }) => text.includes('guess')));
});

for (const [type, curve] of [
  ['ecdsa-sha2-nistp256', 'P-256'],
  ['ecdsa-sha2-nistp384', 'P-384'],
  ['ecdsa-sha2-nistp521', 'P-521'],
] as const) {
  test(`a host key on ${curve} proves the server by ${type}`, async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: curve });
    for (const form of ['pkcs8', 'sec1'] as const) {
      const { port } = await serve({ hostKey: String(privateKey.export({ type: form, format: 'pem' })) });
      let shown: Buffer | undefined;
      const client = await login(port, {
        algorithms: { serverHostKey: [type] },
        hostVerifier: (key: Buffer) => {
          shown = key;
          return true;
        },
      });
      assert.deepEqual(await exec(client, 'show who'), { out: 'ada is here\n', status: 0 });
      const spki = publicKey.export({ type: 'spki', format: 'der' });
      assert.ok(shown?.includes(spki.subarray(-64)));
    }
  });
}

test('what is no private key, or one of a kind that is not offered, opens no port and is in no message', async () => {
  const ed25519 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  for (const wrong of ['-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n', String(ed25519)]) {
    const { server, entries } = await serve({ hostKey: wrong });
    assert.equal(server.report().port, undefined);
    assert.match(entries[0]?.text ?? '', /the host key cannot be used$/);
    assert.doesNotMatch(JSON.stringify(entries), /PRIVATE|nonsense/);
  }
});

test('an address that fails again and again waits longer, to a bound, until it succeeds', () => {
  const clock = new SimulatedClock(0);
  const attempts = new LoginAttempts(clock);
  const waits = (address: string, count: number) => Array.from({ length: count }, () => attempts.failed(address));
  assert.deepEqual(waits('a', 6), [1000, 2000, 4000, 8000, 8000, 8000]);
  assert.deepEqual(waits('b', 1), [1000]);
  attempts.forgive('a');
  assert.deepEqual(waits('a', 1), [1000]);
  waits('b', 1);
  pass(clock, 600_001);
  assert.deepEqual(waits('b', 1), [1000]);
});
