import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trustpointDefaults } from '../../pki/index.ts';
import { emptyTree } from '../tree.ts';
import { settledAnswers } from './subject-answers.ts';

const known = {
  config: { running: { ...emptyTree, hostname: 'west' } },
  pki: {
    serialNumber: 'ABCD',
    configKey: { openPassword: (sealed: string) => (sealed === 'sealed' ? 'opened' : undefined) },
  },
};
const silent = { name: 'TP', ...trustpointDefaults };

test('who is not asked says what the trustpoint says, and nothing that it leaves open', () => {
  assert.deepEqual(settledAnswers(silent, known), { defaultKeyLabel: 'west', fqdn: 'west' });
  const told = { ...silent, fqdn: 'none', serialNumber: true, ipAddress: '10.0.0.1', password: 'first' } as const;
  assert.deepEqual(settledAnswers(told, known), {
    defaultKeyLabel: 'west',
    serialNumber: 'ABCD',
    ipAddress: '10.0.0.1',
    challengePassword: 'first',
  });
});

test('a password of type 6 is opened; one under another key is left out', () => {
  assert.equal(settledAnswers({ ...silent, sealedPassword: 'sealed' }, known).challengePassword, 'opened');
  assert.equal(settledAnswers({ ...silent, sealedPassword: 'foreign' }, known).challengePassword, undefined);
});
