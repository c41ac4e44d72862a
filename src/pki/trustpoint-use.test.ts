import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answers, authenticated } from '../../test/enrolled-router.ts';
import type { HttpClient, RemoteFiles } from '../io/index.ts';
import type { TrustpointSettings } from './settings.ts';
import { sourcedFiles, sourcedHttp } from './source-address.ts';
import { httpTo, TestRouter } from './test-router.ts';

async function enrolled(more: Partial<TrustpointSettings>): Promise<TestRouter> {
  const ca = await new TestRouter().withServer('CA');
  const router = await authenticated(
    httpTo(() => ca),
    more,
  );
  assert.ok((await router.pki.enroll('TP', answers)).ok);
  return router;
}

const rule = [{ trustpoint: 'TP', strictCipher: false }];

test('usage is looked at when the certificate is to be shown, by what we are in the handshake', async () => {
  const shown = ({ pki }: TestRouter, role?: 'server' | 'client'): string => {
    const chosen = pki.credentialsFor('10.0.0.1', rule, role);
    return chosen.ok ? 'shown' : chosen.reason;
  };
  const all = await enrolled({});
  assert.deepEqual([shown(all, 'server'), shown(all, 'client'), shown(all)], ['shown', 'shown', 'shown']);
  const client = await enrolled({ usage: ['ssl-client'] });
  assert.deepEqual([shown(client, 'client'), shown(client)], ['shown', 'shown']);
  assert.equal(shown(client, 'server'), 'trustpoint TP is for ssl-client only (usage), not for a TLS server');
  const ike = await enrolled({ usage: ['ike'] });
  assert.equal(shown(ike), 'trustpoint TP is for ike only (usage)');
  assert.equal(shown(ike, 'client'), 'trustpoint TP is for ike only (usage), not for a TLS client');
});

test('storage is where the key pair of the enrolment lies', async () => {
  const router = await enrolled({ storage: 'flash' });
  assert.equal(router.pki.trustpoint('TP')?.key?.storage, 'flash');
});

test('source interface is the address that everything of the trustpoint leaves from; without one nothing does', async () => {
  const from: (string | undefined)[] = [];
  const http: HttpClient = {
    fetch: async ({ localHost }) => {
      from.push(localHost);
      return { status: 200, contentType: 'text/plain', body: Buffer.alloc(0) };
    },
  };
  const ask = (sourceInterface?: string): Promise<unknown> =>
    sourcedHttp(http, { name: 'TP', ...(sourceInterface !== undefined && { sourceInterface }) }, (name) =>
      name === 'Loopback1' ? '192.0.2.7' : undefined,
    ).fetch({ method: 'GET', url: 'http://ca/', timeoutMs: 1, maxBytes: 1 });
  await ask();
  await ask('Loopback1');
  await assert.rejects(ask('Loopback2'), /source interface Loopback2 of trustpoint TP has no address/);
  assert.deepEqual(from, [undefined, '192.0.2.7']);
});

test('the files of a trustpoint are asked for from there too', async () => {
  const from: (string | undefined)[] = [];
  const files: RemoteFiles = {
    read: async (_, __, localHost) => Buffer.from(`${from.push(localHost)}`),
    write: async (_, __, localHost) => void from.push(localHost),
  };
  const addressOf = (name: string): string | undefined => (name === 'Loopback1' ? '192.0.2.7' : undefined);
  for (const sourceInterface of ['Loopback1', 'Loopback2']) {
    const sourced = sourcedFiles(files, { name: 'TP', sourceInterface }, addressOf);
    const both = Promise.all([sourced.read('tftp://ca/x', 1), sourced.write('tftp://ca/x', Buffer.alloc(0))]);
    await (sourceInterface === 'Loopback1' ? both : assert.rejects(both, /Loopback2 of trustpoint TP has no address/));
  }
  assert.deepEqual(from, ['192.0.2.7', '192.0.2.7']);
});
