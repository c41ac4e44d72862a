import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { test } from 'node:test';
import { authority, certificate, clientAuth, serverAuth } from '../../../test/certificates.ts';
import type { TlsCredentials, TlsPeer, TlsSession } from '../tls.ts';
import { nodeNetwork } from './network.ts';
import { nodeTls } from './tls.ts';
import { chainErrorOf } from './tls-peer.ts';

const root = authority('Test Root');
const intermediate = authority('Test Intermediate', { issuer: root });
const stranger = authority('Somebody Else');
const server = certificate('server', { issuer: root });
const client = certificate('client', { issuer: root });

const network = nodeNetwork();
const tls = nodeTls();

function credentials(
  own: { chainPem: string; keyPem: string } | undefined,
  more: Partial<TlsCredentials> = {},
): TlsCredentials {
  return {
    ...(own === undefined ? {} : { certificateChainPem: own.chainPem, privateKeyPem: own.keyPem }),
    trustAnchorsPem: [root.pem],
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.3',
    ...more,
  };
}

interface Outcome {
  readonly server: TlsPeer | string;
  readonly client: TlsPeer | string;
}

/** One handshake over loopback: what each side saw, or why it failed. */
async function handshake(atServer: TlsCredentials, atClient: TlsCredentials, serverName?: string): Promise<Outcome> {
  const { promise, resolve } = Promise.withResolvers<TlsPeer | string>();
  const listener = await network.listenTcp(
    { host: '127.0.0.1', port: 0 },
    {
      accepted: (stream) => resolve(shown(tls.accept(stream, atServer, 5000))),
      failed: (error) => resolve(error.message),
    },
  );
  const stream = await network.connectTcp(listener.local, { timeoutMs: 5000 });
  const name = serverName === undefined ? {} : { serverName };
  const outcome = {
    client: await shown(tls.connect(stream, atClient, { timeoutMs: 5000, ...name })),
    server: await promise,
  };
  listener.close();
  return outcome;
}

async function shown(session: Promise<TlsSession>): Promise<TlsPeer | string> {
  try {
    const { stream, peer, judged } = await session;
    judged(peer.chainError === undefined);
    stream.start({ received: () => undefined, closed: () => undefined });
    stream.end();
    return peer;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function peer(outcome: TlsPeer | string): TlsPeer {
  if (typeof outcome === 'string') assert.fail(outcome);
  return outcome;
}

test('both sides learn version, suite and chain, and that the chain verified', async () => {
  const outcome = await handshake(credentials(server), credentials(client), 'server.example');
  for (const [seen, own] of [
    [peer(outcome.server), client],
    [peer(outcome.client), server],
  ] as const) {
    assert.equal(seen.version, 'TLSv1.3');
    assert.match(seen.cipher, /^TLS_/);
    assert.equal(seen.resumed, false);
    assert.equal(seen.chainError, undefined);
    assert.ok(seen.chainDer[0]?.equals(own.der));
  }
});

const day = 86_400_000;
const verdicts: readonly [string, Parameters<typeof certificate>[1], RegExp | undefined][] = [
  ['an expired certificate', { issuer: root, notAfter: new Date(Date.now() - day / 2) }, /^CERT_HAS_EXPIRED$/],
  ['a certificate not valid yet', { issuer: root, notBefore: new Date(Date.now() + day / 2) }, /^CERT_NOT_YET_VALID$/],
  [
    'a certificate of an unknown authority',
    { issuer: stranger },
    /^UNABLE_TO_(GET_ISSUER_CERT_LOCALLY|VERIFY_LEAF_SIGNATURE)$/,
  ],
  ['a self-signed certificate', {}, /^DEPTH_ZERO_SELF_SIGNED_CERT$/],
  ['a certificate below an intermediate it sends along', { issuer: intermediate }, undefined],
];

for (const [what, options, expected] of verdicts) {
  test(`${what} is let through by the wrap, in both roles, with the library's verdict`, async () => {
    const own = certificate('peer', options ?? {});
    const asClient = await handshake(credentials(server), credentials(own));
    const asServer = await handshake(credentials(own), credentials(client));
    for (const seen of [peer(asClient.server), peer(asServer.client)]) {
      if (expected === undefined) assert.equal(seen.chainError, undefined);
      else assert.match(seen.chainError ?? 'verified', expected);
    }
  });
}

test('the wrong purpose is the verdict in each role', async () => {
  const onlyServer = certificate('peer', { issuer: root, usages: [serverAuth] });
  const onlyClient = certificate('peer', { issuer: root, usages: [clientAuth] });
  assert.equal(
    peer((await handshake(credentials(server), credentials(onlyServer))).server).chainError,
    'INVALID_PURPOSE',
  );
  assert.equal(
    peer((await handshake(credentials(onlyClient), credentials(client))).client).chainError,
    'INVALID_PURPOSE',
  );
});

test('the chain is told as sent, without our anchor', async () => {
  const own = certificate('peer', { issuer: intermediate });
  const seen = peer((await handshake(credentials(server), credentials(own))).server);
  assert.deepEqual(
    seen.chainDer.map((der) => new X509Certificate(der).subject),
    ['CN=peer', 'CN=Test Intermediate'],
  );
});

test('an intermediate that is an anchor verifies without its root', async () => {
  const own = certificate('peer', { issuer: intermediate });
  const trusting = credentials(server, { trustAnchorsPem: [intermediate.pem] });
  assert.equal(peer((await handshake(trusting, credentials(own))).server).chainError, undefined);
});

test('what a server staples reaches the client, over 1.2 and 1.3, and nobody else staples', async () => {
  const ocspResponse = Buffer.from('300a0a0103', 'hex');
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const outcome = await handshake(credentials(server, { maxVersion, ocspResponse }), credentials(client));
    assert.deepEqual(peer(outcome.client).stapled, ocspResponse);
    assert.equal(peer(outcome.server).stapled, undefined);
  }
  assert.equal(peer((await handshake(credentials(server), credentials(client))).client).stapled, undefined);
});

test('a client without certificate is refused by OpenSSL itself, over 1.2 and 1.3', async () => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const outcome = await handshake(credentials(server, { maxVersion }), credentials(undefined));
    assert.equal(outcome.server, 'peer did not return a certificate');
  }
});

