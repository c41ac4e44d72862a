import assert from 'node:assert/strict';
import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import type { TerminalHandler } from '../terminal.ts';
import { NodeTerminal } from './terminal.ts';

function recorder() {
  const seen: string[] = [];
  const handler: TerminalHandler = {
    onInput: (bytes) => seen.push(Buffer.from(bytes).toString()),
    onEnd: () => seen.push('end'),
    onResize: (columns, rows) => seen.push(`${columns}x${rows}`),
  };
  return { seen, handler };
}

/** Streams that say they are a terminal. */
function tty() {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY: true, setRawMode: (on: boolean) => raw.push(on) });
  const output = Object.assign(new PassThrough(), { isTTY: true, columns: 100, rows: 30 });
  return { input, output, raw };
}

test('pipes are not interactive, and their end is told', async () => {
  const input = new PassThrough();
  const terminal = new NodeTerminal(input, new PassThrough());
  const { seen, handler } = recorder();
  terminal.open(handler);
  input.end('show version\n');
  await once(input, 'end');
  assert.deepEqual(seen, ['show version\n', 'end']);
  assert.deepEqual([terminal.interactive, terminal.columns, terminal.rows], [false, 80, 24]);
});

test('a terminal is made raw while it is open, and told of its size', () => {
  const { input, output, raw } = tty();
  const terminal = new NodeTerminal(input, output);
  const { seen, handler } = recorder();
  terminal.open(handler);
  output.emit('resize');
  terminal.close();
  terminal.close();
  output.emit('resize');
  assert.deepEqual(raw, [true, false]);
  assert.deepEqual(seen, ['100x30']);
});

test('a reader that goes away does not end the terminal', async () => {
  const output = new PassThrough();
  output.on('error', () => undefined);
  const terminal = new NodeTerminal(new PassThrough(), output);
  const { seen, handler } = recorder();
  terminal.open(handler);
  const closed = new Promise((resolve) => output.once('close', resolve));
  output.destroy(new Error('EPIPE'));
  await closed;
  terminal.write('nobody reads this');
  assert.deepEqual(seen, []);
});
