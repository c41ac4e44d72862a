import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exec, login, serve } from '../../test/ssh-scene.ts';

test('one command runs without prompt and echo, and its status says whether it was carried out', async () => {
  const { port } = await serve();
  const table: readonly (readonly [string, string, number])[] = [
    ['show who', 'ada is here\n', 0],
    ['show nothing', "     ^\n% Invalid input detected at '^' marker.\n\n", 1],
    ['fail\nshow who', '% It failed\nada is here\n', 1],
    ['ask\nfine', 'Well? \nanswered fine\n', 0],
    ['ask', 'Well? \nanswered undefined\n', 1],
    ['show who\nexit\nshow who', 'ada is here\n', 0],
    ['show many | include 100', 'line 100\n', 0],
  ];
  for (const [text, out, status] of table) {
    assert.deepEqual(await exec(await login(port), text), { out, status }, text);
  }
});

test('a caret stands under the wrong word of the command, counted from its first column', async () => {
  const aliases = new Map([['w', 'show who']]);
  const { port } = await serve({}, { aliasesOf: (mode) => (mode === 'exec' ? aliases : new Map()) });
  const entered = 'Enter configuration commands, one per line.  End with CNTL/Z.\n';
  const table: readonly (readonly [text: string, out: string])[] = [
    ['shw who', caret(0)],
    ['  show nothing', caret(7)],
    ['show who now', caret(9)],
    ['show   who   now', caret(13)],
    ['terminal length 600', caret(16)],
    ['terminal length ten', caret(16)],
    ['w now', caret(2)],
    ['terminal length', '% Incomplete command.\n\n'],
    ['show', '% Type "show ?" for a list of subcommands\n'],
    ['zz', '% Unknown command or computer name, or unable to find computer address\n'],
    ['configure terminal\nhostnam gw', `${entered}${caret(0)}`],
    ['configure terminal\ndo show nothing', `${entered}${caret(8)}`],
    ['configure terminal\nno hostnam gw', `${entered}${caret(3)}`],
    ['show who\nshow no one', `ada is here\n${caret(5)}`],
  ];
  for (const [text, out] of table) assert.deepEqual(await exec(await login(port), text), { out, status: 1 }, text);
});

function caret(column: number): string {
  return `${' '.repeat(column)}^\n% Invalid input detected at '^' marker.\n\n`;
}
