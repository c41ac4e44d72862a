import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandReference } from './reference.ts';
import { techSupportDisplays } from './show-tech-support.ts';

test('every display of show tech-support is a command that is written out', () => {
  const { language } = commandReference();
  for (const line of techSupportDisplays) {
    const meant = language.resolve('exec', line, () => true);
    assert.equal(
      meant.kind === 'command' &&
        meant
          .written()
          .map(({ text }) => text)
          .join(' '),
      line,
    );
  }
});
