import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { configKeyReader } from './config-key.ts';

const folder = await mkdtemp(join(tmpdir(), 'dialpeer-config-key-'));
after(() => rm(folder, { recursive: true, force: true }));
const file = join(folder, 'key');

test('the key is one line, read anew each time, and remembered when the source gave all it had', async () => {
  const read = configKeyReader(file);
  await writeFile(file, 'first key\n');
  assert.equal(await read(), 'first key');
  await writeFile(file, 'second key');
  assert.equal(await read(), 'second key');
  await writeFile(file, '');
  assert.equal(await read(), 'second key', 'a pipe is empty the second time');
  await rm(file);
  assert.equal(await read(), 'second key');
});

test('a file that is missing, empty, too long or of several lines is no key, and no error shows what it holds', async () => {
  await assert.rejects(configKeyReader(join(folder, 'none'))(), /cannot be read: ENOENT/);
  for (const text of ['', '\n', 'secret one\nsecret two\n', 'secret'.repeat(1000)]) {
    await writeFile(file, text);
    await assert.rejects(configKeyReader(file)(), {
      message: 'the file of the configuration key does not hold one line',
    });
  }
});
