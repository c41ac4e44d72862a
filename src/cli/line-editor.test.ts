import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LineEditor } from './line-editor.ts';
import type { Assist } from './line-io.ts';

const assist: Assist = {
  help: (text) => [`  help for "${text}"`, ''],
  complete: (text) => (text === 'sh' ? 'show ' : undefined),
};

/** A terminal that knows characters, blanks, backspace, CR and LF: no more is ever asked of it. */
class Screen {
  readonly rows: string[] = [''];
  column = 0;

  write(text: string): this {
    for (const c of text) {
      if (c === '\b') this.column = Math.max(0, this.column - 1);
      else if (c === '\r') this.column = 0;
      else if (c === '\n') this.rows.push('');
      else if (c >= ' ') this.#put(c);
      else if (c !== '\x07') throw new Error(`cannot show ${JSON.stringify(c)}`);
    }
    return this;
  }

  #put(c: string): void {
    const row = (this.rows.at(-1) ?? '').padEnd(this.column);
    this.rows[this.rows.length - 1] = `${row.slice(0, this.column)}${c}${row.slice(this.column + 1)}`;
    this.column++;
  }

  get text(): readonly string[] {
    return this.rows.map((row) => row.trimEnd());
  }
}

const keystrokes: readonly [what: string, typed: string, line: string][] = [
  ['characters', 'show\r', 'show'],
  ['backspace', 'shox\x7fw\r', 'show'],
  ['Ctrl-H', 'shox\bw\r', 'show'],
  ['Ctrl-A and insertion', 'how\x01s\r', 'show'],
  ['Ctrl-E', 'how\x01s\x05!\r', 'show!'],
  ['Ctrl-B and Ctrl-F', 'shw\x02o\x06x\r', 'showx'],
  ['arrows left and right', 'shw\x1b[Do\x1b[Cx\r', 'showx'],
  ['arrows of the application keypad', 'shw\x1bODo\r', 'show'],
  ['Ctrl-K', 'show all\x02\x02\x02\x0b\r', 'show '],
  ['Ctrl-U', 'nonsense\x15show\r', 'show'],
  ['Ctrl-W', 'show  all\x17x\r', 'show  x'],
  ['Ctrl-D', 'xshow\x01\x04\r', 'show'],
  ['Delete, Home and End', 'xshow\x1b[H\x1b[3~\x1b[Fn\r', 'shown'],
  ['words with Escape', 'show all x\x1bb\x1bb+\x1bf-\r', 'show +all- x'],
  ['Ctrl-T', 'shwo\x14\r', 'show'],
  ['Ctrl-T within the line', 'hsow\x01\x06\x14\r', 'show'],
  ['Ctrl-T with nothing to exchange', '\x14s\x14\r', 's'],
  ['Ctrl-Y', 'show all\x17\x19\x19\r', 'show allall'],
  ['Ctrl-Y with what an earlier line lost', 'one two\x17\rsay \x19\r', 'say two'],
  ['Escape and D', 'show not all\x1bb\x1bb\x1bd\x1bD\r', 'show '],
  ['Escape and C, L, U', 'ab cD eF\x01\x1bc\x1bL\x1bu\r', 'Ab cd EF'],
  ['Escape and Delete', 'show all\x1b\x7fx\r', 'show x'],
  ['Escape and Q before a question mark', 'a\x1bq?b\r', 'a?b'],
  ['Ctrl-V before a question mark', 'a\x16?b\r', 'a?b'],
  ['Tab', 'sh\tx\r', 'show x'],
  ['Tab with nothing to complete', 'x\ty\r', 'xy'],
  ['an unknown sequence', 'a\x1b[15~b\r', 'ab'],
  ['Ctrl-Z', 'show\x1a', 'show\x1a'],
  ['Ctrl-C', 'show\x03', 'show\x03'],
  ['history up', 'one\rtwo\r\x10\x10\r', 'one'],
  ['history up and down', 'one\rtwo\r\x1b[A\x1b[A\x1b[B\r', 'two'],
  ['history back to the draft', 'one\rdra\x10\x0eft\r', 'draft'],
  ['CR LF as one line end', 'one\r\ntwo\r', 'two'],
];

/** Types everything, beginning a new line whenever one is finished; gives the last line and the screen. */
function type(typed: string, options: { style?: 'terminal' | 'pipe'; columns?: number; hidden?: boolean } = {}) {
  const editor = new LineEditor({ style: options.style ?? 'terminal', columns: options.columns ?? 80 });
  const read = options.hidden ? { hidden: true } : { assist };
  let out = editor.begin('R#', read);
  let line: string | undefined;
  for (let rest = typed; rest !== ''; ) {
    const edited = editor.feed(rest);
    out += edited.screen;
    rest = edited.rest;
    if (edited.line === undefined) break;
    line = edited.line;
    if (rest !== '') out += editor.begin('R#', read);
  }
  return { editor, line, out };
}

