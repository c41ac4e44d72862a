import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry } from '../io/index.ts';
import { log } from '../io/index.ts';
import { MemoryFiles } from '../io/memory/files.ts';
import { SeededRandom } from '../io/memory/random.ts';
import { pkiMessages } from './messages.ts';
import { loadRouterSerial } from './router-serial.ts';

const random = new SeededRandom(4);

async function load(files: MemoryFiles): Promise<{ readonly serial: string; readonly said: readonly string[] }> {
  const entries: LogEntry[] = [];
  const sink = { write: (entry: LogEntry): void => void entries.push(entry) };
  const serial = await loadRouterSerial(files, random, log('PKI', pkiMessages, sink));
  return { serial, said: entries.map(({ text }) => text) };
}

test('a router has one serial number for as long as its NVRAM lasts', async () => {
  const files = new MemoryFiles();
  const first = await load(files);
  assert.match(first.serial, /^[0-9A-F]{8}$/);
  assert.deepEqual(first.said, []);
  assert.deepEqual(await load(files), first);
});

for (const content of ['', 'ABCD', 'abcdef01\n', 'ABCDEF012']) {
  test(`a serial number that reads "${content.trim()}" is put aside, said, and replaced by one that lasts`, async () => {
    const files = new MemoryFiles();
    await files.write('router-serial', content);
    const { serial, said } = await load(files);
    assert.deepEqual(said, [
      'router-serial in NVRAM is damaged: it was put aside as damaged/router-serial, and a new one is begun',
    ]);
    assert.equal((await files.read('damaged/router-serial'))?.toString(), content);
    assert.deepEqual(await load(files), { serial, said: [] });
  });
}
