import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, authenticated, reloaded } from '../../test/enrolled-router.ts';
import { chainCertificate } from './certificate-store.ts';
import { httpTo, TestRouter } from './test-router.ts';

test('when a certificate was installed is known, over a reload too, and forgotten with a damaged file', async () => {
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
  await next.files.write('certificates/installed.json', '{"TP/x": "never"');
  assert.deepEqual(times(await reloaded(next, http)), [undefined, undefined]);
});