test('each key does what it does on IOS', () => {
  for (const [what, typed, line] of keystrokes) assert.equal(type(typed).line, line, what);
});

test('a password that was cut does not come back in a line that shows', () => {
  const editor = new LineEditor({ style: 'terminal', columns: 80 });
  editor.begin('Password: ', { hidden: true });
  editor.feed('Opal\x15Opal\r');
  editor.begin('R#', { assist });
  assert.equal(editor.feed('\x19x\r').line, 'x');
});

test('history keeps as many lines as it is told', () => {
  const { editor } = type(Array.from({ length: 30 }, (_, i) => `${i}\r`).join(''));
  assert.deepEqual([editor.history.length, editor.history[0]], [20, '10']);
  editor.keep(2);
  assert.deepEqual(editor.history, ['28', '29']);
  editor.keep(0);
  editor.begin('R#', { assist });
  editor.feed('more\r');
  assert.deepEqual(editor.history, []);
});

test('a pipe gives the same lines as a terminal', () => {
  for (const [what, typed, line] of keystrokes) assert.equal(type(typed, { style: 'pipe' }).line, line, what);
});

test('the screen shows the line as it is, wherever the cursor was', () => {
  const { out } = type('how all\x01s\x1b[F\x17one\x1b[D\x1b[Dx');
  const screen = new Screen().write(out);
  assert.deepEqual(screen.text, ['R#show oxne']);
  assert.equal(screen.column, 9);
});

test('a question mark shows the help and the line again', () => {
  const { out } = type('show ?i');
  assert.deepEqual(new Screen().write(out).text, ['R#show ?', '  help for "show "', '', 'R#show i']);
});

test('Tab shows the completed line below', () => {
  assert.deepEqual(new Screen().write(type('sh\t').out).text, ['R#sh', 'R#show']);
});

test('a password is not shown, and a question mark belongs to it', () => {
  const { out, line } = type('se?cret\x10\r', { hidden: true });
  assert.equal(line, 'se?cret');
  assert.equal(out, 'R#\r\n');
});

test('a line wider than the screen slides under the prompt', () => {
  const { out } = type('abcdefghijklmnopqrstuvwxyz', { columns: 20 });
  const screen = new Screen().write(out);
  assert.equal(screen.rows.length, 1);
  assert.deepEqual(screen.text, ['R#$klmnopqrstuvwxyz']);
});

test('a pipe is echoed line by line, with nothing that moves a cursor', () => {
  const { out } = type('sho\x7fow ?ip\n\nsecond\n', { style: 'pipe' });
  assert.equal(out, 'R#show ?\n  help for "show "\n\nR#show ip\nR#\nR#second\n');
});

test('log lines appear above the line being typed', () => {
  const { editor, out } = type('show\x02');
  const screen = new Screen().write(out).write(editor.announce(['%SYS-5-CONFIG_I: text']));
  assert.deepEqual(screen.text, ['%SYS-5-CONFIG_I: text', 'R#show']);
  assert.equal(screen.column, 5);
});

test('what is left at the end of a pipe is a line', () => {
  const { editor } = type('one\ntw', { style: 'pipe' });
  const edited = editor.finish();
  assert.equal(edited.line, 'tw');
  assert.equal(edited.screen, 'tw\n');
});

test('the line is bounded', () => {
  assert.equal(type(`${'x'.repeat(5000)}\r`, { style: 'pipe' }).line?.length, 4096);
});

test('after any keys the screen shows the prompt and the line', () => {
  const key = fc.constantFrom(
    'a',
    'b',
    ' ',
    '\x7f',
    '\x01',
    '\x02',
    '\x04',
    '\x05',
    '\x06',
    '\x0b',
    '\x15',
    '\x17',
    '\x1b[D',
    'é',
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 40 }), (keys) => {
      const { editor, out } = type(keys.join(''));
      const shown = new Screen().write(out).text.at(-1);
      const { line } = editor.feed('\r');
      assert.equal(shown, `R#${line}`.trimEnd());
    }),
  );
});

test('no bytes make it throw', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom('terminal', 'pipe'), (typed, style) => {
      type(typed, { style, columns: 10 });
    }),
    { numRuns: 2000 },
  );
});
