import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadAdmitted } from './admitted.ts';
import { commandReference, emptyTree, loadConfiguration } from './commands/index.ts';

const { language } = commandReference();

const peers = Array.from({ length: 500 }, (_, i) => `dial-peer voice ${i + 1} pots\n destination-pattern 1${i}\n`).join(
  '',
);
const longLabel = 'k'.repeat(129);
const objected = `crypto pki server CA
 no shutdown
crypto pki trustpoint CA
 enrollment url http://10.0.0.9
 revocation-check none
crypto pki trustpoint T2
 rsakeypair ${longLabel}
 enrollment terminal
`;

test('lines that a service objects to are told with its sentence, and the others stand', async () => {
  const { tree, problems } = await loadAdmitted(`${peers}${objected}hostname gw\n`, { language });
  assert.deepEqual(
    problems.map(({ line, text }) => [line, text.trim()]),
    [
      [1004, 'enrollment url http://10.0.0.9'],
      [1007, `rsakeypair ${longLabel}`],
    ],
  );
  assert.match(problems[0]?.message ?? '', /^% Trustpoint CA: a certificate server needs/);
  assert.match(problems[1]?.message ?? '', /^% Trustpoint T2: bad key label/);
  assert.equal(tree.hostname, 'gw');
  assert.equal(tree.dialPlan.peers.size, 500);
  assert.deepEqual(tree.pki.trustpoints.get('T2')?.enrollment.method, { kind: 'terminal', pem: false });
  assert.equal(tree.pki.trustpoints.get('T2')?.rsaKeyPair, undefined);
});

test('a refused line leaves what may be objected to as it was, and so many dial peers are copied once', async () => {
  const lines = `${peers}${objected}`.split('\n');
  let asked = 0;
  let copies = 0;
  const { tree } = await loadConfiguration(lines.join('\n'), {
    language,
    admission: {
      isTouched: (next, old) => {
        if (next.dialPlan.peers !== old.dialPlan.peers) copies++;
        return next.pki !== old.pki;
      },
      objection: (next, old) => {
        asked++;
        assert.equal(old.pki.trustpoints === next.pki.trustpoints && old.pki.servers === next.pki.servers, false);
        return asked % 2 === 0 ? '% No' : undefined;
      },
    },
  });
  assert.ok(asked >= 4, String(asked));
  assert.equal(copies, 1);
  assert.deepEqual([...tree.pki.servers.keys()], ['CA']);
  assert.equal(tree.pki.servers.get('CA')?.shutdown, true);
  assert.equal(emptyTree.pki.trustpoints.size, 0);
});
