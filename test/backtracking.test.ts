import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parseSync, Visitor } from 'oxc-parser';
import { whySlow } from './backtracking.ts';

const root = join(import.meta.dirname, '..');

test('an expression that can go back without end is told from one that cannot', () => {
  const slow = [
    /^(a*)*$/,
    /^(a|a)*$/,
    /^(?:a{1,20})*$/,
    /\s+$/,
    /^\s*\s*$/,
    /^a*b*a*$/,
    /a.*b/,
    /(?=.*a.*b)/,
    /^(a)\1$/,
  ];
  const linear = [
    /^\s+/,
    /\s+/g,
    /^(?:[0-9a-f]{2})+$/i,
    /^[a-z]+(?:\.[a-z]+)*$/,
    /^a*b*$/,
    /^(.*)$/s,
    /^"(?:[^"\\]|\\.)*"/,
  ];
  for (const one of slow) assert.notEqual(whySlow(one), undefined, String(one));
  for (const one of linear) assert.equal(whySlow(one), undefined, String(one));
});

test('no regular expression of the program takes more than linear time', () => {
  const slow: string[] = [];
  let read = 0;
  for (const file of globSync('src/**/*.ts', { cwd: root })) {
    if (file.endsWith('.test.ts') || file.includes('/fake/')) continue;
    const text = readFileSync(join(root, file), 'utf8');
    const { program, errors } = parseSync(file, text);
    assert.deepEqual(errors, [], file);
    const visitor = new Visitor({
      Literal: (node) => {
        if (!('regex' in node)) return;
        read++;
        const why = whySlow(new RegExp(node.regex.pattern, node.regex.flags));
        if (why !== undefined) slow.push(`${file}: /${node.regex.pattern}/${node.regex.flags}: ${why}`);
      },
      // One that is put together at run time cannot be judged here.
      NewExpression: ({ callee }) => {
        if (callee.type === 'Identifier' && callee.name === 'RegExp') slow.push(`${file}: new RegExp`);
      },
      CallExpression: ({ callee }) => {
        if (callee.type === 'Identifier' && callee.name === 'RegExp') slow.push(`${file}: RegExp()`);
      },
    });
    visitor.visit(program);
  }
  assert.ok(read > 200, `${read} expressions were read`);
  assert.deepEqual(slow, []);
});
