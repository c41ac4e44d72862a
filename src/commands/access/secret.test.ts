import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashSecret, isSecret, verifySecret } from './secret.ts';

const known: readonly (readonly ['5' | '8' | '9', string])[] = [
  ['5', '$1$28772684$iEwNOgGugqO9.bIz5sk8k/'],
  ['8', '$8$TnGX/fE4KGHOVU$pEhnEvxrvaynpi8j4f.EMHr6M.FzU8xnZnBr/tJdFWk'],
  ['9', '$9$2MJBozw/9R3UsU$2lFhcKvpghcyw8deP25GOfyZaagyUOGBymkryvOdfo6'],
];

for (const [type, stored] of known) {
  test(`a type ${type} secret made elsewhere is known, and another password is not`, async () => {
    assert.ok(isSecret(type, stored));
    assert.equal(await verifySecret(stored, 'hashcat'), true);
    assert.equal(await verifySecret(stored, 'Hashcat'), false);
    assert.equal(await verifySecret(stored, ''), false);
  });
}

test('a new secret is type 9, differs with its salt, and is checked', async () => {
  const one = await hashSecret('räuber', Buffer.alloc(10, 1));
  const other = await hashSecret('räuber', Buffer.alloc(10, 2));
  assert.ok(isSecret('9', one));
  assert.notEqual(one, other);
  assert.equal(await verifySecret(one, 'räuber'), true);
  assert.equal(await verifySecret(other, 'rauber'), false);
});

test('what is no secret, or absurdly long, is refused', async () => {
  for (const text of ['', '$9$', '$9$short$hash', 'clear', '$1$$']) {
    assert.equal(isSecret('9', text), false);
    assert.equal(await verifySecret(text, ''), false);
  }
  assert.equal(await verifySecret(known[2]![1], 'x'.repeat(300)), false);
});
