import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StartupFile, type TextStore } from './index.ts';

/** One file in memory that can be made unreadable. */
function memory(content?: Buffer): TextStore & { content: Buffer | undefined; broken: boolean; writes: number } {
  return {
    content,
    broken: false,
    writes: 0,
    async read() {
      if (this.broken) throw new Error('input/output error');
      return this.content;
    },
    async write(_name, text) {
      this.writes += 1;
      this.content = Buffer.from(text);
    },
  };
}

test('what is written is read back, letters of every alphabet too', async () => {
  const file = new StartupFile(memory());
  assert.deepEqual(await file.read(), { kind: 'absent' });
  await file.write('hostname Zürich\nend\n');
  assert.deepEqual(await file.read(), { kind: 'text', text: 'hostname Zürich\nend\n' });
});

test('a startup-config that cannot be read is told and never written over', async () => {
  const files = memory(Buffer.from('hostname kept\n'));
  files.broken = true;
  const file = new StartupFile(files);
  assert.deepEqual(await file.read(), { kind: 'unreadable', reason: 'input/output error' });
  await assert.rejects(file.write('hostname other\n'), /left untouched/);
  assert.equal(files.writes, 0);
});

test('once it can be read again it can be written again', async () => {
  const files = memory(Buffer.from('hostname kept\n'));
  files.broken = true;
  const file = new StartupFile(files);
  await file.read();
  files.broken = false;
  await file.write('hostname other\n');
  assert.equal(files.writes, 1);
});

test('a file that is no text is unreadable', async () => {
  const found = await new StartupFile(memory(Buffer.from([0x30, 0x00, 0x31]))).read();
  assert.deepEqual(found, { kind: 'unreadable', reason: 'not a text file' });
});