test('with no anchor nobody verifies, in either role', async () => {
  const none = { trustAnchorsPem: [] };
  const outcome = await handshake(credentials(server, none), credentials(client, none));
  assert.equal(peer(outcome.server).chainError, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
  assert.equal(peer(outcome.client).chainError, 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY');
});

test('a socket from which no verdict can be read is not trusted', () => {
  const cases: readonly [object, string | undefined][] = [
    [{}, 'UNSPECIFIED'],
    [{ _handle: null }, 'UNSPECIFIED'],
    [{ _handle: { verifyError: () => undefined } }, 'UNSPECIFIED'],
    [{ _handle: { verifyError: () => new Error('without code') } }, 'UNSPECIFIED'],
    [{ _handle: { verifyError: () => Object.assign(new Error(), { code: 'CERT_REVOKED' }) } }, 'CERT_REVOKED'],
    [{ _handle: { verifyError: () => null } }, undefined],
  ];
  for (const [socket, expected] of cases) assert.equal(chainErrorOf(socket, true), expected);
  assert.notEqual(chainErrorOf({ _handle: { verifyError: () => null } }, false), undefined);
});

test('the one suite of strict-cipher works when it is named', async () => {
  const rsaServer = certificate('server', { issuer: root, key: 'rsa' });
  const strict = { ciphers: 'AES128-SHA', maxVersion: 'TLSv1.2' } as const;
  const outcome = await handshake(credentials(rsaServer, strict), credentials(client, strict));
  assert.equal(peer(outcome.server).cipherOpenssl, 'AES128-SHA');
  assert.equal(peer(outcome.server).cipher, 'TLS_RSA_WITH_AES_128_CBC_SHA');
});

test('a suite of ephemeral Diffie-Hellman works in both roles when it is named', async () => {
  const named = { ciphers: 'DHE-RSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
  const [rsaServer, rsaClient] = ['server', 'client'].map((name) => certificate(name, { issuer: root, key: 'rsa' }));
  const outcome = await handshake(credentials(rsaServer, named), credentials(rsaClient, named));
  assert.equal(peer(outcome.server).cipherOpenssl, 'DHE-RSA-AES128-GCM-SHA256');
});

test('errors keep the words of OpenSSL, of our side and of the alert', async () => {
  const mine = { ciphers: 'ECDHE-ECDSA-AES128-GCM-SHA256', maxVersion: 'TLSv1.2' } as const;
  const theirs = { ciphers: 'ECDHE-ECDSA-AES256-GCM-SHA384', maxVersion: 'TLSv1.2' } as const;
  const suites = await handshake(credentials(server, mine), credentials(client, theirs));
  assert.equal(suites.server, 'no shared cipher');
  assert.match(String(suites.client), /alert handshake failure/);
  const old = await handshake(
    credentials(server, { minVersion: 'TLSv1.3' }),
    credentials(client, { maxVersion: 'TLSv1.2' }),
  );
  assert.equal(old.server, 'unsupported protocol');
  assert.match(String(old.client), /alert protocol version/);
});

test('credentials that are no credentials are an error, not a throw out of a callback', async () => {
  const outcome = await handshake(credentials({ chainPem: 'nonsense', keyPem: 'nonsense' }), credentials(client));
  assert.equal(typeof outcome.server, 'string');
});

test('an address is not accepted as server name', async () => {
  const outcome = await handshake(credentials(server), credentials(client), '127.0.0.1');
  assert.match(String(outcome.client), /must be a DNS name/);
});

test('a peer that says nothing is given up at the deadline', async () => {
  const { promise, resolve } = Promise.withResolvers<string>();
  const listener = await network.listenTcp(
    { host: '127.0.0.1', port: 0 },
    {
      accepted: (stream) =>
        tls.accept(stream, credentials(server), 50).then(
          () => resolve('accepted'),
          (e) => resolve(e.code),
        ),
      failed: (error) => resolve(error.message),
    },
  );
  const silent = await network.connectTcp(listener.local, { timeoutMs: 1000 });
  assert.equal(await promise, 'connection-timeout');
  const closed = Promise.withResolvers<void>();
  silent.start({ received: () => undefined, closed: () => closed.resolve() });
  await closed.promise;
  listener.close();
});

test('TLS 1.0 and 1.1 are spoken where they are named, with the suites and the level they need', async () => {
  const rsaServer = certificate('server', { issuer: root, key: 'rsa' });
  const rsaClient = certificate('client', { issuer: root, key: 'rsa' });
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    const old = { minVersion: version, maxVersion: version, ciphers: 'ECDHE-RSA-AES128-SHA:@SECLEVEL=0' };
    const outcome = await handshake(credentials(rsaServer, old), credentials(rsaClient, old));
    assert.equal(peer(outcome.server).version, version);
    const modern = await handshake(credentials(rsaServer, old), credentials(rsaClient));
    assert.equal(modern.server, 'unsupported protocol');
  }
});

test('the group that is named is the only one', async () => {
  const rsaServer = certificate('server', { issuer: root, key: 'rsa' });
  const rsaClient = certificate('client', { issuer: root, key: 'rsa' });
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const ours = credentials(rsaServer, { curves: 'P-384', maxVersion });
    const only = await handshake(ours, credentials(rsaClient, { maxVersion }));
    assert.match(peer(only.client).curve ?? '', /384/);
    const none = await handshake(ours, credentials(rsaClient, { curves: 'P-256', maxVersion }));
    // Over TLS 1.2 the suites without a group are left.
    if (maxVersion === 'TLSv1.2') assert.doesNotMatch(peer(none.server).cipherOpenssl, /ECDHE/);
    else assert.equal(typeof none.server, 'string');
  }
});

test('TLS is laid over a stream whose first bytes were read and taken off, whatever came with them', async () => {
  for (const header of ['PROXY UNKNOWN\r\n', '\r\n']) {
    const { promise, resolve } = Promise.withResolvers<TlsPeer | string>();
    const listener = await network.listenTcp(
      { host: '127.0.0.1', port: 0 },
      {
        accepted: (stream) => {
          const read = stream.preface((arrived) => (arrived.length > header.length ? header.length : undefined));
          resolve(read.then(() => shown(tls.accept(stream, credentials(server), 5000))));
        },
        failed: (error) => resolve(error.message),
      },
    );
    const stream = await network.connectTcp(listener.local, { timeoutMs: 5000 });
    stream.write(Buffer.from(header));
    assert.equal(
      peer(await shown(tls.connect(stream, credentials(client), { timeoutMs: 5000 }))).chainError,
      undefined,
    );
    assert.equal(peer(await promise).chainError, undefined);
    listener.close();
  }
});
