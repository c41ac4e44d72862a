import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyTree, type Tree } from './commands/index.ts';
import type { TlsPeer } from './io/index.ts';
import type { ExpectedPeer } from './pki/index.ts';
import { tlsPolicy } from './tls-wiring.ts';

const cnSan = { server: true, client: true, names: ['*.example.com'] };
const signaling: Tree['sip']['signaling'] = [
  { remote: { address: '10.1.0.0', mask: '255.255.0.0' }, trustpoint: 'A', strictCipher: false, clientVtp: 'VTP' },
  { remote: { address: '10.2.0.0', mask: '255.255.0.0' }, tlsProfile: 7 },
  { trustpoint: 'A', strictCipher: false },
];
const settings: Pick<Tree, 'sip' | 'tlsClasses'> = {
  sip: { ...emptyTree.sip, signaling },
  tlsClasses: {
    ciphers: new Map(),
    profiles: new Map([
      [
        7,
        {
          tag: 7,
          trustpoint: { name: 'A' },
          cnSan: 'bidirectional',
          names: new Map([[1, '*.example.com']]),
          sni: false,
        },
      ],
    ]),
  },
};
const peer: TlsPeer = { version: 'TLSv1.3', cipher: '', cipherOpenssl: '', resumed: false, chainDer: [] };

/** What the PKI is asked about a peer. */
async function asked(subject: Parameters<ReturnType<typeof tlsPolicy>['judge']>[1]): Promise<ExpectedPeer | undefined> {
  let seen: ExpectedPeer | undefined;
  const pki: Parameters<typeof tlsPolicy>[0] = {
    credentialsFor: (_address, [rule]) => ({
      ok: true,
      value: {
        trustpoint: 'A',
        names: ['a.test'],
        rule: rule ?? assert.fail('no rule'),
        tls: { trustAnchorsPem: [], minVersion: 'TLSv1.2', maxVersion: 'TLSv1.3' },
      },
    }),
    judge: (_peer, expected) => {
      seen = expected;
      return { accepted: false, rule: 'name', reason: '' };
    },
  };
  await tlsPolicy(pki, () => settings).judge(peer, subject);
  return seen;
}

test('a peer is judged by the crypto signaling rule of its address, in either role', async () => {
  const at = (host: string) => ({ host, port: 5061 });
  assert.deepEqual(await asked({ role: 'server', tenant: 0, remote: at('10.1.0.9') }), {
    role: 'client',
    clientVtp: 'VTP',
  });
  assert.deepEqual(await asked({ role: 'server', tenant: 0, remote: at('10.2.0.9') }), { role: 'client', cnSan });
  assert.deepEqual(await asked({ role: 'server', tenant: 0, remote: at('10.3.0.9') }), { role: 'client' });
  assert.deepEqual(await asked({ role: 'client', tenant: 0, remote: at('10.2.0.9'), expectedName: 'a.example.com' }), {
    role: 'server',
    dnsName: 'a.example.com',
    cnSan,
  });
  assert.deepEqual(await asked({ role: 'client', tenant: 0, remote: at('10.1.0.9'), isLive: true }), {
    role: 'server',
    address: '10.1.0.9',
    clientVtp: 'VTP',
    isLive: true,
  });
});
