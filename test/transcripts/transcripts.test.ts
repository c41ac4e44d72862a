import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { replay } from './replay.ts';

const folder = import.meta.dirname;

for (const name of readdirSync(folder).filter((file) => file.endsWith('.txt'))) {
  test(`the transcript ${name} is what the terminal shows`, () => replay(readFileSync(join(folder, name), 'utf8')));
}
