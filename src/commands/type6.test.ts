import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustpointDefaults } from '../pki/index.ts';
import { loadConfiguration } from './load-configuration.ts';
import { commandReference } from './reference.ts';
import { printConfiguration } from './running-config.ts';
import { type7 } from './secret.ts';
import { emptyTree, type Tree } from './tree.ts';
import { sealPasswords } from './type6.ts';

const { language, sections } = commandReference();

/** Seals by a mark that says which key did it. */
function sealer(now: string, state: 'set' | 'locked' | 'absent' = 'set', known: readonly string[] = [now]) {
  return {
    state,
    sealPassword: (clear: string) => `${now}-${Buffer.from(clear).toString('hex')}`,
    openPassword(sealed: string) {
      const [by = '', hex = ''] = sealed.split('-');
      return known.includes(by) ? Buffer.from(hex, 'hex').toString() : undefined;
    },
    isCurrent: (sealed: string) => sealed.startsWith(`${now}-`),
  };
}

async function tree(trustpoint: string, sip: string, encrypt = true): Promise<Tree> {
  const text = `${encrypt ? 'password encryption aes\n' : ''}crypto pki trustpoint t\n ${trustpoint}\nsip-ua\n ${sip}\n`;
  const loaded = await loadConfiguration(text, { language });
  assert.deepEqual(loaded.problems, []);
  return loaded.tree;
}

function passwords(of: Tree): readonly string[] {
  return [...printConfiguration(of, sections).matchAll(/password ([67] \S+)/g)].map(([, words]) => words ?? '');
}

const hex = (text: string): string => Buffer.from(text).toString('hex');

const rows: readonly (readonly [what: string, typed: string, by: ReturnType<typeof sealer>, printed: string])[] = [
  ['one in clear is sealed', 'first', sealer('new'), `6 new-${hex('first')}`],
  ['one in clear that is marked so is sealed', '0 first', sealer('new'), `6 new-${hex('first')}`],
  ['one of type 7 is sealed', `7 ${type7('first')}`, sealer('new'), `6 new-${hex('first')}`],
  [
    'one under the key before is sealed anew',
    `6 old-${hex('first')}`,
    sealer('new', 'set', ['new', 'old']),
    `6 new-${hex('first')}`,
  ],
  ['one under an unknown key is kept', `6 far-${hex('first')}`, sealer('new'), `6 far-${hex('first')}`],
  ['without a key nothing changes', 'first', sealer('new', 'absent'), `7 ${type7('first')}`],
  [
    'under a locked key nothing changes',
    `6 old-${hex('first')}`,
    sealer('new', 'locked', ['old']),
    `6 old-${hex('first')}`,
  ],
];
for (const [what, typed, by, printed] of rows) {
  test(`of a trustpoint and of a line that is kept: ${what}`, async () => {
    const before = await tree(`password ${typed}`, `authentication username 7001 password ${typed}`);
    const after = sealPasswords(before, by);
    assert.deepEqual(passwords(after), [printed, printed]);
    assert.equal(sealPasswords(after, by), after, 'the second time there is nothing to do');
    const again = await loadConfiguration(printConfiguration(after, sections), { language });
    assert.deepEqual(again.problems, []);
    assert.deepEqual(passwords(again.tree), passwords(after));
    assert.equal(printConfiguration(again.tree, sections), printConfiguration(after, sections));
  });
}

test('without password encryption aes the tree is left alone, and what is sealed stays so', async () => {
  const clear = await tree('password first', 'authentication username 7001 password second', false);
  assert.equal(sealPasswords(clear, sealer('new')), clear);
  const sealed = await tree(`password 6 old-${hex('first')}`, `authentication username 7001 password 6 old-00`, false);
  assert.equal(sealPasswords(sealed, sealer('new', 'set', ['old'])), sealed);
});

test('a kept line that only looks like a password of type 7 is no reason to refuse a commit', () => {
  const kept = new Map([['ip-route', ['something password 7 zz']]]);
  const trustpoints = new Map([['t', { name: 't', ...trustpointDefaults, password: 'first' }]]);
  const before: Tree = { ...emptyTree, kept, pki: { ...emptyTree.pki, trustpoints, encryptPasswords: true } };
  const after = sealPasswords(before, sealer('new'));
  assert.equal(after.kept, kept);
  assert.equal(after.pki.trustpoints.get('t')?.sealedPassword, `new-${hex('first')}`);
  assert.equal(after.pki.trustpoints.get('t')?.password, undefined);
});
