import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, authenticated, reloaded } from '../../test/enrolled-router.ts';
import { chainCertificate } from './certificate-store.ts';
import { httpTo, TestRouter } from './test-router.ts';

test('when a certificate was installed is known, over a reload too, and forgotten with a damaged file, which is said and put aside', async () => {
  const ca = await new TestRouter().withServer('CA');
  const http = httpTo(() => ca);
  const router = await authenticated(http);
  const begun = router.clock.now();
  router.clock.time += 5_000;
  await router.pki.enroll('TP', answers);
  await router.pki.settled();
  const times = ({ pki }: TestRouter): readonly (number | undefined)[] => {
    const { identity, ca: root } = pki.trustpoint('TP')!;
    assert.ok(identity !== undefined && root !== undefined);
    return [chainCertificate(identity, 'identity'), chainCertificate(root, 'ca')].map((one) =>
      pki.installedAt('TP', one),
    );
  };
  assert.deepEqual(times(router), [begun + 5_000, begun]);
  router.clock.time += 60_000;
  const next = await reloaded(router, http);
  assert.deepEqual(times(next), [begun + 5_000, begun]);
  for (const damaged of ['{"TP/x": "never"', '{"TP/x": "never"}', '[]', 'null', '']) {
    await next.files.write('certificates/installed.json', damaged);
    const again = await reloaded(next, http);
    assert.deepEqual(times(again), [undefined, undefined], damaged);
    assert.ok(again.mnemonics.includes('NVRAM_DAMAGED'), damaged);
    assert.equal((await next.files.read('damaged/certificates-installed.json'))?.toString(), damaged);
    assert.equal(await next.files.read('certificates/installed.json'), undefined);
  }
});
