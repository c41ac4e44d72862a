import assert from 'node:assert/strict';
import { setImmediate, setTimeout } from 'node:timers/promises';
import type { HttpClient } from '../src/io/index.ts';
import { MemoryFiles } from '../src/io/memory/files.ts';
import { fingerprint } from '../src/pki/certificate.ts';
import type { TrustpointSettings } from '../src/pki/settings.ts';
import { TestRouter } from '../src/pki/test-router.ts';
import type { PemExport, PemImport } from '../src/pki/transfer-face.ts';

export const answers = { defaultKeyLabel: 'west.lab', fqdn: 'west.lab' };
/** What was exported, as it is pasted elsewhere. */
export function pastedOf({ ca, pairs }: PemExport): Pick<PemImport, 'ca' | 'pairs'> {
  const pasted = pairs.map(({ key, certificate }) => ({ privateKey: key?.pem ?? '', certificate: certificate ?? '' }));
  return { ca: ca ?? '', pairs: pasted };
}

export const rsaKeyPair = { label: 'k', size: 1024 };
const day = 86_400_000;

/** A router that has authenticated the CA behind `http`. */
export async function authenticated(
  http: HttpClient,
  more: Partial<TrustpointSettings> = {},
  files = new MemoryFiles(),
): Promise<TestRouter> {
  const router = new TestRouter(http, files).withTrustpoint('TP', { rsaKeyPair, ...more });
  await router.pki.start(router.settings);
  const fetched = await router.pki.fetchCa('TP');
  assert.ok(fetched.ok && router.pki.acceptCa('TP', fetched.value).ok);
  await router.pki.settled();
  return router;
}

/** The same router after a reload: from what NVRAM holds and the trustpoints that were saved. */
export async function reloaded(
  before: TestRouter,
  http: HttpClient,
  files: MemoryFiles = before.files,
): Promise<TestRouter> {
  const after = new TestRouter(http, files);
  after.clock.time = before.clock.time;
  after.settings = { ...after.settings, trustpoints: before.settings.trustpoints };
  await after.pki.start(after.settings);
  return after;
}

/** Lets key pairs be made, which takes real time, and answers come. */
export async function settle(router: TestRouter, done: () => boolean): Promise<void> {
  for (let turn = 0; turn < 10_000 && !done(); turn++) await setTimeout(1);
  await router.pki.settled();
}

export const state = (router: TestRouter): string => router.pki.trustpoint('TP')!.enrollment.state;
export const identity = (router: TestRouter): string => {
  const { identity: own } = router.pki.trustpoint('TP')!;
  return own === undefined ? 'none' : fingerprint(own.der, 'sha256');
};

/** Days: what a CA of these tests gives. */
export const validity = { caCertificate: 3650, certificate: 100 };

/** Days pass for router and CA, half a day a step; keys are made meanwhile. */
export async function forward(router: TestRouter, ca: TestRouter, days: number): Promise<void> {
  for (let half = 0; half < 2 * days; half++) {
    ca.clock.time += day / 2;
    await router.clock.advance(day / 2);
    await setImmediate();
  }
}
