import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askLogin, type LoginDialog } from './login-dialog.ts';

/** A screen on which `typed` is typed, and what the dialog was told of. */
async function login(asks: LoginDialog['asks'], ...typed: readonly string[]) {
  const rest = [...typed];
  const screen: string[] = [];
  const failed: string[] = [];
  const user = await askLogin(
    {
      print: (line) => void screen.push(line),
      readLine: async (prompt, options) => {
        const line = rest.shift();
        screen.push(`${prompt}${options?.hidden ? '' : (line ?? '')}`);
        return line;
      },
    },
    {
      asks,
      banner: ['Keep out'],
      check: async (name, password) => password === `${name}-secret`,
      failed: async (name) => void failed.push(name),
    },
  );
  return { user, screen, failed };
}

test('login local asks name and password until they are right', async () => {
  const { user, screen, failed } = await login('user', '', 'ada', 'guess', 'ada', 'ada-secret');
  assert.equal(user, 'ada');
  assert.deepEqual(failed, ['ada']);
  assert.deepEqual(screen, [
    'Keep out',
    '',
    'User Access Verification',
    '',
    'Username: ',
    'Username: ada',
    'Password: ',
    '% Login invalid',
    '',
    'Username: ada',
    'Password: ',
  ]);
});

test('login asks the password alone', async () => {
  const { user, screen } = await login('password', 'guess', '-secret');
  assert.equal(user, '');
  assert.deepEqual(screen.slice(4), ['Password: ', '% Bad passwords', '', 'Password: ']);
});

test('the end of the input lets nobody in', async () => {
  assert.equal((await login('user', 'ada')).user, undefined);
  assert.equal((await login('user')).user, undefined);
});
