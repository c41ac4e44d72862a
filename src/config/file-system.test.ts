import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FileSystem, parseFileName, printFileName } from './index.ts';

test('a file is named by device and path; what leads out, upwards or to another host is no name', () => {
  const table: readonly (readonly [string, string | undefined])[] = [
    ['west.cfg', 'flash:west.cfg'],
    ['flash:a/b-1', 'flash:a/b-1'],
    ['BootFlash:/a', 'flash:a'],
    ['nvram:startup-config', 'nvram:startup-config'],
    ['nvram:', 'nvram:'],
    ['..', undefined],
    ['flash:../keys', undefined],
    ['flash:a/../b', undefined],
    ['flash:.hidden', undefined],
    ['flash:a//b', undefined],
    ['flash:a\\b', undefined],
    ['flash:a\0b', undefined],
    ['tftp://192.0.2.1/x', undefined],
    [`flash:${'a'.repeat(201)}`, undefined],
  ];
  for (const [typed, expected] of table) {
    const name = parseFileName(typed);
    assert.equal(name === undefined ? undefined : printFileName(name), expected, typed);
  }
});

test('what is no text is not read, and a folder takes no more files than its bound', async () => {
  const names = Array.from({ length: 500 }, (_, i) => `f${i}`);
  const files = new FileSystem({
    read: async (name) => (name.endsWith('odd') ? Buffer.from([65, 0, 66]) : undefined),
    write: async () => {},
    remove: async () => {},
    list: async (folder) => (folder === 'files/flash' ? names : []),
  });
  await assert.rejects(files.read({ device: 'flash', path: 'odd' }), /Not a text file/);
  await assert.rejects(files.write({ device: 'flash', path: 'new' }, 'x'), /No space left/);
  await files.write({ device: 'flash', path: 'folder/new' }, 'x');
});
